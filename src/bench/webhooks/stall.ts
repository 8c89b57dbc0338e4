import { setTimeout as sleep } from 'node:timers/promises';
import type { Connection, RowDataPacket } from 'mysql2/promise';
import { finished } from './inbox.ts';
import { lockOrders } from './orders.ts';

/** What one worker works on at once. */
const SLOTS = 4;

const PATIENCE_MS = 10_000;

/**
 * Runs `work` with all workers stalled: the orders that every delivery is about are locked, so whoever works on one
 * waits for the lock in the middle of it.
 * @param admin may look at transactions. @param holder does nothing else meanwhile.
 * @param deliver puts some deliveries into the inbox, for the workers to take in hand.
 * @throws if a delivery was finished all the same.
 */
export async function whileStalled<T>(
  { admin, holder, deliver }: { admin: Connection; holder: Connection; deliver(): Promise<unknown> },
  work: () => Promise<T>,
): Promise<T> {
  await holder.beginTransaction();
  try {
    await lockOrders(holder);
    const before = await finished(admin);
    await deliver();
    await untilAllWait(admin);
    const result = await work();
    const moved = (await finished(admin)) - before;
    if (moved > 0) throw new Error(`The workers were to be stalled, but finished ${moved} deliveries.`);
    return result;
  } finally {
    await holder.rollback();
  }
}

async function untilAllWait(admin: Connection): Promise<void> {
  const giveUpAt = Date.now() + PATIENCE_MS;
  for (;;) {
    const [waiting] = await admin.query<RowDataPacket[]>(
      "SELECT trx_id FROM information_schema.innodb_trx WHERE trx_state = 'LOCK WAIT'",
    );
    if (waiting.length >= SLOTS) return;
    if (Date.now() > giveUpAt) throw new Error(`Only ${waiting.length} of ${SLOTS} workers wait for the orders.`);
    await sleep(20);
  }
}
