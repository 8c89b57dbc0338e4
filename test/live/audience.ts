import { expect, onTestFinished } from 'vitest';
import type { Session } from '../careportals/schema/session.ts';
import type { ServerProcess } from '../kit/server-process.ts';
import type { Cast } from './cast.ts';
import { Follower, type Told, type Wish } from './follower.ts';

/** A client, and the rows that it must be told, by plain SQL. */
export interface Listener {
  name: string;
  follower: Follower;
  /** What it was told of the run. */
  told(): Told[];
  expected(): Promise<Told[]>;
}

/** The rows that are events, those from before the run left out; filters and rights are added to it. */
const ORDER_ROWS = `SELECT u.update_id AS id, u.order_id AS subject, u.updated_status AS status
  FROM order_status_updates u JOIN orders o ON o.order_id = u.order_id
  WHERE u.changed_current = 1 AND u.update_id > ?`;
const CHANGE_ROWS = `SELECT log_id AS id, subscription_id AS subject, status FROM subscriptions_audit_log
  WHERE changes IS NOT NULL AND log_id > ?`;

/** Clients with and without a filter, staff and customers, on both feeds, each with a place to go on from. */
export async function gather(url: string, server: ServerProcess, session: Session, cast: Cast): Promise<Listener[]> {
  const starts = {
    orderStatusChanged: await endOf(session, 'order_status_updates', 'update_id'),
    subscriptionChanged: await endOf(session, 'subscriptions_audit_log', 'log_id'),
  };
  const listeners = (await partsOf(server, cast)).map(({ name, wish, rows, params = [] }) => {
    const follower = new Follower(url, wish);
    onTestFinished(() => follower.stop());
    const start = starts[wish.field];
    // An instance may be a look behind when the run begins.
    const told = () => follower.told.filter(({ id }) => BigInt(id) > BigInt(start));
    const expected = () => session.rows<Told>(`${rows} ORDER BY id`, [start, ...params]);
    return { name, follower, told, expected };
  });
  await expect.poll(() => listeners.filter(({ follower }) => follower.cursor === null)).toEqual([]);
  return listeners;
}

interface Part {
  name: string;
  wish: Wish;
  rows: string;
  params?: unknown[];
}

async function partsOf(server: ServerProcess, { customers: [ann = '', bob = ''], ...cast }: Cast): Promise<Part[]> {
  const support = await server.token({ role: 'support' });
  const annsToken = await server.token({ role: 'customer', customerId: ann });
  const some = cast.orders.slice(0, 10).map(({ id }) => id);
  const hers = cast.subscriptions.filter(({ customer }) => customer === ann).map(({ id }) => id);
  const orders = (filter: object, token = support): Wish => ({ field: 'orderStatusChanged', filter, token });
  const changes = (token: string): Wish => ({ field: 'subscriptionChanged', filter: {}, token });
  const ofCustomer = `${ORDER_ROWS} AND o.customer_id = ?`;
  return [
    { name: 'all orders', wish: orders({}), rows: ORDER_ROWS },
    { name: 'all orders too', wish: orders({}), rows: ORDER_ROWS },
    { name: "Bob's orders", wish: orders({ customerId: bob }), rows: ofCustomer, params: [bob] },
    { name: 'ten', wish: orders({ orderIds: some }), rows: `${ORDER_ROWS} AND o.order_id IN (?)`, params: [some] },
    { name: 'Ann', wish: orders({}, annsToken), rows: ofCustomer, params: [ann] },
    { name: 'all subscriptions', wish: changes(support), rows: CHANGE_ROWS },
    { name: 'hers', wish: changes(annsToken), rows: `${CHANGE_ROWS} AND subscription_id IN (?)`, params: [hers] },
  ];
}

/** The last number of a table at which nobody writes. */
async function endOf(session: Session, table: string, id: string): Promise<string> {
  const [end] = await session.rows<{ id: string }>(`SELECT COALESCE(MAX(${id}), 0) AS id FROM ${table}`);
  return String(end?.id);
}
