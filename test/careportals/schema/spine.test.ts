import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import type { Tables, Tx } from '../../../src/modules/careportals/tables.ts';
import { inTransaction } from '../../../src/platform/database/transaction.ts';
import { createTestDatabase, type TestDatabase } from '../../kit/test-database.ts';
import { makeCustomer, makeSubscription, NOON } from './make-rows.ts';
import { openSession, runsCascadesAboveInnodb, type Session } from './session.ts';

const STATES = ['active', 'paused', 'cancelled'];
const PAIRS = STATES.flatMap((from) => STATES.filter((to) => to !== from).map((to) => [from, to] as const));

let database: TestDatabase;
let app: Session;

beforeAll(async () => {
  database = await createTestDatabase();
  app = await openSession(database.appUrl);
});

afterAll(async () => {
  await app.close();
  await database.drop();
});

const insertInto = (state: string, id: string) =>
  `INSERT INTO subscriptions_${state} (subscription_id, cycle, status, created_at) VALUES ('${id}', 1, '${state}', '${NOON}')`;

/** The statements of a move, in the only order that MySQL lets through. */
const move = (id: string, from: string, to: string, customerId: string | null = null) => [
  `DELETE FROM subscriptions_${from} WHERE subscription_id = '${id}'`,
  `UPDATE subscriptions SET state = '${to}' WHERE subscription_id = '${id}'`,
  `INSERT INTO subscriptions_${to} (subscription_id, customer_id, cycle, status, created_at)
   VALUES ('${id}', ${customerId === null ? 'NULL' : `'${customerId}'`}, 1, '${to}', '${NOON}')`,
];

/** The tables that hold a subscription. */
async function tablesOf(id: string): Promise<string[]> {
  const held = STATES.map(async (state) => {
    const rows = await app.rows(`SELECT 1 FROM subscriptions_${state} WHERE subscription_id = ?`, [id]);
    return rows.map(() => state);
  });
  return (await Promise.all(held)).flat();
}

test.for(PAIRS)('a subscription in %s cannot be put into %s as well', async ([from, to]) => {
  const id = `two-${from}-${to}`;
  await makeSubscription(app, id, from);
  expect(await app.errorOf(insertInto(to, id))).toBe(1452);
  expect(await tablesOf(id)).toEqual([from]);
});

test.for(PAIRS)('the state %s cannot become %s while the row stays behind', async ([from, to]) => {
  const id = `stays-${from}-${to}`;
  await makeSubscription(app, id, from);
  expect(await app.errorOf('UPDATE subscriptions SET state = ? WHERE subscription_id = ?', [to, id])).toBe(1451);
});

test.for(PAIRS)('a move from %s to %s in one transaction goes through', async ([from, to]) => {
  const id = `moves-${from}-${to}`;
  await makeSubscription(app, id, from);
  await app.run('START TRANSACTION', ...move(id, from, to), 'COMMIT');
  expect(await tablesOf(id)).toEqual([to]);
});

test('a move that is rolled back leaves the row where it was', async () => {
  await makeSubscription(app, 'rolled-back', 'active');
  await app.run('START TRANSACTION', ...move('rolled-back', 'active', 'cancelled'), 'ROLLBACK');
  expect(await tablesOf('rolled-back')).toEqual(['active']);
  expect(await app.rows("SELECT state FROM subscriptions WHERE subscription_id = 'rolled-back'")).toEqual([
    { state: 'active' },
  ]);
});

test('a row without a spine, a second row in one table and an unknown state are refused', async () => {
  await makeSubscription(app, 'known', 'active');
  expect(await app.errorOf(insertInto('active', 'without-spine'))).toBe(1452);
  expect(await app.errorOf(insertInto('active', 'known'))).toBe(1062);
  expect(await app.errorOf("INSERT INTO subscriptions (subscription_id, state) VALUES ('odd', 'ended')")).toBe(3819);
});

test('the constant state of a table cannot be written', async () => {
  await makeSubscription(app, 'constant', 'active');
  expect(await app.errorOf("UPDATE subscriptions_active SET state = 'paused' WHERE subscription_id = 'constant'")).toBe(
    3105,
  );
});

test('a spine cannot be removed from under its row, nor renamed', async () => {
  const admin = await openSession(database.adminUrl);
  await makeSubscription(admin, 'held', 'paused');
  const removed = await admin.errorOf("DELETE FROM subscriptions WHERE subscription_id = 'held'");
  const renamed = await admin.errorOf(
    "UPDATE subscriptions SET subscription_id = 'other' WHERE subscription_id = 'held'",
  );
  await admin.close();
  expect([removed, renamed]).toEqual([1451, 1451]);
});

test('a customer id changes in all three tables, also within a move', async () => {
  await makeCustomer(app, 'old-id');
  for (const state of STATES) await makeSubscription(app, `of-${state}`, state, 'old-id');
  const rename = "UPDATE customers SET customer_id = 'new-id' WHERE customer_id = 'old-id'";
  await app.run('START TRANSACTION', rename, ...move('of-active', 'active', 'paused', 'new-id'), 'COMMIT');
  const rows = await Promise.all(
    STATES.map((state) => app.rows(`SELECT customer_id FROM subscriptions_${state} WHERE subscription_id LIKE 'of-%'`)),
  );
  expect(rows.flat()).toEqual([{ customer_id: 'new-id' }, { customer_id: 'new-id' }, { customer_id: 'new-id' }]);
  expect(await tablesOf('of-active')).toEqual(['paused']);
});

// See cascade-under-lock in docs/deviations.md: with cascades above InnoDB the changes of the id are lost.
const above = await openSession(inject('mysql').admin);
const cascadesAreSafe = !(await runsCascadesAboveInnodb(above));
await above.close();

test.runIf(cascadesAreSafe)(
  'moves and changes of a customer id at once end in one table with the last id',
  async () => {
    await makeCustomer(app, 'busy-0');
    for (let index = 0; index < 10; index++) await makeSubscription(app, `busy-${index}`, 'active', 'busy-0');
    const turns = Array.from({ length: 10 }, (_, index) => index);
    const renames = async () => {
      for (const index of turns) await inTransaction<Tables, void>(database.orm, (tx) => renameCustomer(tx, index));
    };
    await Promise.all([
      renames(),
      ...turns.map((index) => inTransaction<Tables, void>(database.orm, (tx) => pause(tx, `busy-${index}`))),
    ]);
    const rows = await app.rows(
      "SELECT DISTINCT customer_id FROM subscriptions_paused WHERE subscription_id LIKE 'busy-%'",
    );
    expect(rows).toEqual([{ customer_id: 'busy-10' }]);
    expect(await app.rows("SELECT 1 FROM subscriptions_active WHERE subscription_id LIKE 'busy-%'")).toEqual([]);
  },
);

test('a customer that is removed leaves its subscriptions, without a customer', async () => {
  const admin = await openSession(database.adminUrl);
  await makeCustomer(admin, 'gone');
  await makeSubscription(admin, 'of-gone', 'cancelled', 'gone');
  await admin.run("DELETE FROM customers WHERE customer_id = 'gone'");
  const rows = await admin.rows("SELECT customer_id FROM subscriptions_cancelled WHERE subscription_id = 'of-gone'");
  await admin.close();
  expect(rows).toEqual([{ customer_id: null }]);
});

async function renameCustomer(tx: Tx, index: number): Promise<void> {
  const customers = tx.updateTable('customers').set({ customer_id: `busy-${index + 1}` });
  await customers.where('customer_id', '=', `busy-${index}`).execute();
}

/** The statements of a move as a verb runs them: the spine is locked, then the row is carried over. */
async function pause(tx: Tx, id: string): Promise<void> {
  await tx.selectFrom('subscriptions').select('version').where('subscription_id', '=', id).forUpdate().execute();
  const active = tx.selectFrom('subscriptions_active').select(['customer_id', 'cycle', 'created_at']);
  const row = await active.where('subscription_id', '=', id).forUpdate().executeTakeFirstOrThrow();
  await tx.deleteFrom('subscriptions_active').where('subscription_id', '=', id).execute();
  await tx.updateTable('subscriptions').set({ state: 'paused' }).where('subscription_id', '=', id).execute();
  await tx
    .insertInto('subscriptions_paused')
    .values({ ...row, subscription_id: id, status: 'paused' })
    .execute();
}
