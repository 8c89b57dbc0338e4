import type { Clock } from '../clock.ts';
import type { Orm } from '../database/connect.ts';
import { toInstant } from '../database/instant.ts';
import { inTransaction } from '../database/transaction.ts';
import { attemptRow } from './attempt-row.ts';
import { MAX_ATTEMPTS, retryDelayMs } from './back-off.ts';
import { DeliveryFailure } from './delivery.ts';
import { describeFailure } from './describe-failure.ts';
import type { DueDelivery } from './due-deliveries.ts';
import type { InboxTables } from './inbox-tables.ts';

/**
 * Counts a failed attempt in a transaction of its own, since the attempt's is rolled back, and sets the time of the
 * next one; dead after MAX_ATTEMPTS, and in quarantine if another try cannot help. A delivery that a person had tried again has a new
 * series of attempts and of waits.
 * @returns null if another instance has finished this attempt meanwhile.
 */
export async function recordFailure(
  orm: Orm,
  clock: Clock,
  delivery: DueDelivery,
  error: unknown,
  ms: number,
): Promise<FailureOutcome | null> {
  const attempt = delivery.attempt - delivery.attemptsBeforeReplay;
  const outcome = outcomeOf(error, attempt);
  const isOver = outcome !== 'failed';
  const words = describeFailure(error);
  const now = clock.now();
  const counted = await inTransaction<InboxTables, boolean>(orm, async (tx) => {
    const updated = await tx
      .updateTable('webhook_inbox')
      .set({
        status: isOver ? outcome : 'pending',
        attempts: delivery.attempt,
        waiting_for: null,
        or_waiting_for: null,
        next_attempt_at: toInstant(new Date(now.getTime() + retryDelayMs(attempt))),
        finished_at: isOver ? toInstant(now) : null,
        note: words.slice(0, 255),
      })
      .where('inbox_id', '=', delivery.inboxId)
      .where('status', 'in', ['pending', 'parked'])
      .where('attempts', '=', delivery.attempt - 1)
      .executeTakeFirst();
    if (updated.numUpdatedRows === 0n) return false;
    await tx.executeQuery(attemptRow(tx, delivery, outcome, ms, words));
    return true;
  });
  return counted ? outcome : null;
}

type FailureOutcome = 'failed' | 'dead' | 'quarantined';

function outcomeOf(error: unknown, attempt: number): FailureOutcome {
  if (error instanceof DeliveryFailure && !error.retry) return 'quarantined';
  return attempt >= MAX_ATTEMPTS ? 'dead' : 'failed';
}
