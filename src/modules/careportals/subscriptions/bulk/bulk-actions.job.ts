import { toInstant } from '../../../../platform/database/instant.ts';
import { inTransaction } from '../../../../platform/database/transaction.ts';
import type { Job, JobParts } from '../../../../platform/jobs/job.ts';
import type { Tx } from '../../tables.ts';
import { doBulkItem } from './do-bulk-item.ts';
import { recordItemFailure } from './record-item-failure.ts';
import { type TakenItem, takeBulkItem } from './take-bulk-item.ts';

/** Does what bulk jobs are about, item by item; any number of instances share it. Jobs take turns. */
export function bulkActionsJob(): Job {
  let turn = 0;
  return {
    name: 'bulk actions',
    everyMs: 1_000,
    atOnce: 4,
    doNext: async (parts) => {
      const running = await runningJobs(parts);
      turn++;
      for (let n = 0; n < running.length; n++) {
        const jobId = running[(turn + n) % running.length] ?? '';
        if ((await doNextItem(parts, jobId)) || (await finish(parts, jobId))) return true;
      }
      return false;
    },
  };
}

async function runningJobs({ query }: JobParts): Promise<string[]> {
  const rows = await query<{ jobId: string }>(
    "SELECT job_id AS jobId FROM bulk_jobs WHERE status = 'running' ORDER BY job_id",
  );
  return rows.map(({ jobId }) => jobId);
}

async function doNextItem(parts: JobParts, jobId: string): Promise<boolean> {
  let taken: TakenItem | null = null;
  try {
    return await inTransaction(parts.orm, async (tx: Tx) => {
      taken = await takeBulkItem(tx, jobId, toInstant(parts.clock.now()));
      if (taken === null) return false;
      await doBulkItem(tx, taken);
      return true;
    });
  } catch (error) {
    if (taken === null) throw error;
    parts.log.warn({ err: error, operation: 'bulk action' }, 'an item could not be done and is tried again');
    await recordItemFailure(parts, taken, error);
    return true;
  }
}

/**
 * Ends a job of which nothing waits. Whoever does its last item looks for a next one and comes here; an item never
 * waits again, so what is seen here stays true.
 */
async function finish({ orm, query, clock }: JobParts, jobId: string): Promise<boolean> {
  const waiting = await query("SELECT 1 FROM bulk_items WHERE job_id = ? AND status = 'waiting' LIMIT 1", [jobId]);
  if (waiting.length > 0) return false;
  const { numUpdatedRows } = await inTransaction(orm, (tx: Tx) =>
    tx
      .updateTable('bulk_jobs')
      .set({ status: 'done', finished_at: toInstant(clock.now()) })
      .where('job_id', '=', jobId)
      .where('status', '=', 'running')
      .executeTakeFirst(),
  );
  return numUpdatedRows > 0n;
}
