import { toInstant } from '../../../../platform/database/instant.ts';
import { inTransaction, RetryLater } from '../../../../platform/database/transaction.ts';
import { retryDelayMs } from '../../../../platform/inbox/back-off.ts';
import { describeFailure } from '../../../../platform/inbox/describe-failure.ts';
import type { JobParts } from '../../../../platform/jobs/job.ts';
import { UserErrorCode } from '../../../../platform/refusal.ts';
import type { Tx } from '../../tables.ts';
import type { TakenItem } from './take-bulk-item.ts';

/** An item whose tries break is failed after so many, some 40 s with the pauses between. */
const MOST_ATTEMPTS = 5;

/** How long an item waits whose subscription is held by somebody else, in milliseconds. */
const BUSY_MS = 1_000;

/**
 * Puts an item back whose try broke, in a transaction of its own, since the try's is rolled back; the others go on
 * meanwhile. A subscription that is busy does not count as a try.
 * @throws RetryLater if the database is away.
 */
export async function recordItemFailure(
  { orm, clock }: Pick<JobParts, 'orm' | 'clock'>,
  item: Pick<TakenItem, 'itemId' | 'attempts'>,
  error: unknown,
): Promise<void> {
  const now = clock.now();
  const attempts = item.attempts + 1;
  const after = (ms: number) => ({ due_at: toInstant(new Date(now.getTime() + ms)) });
  const marks =
    error instanceof RetryLater
      ? after(BUSY_MS)
      : attempts < MOST_ATTEMPTS
        ? { ...after(retryDelayMs(attempts)), attempts }
        : { ...failed(error), attempts, due_at: null, finished_at: toInstant(now) };
  await inTransaction(orm, (tx: Tx) =>
    tx
      .updateTable('bulk_items')
      .set(marks)
      .where('item_id', '=', item.itemId)
      // The try may have been committed although its connection broke, or another worker has been here since.
      .where('status', '=', 'waiting')
      .where('attempts', '=', item.attempts)
      .execute(),
  );
}

function failed(error: unknown) {
  return { status: 'failed', code: UserErrorCode.INTERNAL_ERROR, message: describeFailure(error) } as const;
}
