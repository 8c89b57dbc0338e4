import type { Instant } from '../../../../platform/database/instant.ts';
import { type Refusal, refusal, UserErrorCode } from '../../../../platform/refusal.ts';
import type { Tx } from '../../tables.ts';

/**
 * Ends a job before its time. Waits for the items that are being done at this moment; when it is through, none begins
 * any more, on any instance.
 * @returns null if it was stopped.
 */
export async function stopBulkJob(tx: Tx, publicId: string, now: Instant): Promise<Refusal | null> {
  const job = await tx
    .selectFrom('bulk_jobs')
    .select(['job_id', 'status'])
    .where('public_id', '=', publicId)
    .forUpdate()
    .executeTakeFirst();
  if (!job) return refusal(UserErrorCode.NOT_FOUND, 'There is no such bulk job.', 'input', 'id');
  if (job.status !== 'running') {
    return refusal(UserErrorCode.INVALID_TRANSITION, `The job is ${job.status} already.`, 'input', 'id');
  }
  await tx
    .updateTable('bulk_jobs')
    .set({ status: 'stopped', finished_at: now })
    .where('job_id', '=', job.job_id)
    .execute();
  return null;
}
