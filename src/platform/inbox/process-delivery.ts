import type { Clock } from '../clock.ts';
import type { Orm } from '../database/connect.ts';
import { toInstant } from '../database/instant.ts';
import { inTransaction, isAway, RetryLater } from '../database/transaction.ts';
import { applyDelivery } from './apply-delivery.ts';
import { DeliveryFailure, type Handler } from './delivery.ts';
import type { DueDelivery } from './due-deliveries.ts';
import type { InboxSource } from './inbox-source.ts';
import type { InboxTables } from './inbox-tables.ts';
import type { AttemptOutcome } from './log-attempt.ts';
import { recordFailure } from './record-failure.ts';
import { unpark } from './unpark.ts';

export interface Processing<Tables> {
  orm: Orm;
  sources: InboxSource<Tables>[];
  clock: Clock;
}

/** How the attempt ended; null if another instance holds or has finished the delivery. */
export type ProcessingResult = AttemptOutcome | null;

/**
 * Tries a delivery, and once more if it was parked.
 *
 * A child may look for its parent just before the parent commits, and park just after the parent looked for parked
 * children: neither sees the other. So each looks once more after its own commit: the parent unparks again, the child
 * is tried again. Whichever commits second then sees the first. A crash between a commit and its second look leaves
 * the child to the regular look at parked deliveries (parkedDelayMs).
 * @throws RetryLater if the database is away; an attempt that was not committed does not count.
 */
export async function processDelivery<Tables>(
  { orm, sources, clock }: Processing<Tables>,
  delivery: DueDelivery,
): Promise<ProcessingResult> {
  const began = performance.now();
  let current = delivery;
  try {
    const handler = await handlerFor(sources, delivery);
    for (;;) {
      const applied = await applyDelivery(orm, clock, current, handler, current !== delivery);
      if (!applied) return current === delivery ? null : 'parked';
      await unparkAgain(orm, clock, applied.unparks);
      if (!applied.newlyParked) return applied.outcome;
      current = { ...current, attempt: current.attempt + 1 };
    }
  } catch (error) {
    if (error instanceof RetryLater && isAway(error)) throw error;
    return recordFailure(orm, clock, current, error, performance.now() - began);
  }
}

async function handlerFor<Tables>(sources: InboxSource<Tables>[], delivery: DueDelivery): Promise<Handler<Tables>> {
  const source = sources.find(({ sourceSystem }) => sourceSystem === delivery.sourceSystem);
  if (!source) throw new DeliveryFailure('This server has no such source of webhooks.', { retry: true });
  return source.handlerFor(delivery);
}

async function unparkAgain(orm: Orm, clock: Clock, names: string[]): Promise<void> {
  if (names.length === 0) return;
  await inTransaction<InboxTables, number>(orm, (tx) => unpark(tx, names, toInstant(clock.now())));
}
