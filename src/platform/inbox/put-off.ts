import type { Kysely } from 'kysely';
import type { Clock } from '../clock.ts';
import type { Orm } from '../database/connect.ts';
import { toInstant } from '../database/instant.ts';
import { tryAgain } from '../database/transaction.ts';
import type { DueDelivery } from './due-deliveries.ts';
import type { InboxTables } from './inbox-tables.ts';

/** Leaves a delivery for later, moved by up to a half either way, so that what waits together does not come together. */
export async function putOff(orm: Orm, clock: Clock, delivery: DueDelivery, afterMs: number): Promise<null> {
  const inbox = orm.em.getConnection().getClient() as unknown as Kysely<InboxTables>;
  const at = toInstant(new Date(clock.now().getTime() + afterMs * (0.5 + Math.random())));
  await tryAgain(() =>
    inbox
      .updateTable('webhook_inbox')
      .set({ next_attempt_at: at })
      .where('inbox_id', '=', delivery.inboxId)
      .where('status', 'in', ['pending', 'parked'])
      .where('attempts', '=', delivery.attempt - 1)
      .execute(),
  );
  return null;
}
