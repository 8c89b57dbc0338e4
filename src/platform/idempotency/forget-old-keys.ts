import { sql } from 'kysely';
import { toInstant } from '../database/instant.ts';
import { inTransaction } from '../database/transaction.ts';
import type { Job, JobParts } from '../jobs/job.ts';
import { KEY_KEPT_MS } from './once-per-key.ts';

/** Keys deleted in one transaction. */
const BATCH = 500;

/** Deletes idempotency keys that are 24 hours old, so that the table does not grow for ever. */
export const forgetOldKeys: Job = {
  name: 'forget-old-keys',
  everyMs: 10 * 60_000,
  atOnce: 1,
  doNext: forgetBatch,
};

async function forgetBatch({ orm, query, clock }: JobParts): Promise<boolean> {
  const until = toInstant(new Date(clock.now().getTime() - KEY_KEPT_MS));
  // Jobs are woken after many a change; this reads without a lock, where DELETE may wait for keys just being stored.
  const old = await query('SELECT 1 FROM idempotency_keys WHERE created_at <= ? LIMIT 1', [until]);
  if (old.length === 0) return false;
  const { numAffectedRows } = await inTransaction<object, { numAffectedRows?: bigint }>(orm, (tx) =>
    sql`DELETE FROM idempotency_keys WHERE created_at <= ${until} ORDER BY created_at LIMIT ${BATCH}`.execute(tx),
  );
  return numAffectedRows === BigInt(BATCH);
}
