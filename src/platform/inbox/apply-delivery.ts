import type { Kysely } from 'kysely';
import type { Cause } from '../cause.ts';
import type { Clock } from '../clock.ts';
import type { Orm } from '../database/connect.ts';
import { fromInstant, type Instant, toInstant } from '../database/instant.ts';
import { inTransaction } from '../database/transaction.ts';
import { parkedDelayMs } from './back-off.ts';
import type { Handler, Outcome } from './delivery.ts';
import type { DueDelivery } from './due-deliveries.ts';
import type { InboxTables } from './inbox-tables.ts';
import { type AttemptOutcome, logAttempt } from './log-attempt.ts';
import { recordSubjects } from './record-subjects.ts';
import { unpark, waitName } from './unpark.ts';

export interface Applied {
  outcome: AttemptOutcome;
  /** Names that were unparked with it. */
  unparks: string[];
  /** It waits for something that it did not wait for before. */
  newlyParked: boolean;
}

/**
 * One attempt in one transaction: the effect, the mark in the inbox, the row in webhook_logs and the unparking of
 * others commit together or not at all. The lock on the inbox row lasts as long as the transaction, so no lease is
 * needed: a crash gives the delivery free at once.
 * @param early takes the delivery before its time.
 * @returns null if the delivery is locked by another instance or no longer stands as it was found.
 */
export function applyDelivery<Tables>(
  orm: Orm,
  clock: Clock,
  delivery: DueDelivery,
  handler: Handler<Tables>,
  early: boolean,
): Promise<Applied | null> {
  const began = performance.now();
  return inTransaction<InboxTables, Applied | null>(orm, async (tx) => {
    const now = toInstant(clock.now());
    const row = await lock(tx, delivery, early ? null : now);
    if (!row) return null;
    // The tables of the inbox and the handler's are in one schema; neither needs to know the other's.
    const outcome = await handler(tx as unknown as Kysely<Tables>, delivery, causeOf(delivery, now));
    const applied = appliedAs(outcome, row.waiting_for);
    await mark(tx, delivery, outcome, applied, now);
    await recordSubjects(tx, delivery.inboxId, outcome.subjects ?? []);
    await unpark(tx, applied.unparks, now);
    // Parked as before: nothing has happened that a log should tell.
    if (countsAsAttempt(applied)) await logAttempt(tx, delivery, applied.outcome, performance.now() - began);
    return applied;
  });
}

function lock(tx: Kysely<InboxTables>, delivery: DueDelivery, dueAt: Instant | null) {
  const row = tx
    .selectFrom('webhook_inbox')
    .select('waiting_for')
    .where('inbox_id', '=', delivery.inboxId)
    .where('status', 'in', ['pending', 'parked'])
    .where('attempts', '=', delivery.attempt - 1)
    .forUpdate()
    .skipLocked();
  return (dueAt === null ? row : row.where('next_attempt_at', '<=', dueAt)).executeTakeFirst();
}

function causeOf({ sourceSystem, publicId }: DueDelivery, at: Instant): Cause {
  return { actor: sourceSystem, actorRole: 'system', source: 'webhook', correlationId: publicId, at };
}

function appliedAs(outcome: Outcome, waitedFor: string | null): Applied {
  if (outcome.kind === 'done') return { outcome: 'processed', unparks: outcome.unparks ?? [], newlyParked: false };
  if (outcome.kind !== 'parked') return { outcome: outcome.kind, unparks: [], newlyParked: false };
  return { outcome: 'parked', unparks: [], newlyParked: waitName(outcome.waitingFor) !== waitedFor };
}

function countsAsAttempt({ outcome, newlyParked }: Applied): boolean {
  return outcome !== 'parked' || newlyParked;
}

async function mark(
  tx: Kysely<InboxTables>,
  delivery: DueDelivery,
  outcome: Outcome,
  applied: Applied,
  now: Instant,
): Promise<void> {
  const parked = outcome.kind === 'parked';
  await tx
    .updateTable('webhook_inbox')
    .set((row) => ({
      status: outcome.kind === 'done' ? 'processed' : outcome.kind,
      waiting_for: parked ? waitName(outcome.waitingFor) : null,
      attempts: countsAsAttempt(applied) ? delivery.attempt : delivery.attempt - 1,
      next_attempt_at: parked ? nextLook(delivery, now) : now,
      note: outcome.note?.slice(0, 255) ?? null,
      finished_at: parked ? null : now,
      parked_at: parked ? row.fn.coalesce('parked_at', row.val(now)) : null,
    }))
    .where('inbox_id', '=', delivery.inboxId)
    .execute();
}

function nextLook(delivery: DueDelivery, now: Instant): Instant {
  const nowMs = fromInstant(now).getTime();
  return toInstant(new Date(nowMs + parkedDelayMs(nowMs - fromInstant(delivery.receivedAt).getTime())));
}
