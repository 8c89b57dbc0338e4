import { setTimeout as pause } from 'node:timers/promises';
import type { Random } from '../../src/modules/careportals/demo/random.ts';
import { ADD_STATUS } from '../careportals/schema/make-rows.ts';
import type { Session } from '../careportals/schema/session.ts';
import type { Cast } from './cast.ts';
import type { Desk } from './writers.ts';

const STATUSES = ['awaiting_requirements', 'awaiting_script', 'awaiting_shipment', 'shipped', 'delivered', 'odd'];

/** One transaction of a program that knows nothing of ours: one order's status, or those of a few. */
export async function tellStatuses(session: Session, desk: Desk, random: Random): Promise<void> {
  const orders = random.choose(desk.cast.orders, random.chance(0.3) ? random.between(2, 4) : 1);
  await session.run('START TRANSACTION');
  for (const { id } of orders) {
    const met = await session.errorOf(ADD_STATUS, [id, random.pick(STATUSES), timeOf(random)]);
    if (met === DEADLOCK) return;
    // 1062: told already, to the millisecond. Only that statement is undone.
    if (met !== 0 && met !== 1062) throw new Error(`MySQL answered ${met}.`);
    if (random.chance(0.3)) await pause(random.below(5));
  }
  await holdAndEnd(session, desk, random);
}

/** MySQL has ended the transaction by itself. */
const DEADLOCK = 1213;

/** Now, or an hour ago: news that comes too late to change anything. */
function timeOf(random: Random): string {
  const time = Date.now() - (random.chance(0.2) ? 3_600_000 + random.below(60_000) : 0);
  return new Date(time).toISOString().slice(0, 23).replace('T', ' ');
}

/** One transaction that changes a subscription, or only notes that somebody told something old. */
export async function noteChange(session: Session, desk: Desk, random: Random): Promise<void> {
  const { id, customer } = random.pick(desk.cast.subscriptions);
  await session.run('START TRANSACTION');
  const [spine] = await session.rows<{ version: number }>(
    'SELECT version FROM subscriptions WHERE subscription_id = ? FOR UPDATE',
    [id],
  );
  const version = (spine?.version ?? 0) + 1;
  const isNews = random.chance(0.8);
  await session.rows('UPDATE subscriptions SET version = ? WHERE subscription_id = ?', [version, id]);
  const changes = isNews ? { cycle: [version - 1, version] } : null;
  await session.rows('INSERT INTO subscriptions_audit_log SET ?', [auditRow({ id, customer }, version, changes)]);
  await holdAndEnd(session, desk, random);
}

/** An entry of the log of changes, as a script would write it. */
export function auditRow({ id, customer }: Cast['subscriptions'][0], version: number, changes: object | null) {
  return {
    subscription_id: id,
    customer_id: customer,
    status: 'active',
    version,
    trigger_type: 'by_hand',
    effect: changes === null ? 'stale' : 'changed',
    changes: changes === null ? null : JSON.stringify(changes),
    actor: 'a script',
    actor_role: 'system',
    source: 'import',
    hash: 'c'.repeat(64),
  };
}

/** Mostly at once, sometimes after a while, now and then after a long one; one in six is taken back. */
async function holdAndEnd(session: Session, { longestHoldMs, tally }: Desk, random: Random): Promise<void> {
  const isLong = random.chance(0.04);
  if (isLong) await pause(random.between(longestHoldMs / 2, longestHoldMs));
  else if (random.chance(0.4)) await pause(random.below(150));
  const isKept = random.chance(5 / 6);
  await session.run(isKept ? 'COMMIT' : 'ROLLBACK');
  tally[isKept ? 'committed' : 'rolledBack']++;
  if (isLong) tally.heldLong++;
}
