import type { Kysely } from 'kysely';
import type { Clock } from '../clock.ts';
import type { Orm } from '../database/connect.ts';
import { toInstant } from '../database/instant.ts';
import { tryAgain } from '../database/transaction.ts';
import { applyDelivery } from './apply-delivery.ts';
import type { AttemptOutcome } from './attempt-row.ts';
import { DeliveryFailure, type Handler, NotNow } from './delivery.ts';
import type { DueDelivery } from './due-deliveries.ts';
import type { InboxSource } from './inbox-source.ts';
import type { InboxTables } from './inbox-tables.ts';
import { putOff } from './put-off.ts';
import { recordFailure } from './record-failure.ts';
import { unpark } from './unpark.ts';

export interface Processing<Tables> {
  orm: Orm;
  sources: InboxSource<Tables>[];
  clock: Clock;
}

/** How the attempt ended; null if there was none: another instance holds or has finished the delivery, or it is put off. */
export type ProcessingResult = AttemptOutcome | null;

/**
 * Tries a delivery, and once more if it was parked.
 *
 * A child may look for its parent just before the parent commits, and park just after the parent looked for parked
 * children: neither sees the other. So each looks once more after its own commit: the parent unparks again, the child
 * is tried again. Whichever commits second then sees the first. A crash between a commit and its second look leaves
 * the child to the regular look at parked deliveries (parkedDelayMs).
 * @throws RetryLater if the database is away: such an attempt does not count.
 */
export async function processDelivery<Tables>(
  { orm, sources, clock }: Processing<Tables>,
  delivery: DueDelivery,
): Promise<ProcessingResult> {
  let began = performance.now();
  let current = delivery;
  try {
    const handler = await handlerFor(sources, delivery);
    for (;;) {
      const applied = await applyDelivery(orm, clock, current, handler, { early: current !== delivery, began });
      if (!applied) return current === delivery ? null : 'parked';
      await unparkAgain(orm, clock, applied.unparks);
      if (!applied.newlyParked) return applied.outcome;
      current = { ...current, attempt: current.attempt + 1 };
      began = performance.now();
    }
  } catch (error) {
    if (error instanceof NotNow) return putOff(orm, clock, current, error.afterMs);
    // A lost connection counts, too: a delivery may be what loses it, by its size or by keeping us too long, and would
    // else be tried for ever. If the database is away this cannot be recorded either; if COMMIT was lost on the way,
    // the row tells that the attempt is finished.
    return recordFailure(orm, clock, current, error, performance.now() - began);
  }
}

/** What applies a delivery. @throws DeliveryFailure if its source is gone; whatever the source's own `handlerFor` throws. */
export async function handlerFor<Tables>(
  sources: readonly InboxSource<Tables>[],
  delivery: DueDelivery,
): Promise<Handler<Tables>> {
  const source = sources.find(({ sourceSystem }) => sourceSystem === delivery.sourceSystem);
  if (!source) throw new DeliveryFailure('This server has no such source of webhooks.', { retry: true });
  return source.handlerFor(delivery);
}

async function unparkAgain(orm: Orm, clock: Clock, names: string[]): Promise<void> {
  if (names.length === 0) return;
  // Each statement by itself: mostly nobody waits, and then there is nothing but a read.
  const inbox = orm.em.getConnection().getClient() as unknown as Kysely<InboxTables>;
  await tryAgain(() => unpark(inbox, names, toInstant(clock.now())));
}
