import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../kit/test-database.ts';
import { ADD_STATUS, makeOrder, NOON } from './make-rows.ts';
import { openSession, type Session } from './session.ts';

interface Row {
  status: string;
  at: string;
}

let database: TestDatabase;
let app: Session;
let lastOrder = 6000;

beforeAll(async () => {
  database = await createTestDatabase();
  app = await openSession(database.appUrl);
});

afterAll(async () => {
  await app.close();
  await database.drop();
});

const STAGES = ['awaiting_requirements', 'awaiting_script', 'awaiting_shipment', 'shipped'];
const OTHERS = ['awaiting_fulfillment', 'awaiting_payment', 'cancelled', 'completed', 'delivered', 'processing'];
/** Few instants, close together, so that ties and late rows are common. */
const INSTANTS = ['12:00:00.000', '12:00:00.001', '12:00:00.999', '12:00:01.000'].map((time) => `2026-03-01 ${time}`);

const history = fc.uniqueArray(
  fc.record({ status: fc.constantFrom(...STAGES, ...OTHERS), at: fc.constantFrom(...INSTANTS) }),
  { minLength: 1, maxLength: 12, selector: ({ status, at }) => `${status} ${at}` },
);

/** Whether `a` counts as newer than `b`: by time, then by core stage, then by text. */
function beats(a: Row, b: Row): boolean {
  if (a.at !== b.at) return a.at > b.at;
  const stage = STAGES.indexOf(a.status) - STAGES.indexOf(b.status);
  return stage !== 0 ? stage > 0 : a.status > b.status;
}

/** What each row must have become, in the order of arrival, and what is current at the end. */
function model(rows: Row[]) {
  let current: Row | null = null;
  const written = rows.map((row) => {
    const wins: boolean = current === null || beats(row, current);
    const previous = wins ? (current?.status ?? null) : null;
    if (wins) current = row;
    return { updated_status: row.status, changed_current: wins ? 1 : 0, previous_status: previous };
  });
  return { written, current: current as Row | null };
}

async function newOrder(): Promise<number> {
  lastOrder++;
  await makeOrder(app, lastOrder);
  return lastOrder;
}

const add = (order: number, { status, at }: Row) => app.rows(ADD_STATUS, [order, status, at]);

async function addAtOnce(order: number, rows: Row[]): Promise<void> {
  const [insert = ''] = ADD_STATUS.split('VALUES');
  const values = rows.map(({ status, at }) => `(${order}, '${status}', '${NOON}', '${at}')`);
  await app.run(`${insert} VALUES ${values.join(', ')}`);
}

async function currentOf(order: number): Promise<Row | null> {
  const [row] = await app.rows<{ status: string | null; at: string }>(
    'SELECT current_status AS status, current_status_at AS at FROM orders WHERE order_id = ?',
    [order],
  );
  return row?.status ? { status: row.status, at: row.at } : null;
}

const written = (order: number) =>
  app.rows(
    'SELECT updated_status, changed_current, previous_status FROM order_status_updates WHERE order_id = ? ORDER BY update_id',
    [order],
  );

test('whatever the order of arrival, an order ends with the same current status, and each row says what it did', async () => {
  const arrivals = history.chain((rows) =>
    fc.tuple(
      fc.shuffledSubarray(rows, { minLength: rows.length }),
      fc.shuffledSubarray(rows, { minLength: rows.length }),
    ),
  );
  await fc.assert(
    fc.asyncProperty(arrivals, async ([first, second]) => {
      const [one, other] = [await newOrder(), await newOrder()];
      for (const row of first) await add(one, row);
      await addAtOnce(other, second);
      expect(await written(one)).toEqual(model(first).written);
      expect(await written(other)).toEqual(model(second).written);
      expect(await currentOf(one)).toEqual(model(first).current);
      expect(await currentOf(other)).toEqual(model(first).current);
    }),
    { numRuns: 60 },
  );
});

test('a late older row joins the history and touches nothing of the order', async () => {
  const order = await newOrder();
  await add(order, { status: 'shipped', at: '2026-03-02 10:00:00.000' });
  const before = await app.rows('SELECT * FROM orders WHERE order_id = ?', [order]);
  await add(order, { status: 'awaiting_script', at: '2026-03-02 09:59:59.999' });
  expect(await app.rows('SELECT * FROM orders WHERE order_id = ?', [order])).toEqual(before);
  expect((await written(order)).at(-1)).toEqual({
    updated_status: 'awaiting_script',
    changed_current: 0,
    previous_status: null,
  });
});

test('a repeat is refused by idx_order_status_once and changes nothing, not even beside a newer row', async () => {
  const order = await newOrder();
  const known = { status: 'processing', at: '2026-03-02 10:00:00.000' };
  await add(order, known);
  const before = await app.rows('SELECT * FROM orders WHERE order_id = ?', [order]);
  await expect(add(order, known)).rejects.toMatchObject({
    errno: 1062,
    message: expect.stringContaining('idx_order_status_once'),
  });
  const newer = { status: 'shipped', at: '2026-03-03 10:00:00.000' };
  await expect(addAtOnce(order, [newer, known])).rejects.toMatchObject({ errno: 1062 });
  expect(await app.rows('SELECT * FROM orders WHERE order_id = ?', [order])).toEqual(before);
  expect(await written(order)).toHaveLength(1);
});

test('a row cannot say itself whether it is current', async () => {
  const order = await newOrder();
  await add(order, { status: 'shipped', at: '2026-03-02 10:00:00.000' });
  await app.rows(
    `INSERT INTO order_status_updates (order_id, updated_status, changed_current, previous_status, order_created_at, status_updated_at)
     VALUES (?, 'processing', 1, 'nonsense', NOW(3), '2026-03-01 10:00:00')`,
    [order],
  );
  expect((await written(order)).at(-1)).toEqual({
    updated_status: 'processing',
    changed_current: 0,
    previous_status: null,
  });
});

test('one statement may write the history of several orders', async () => {
  const [one, other] = [await newOrder(), await newOrder()];
  await app.run(`INSERT INTO order_status_updates (order_id, updated_status, order_created_at, status_updated_at) VALUES
    (${one}, 'processing', '${NOON}', '${INSTANTS[0]}'), (${other}, 'shipped', '${NOON}', '${INSTANTS[1]}'),
    (${one}, 'shipped', '${NOON}', '${INSTANTS[2]}'), (${other}, 'processing', '${NOON}', '${INSTANTS[0]}')`);
  expect([await currentOf(one), await currentOf(other)]).toEqual([
    { status: 'shipped', at: INSTANTS[2] },
    { status: 'shipped', at: INSTANTS[1] },
  ]);
});

test('a row for an unknown order is refused and leaves nothing', async () => {
  expect(await app.errorOf(ADD_STATUS, [999_999, 'shipped', NOON])).toBe(1452);
  expect(await app.rows('SELECT 1 FROM order_status_updates WHERE order_id = 999999')).toEqual([]);
});

test('removing an order takes its history and its cancellation with it', async () => {
  const order = await newOrder();
  await add(order, { status: 'cancelled', at: NOON });
  await app.rows('INSERT INTO orders_cancelled (order_id, cancelled_at) VALUES (?, ?)', [order, NOON]);
  await database.admin.em.getConnection().execute('DELETE FROM orders WHERE order_id = ?', [order]);
  expect(await written(order)).toEqual([]);
  expect(await app.rows('SELECT 1 FROM orders_cancelled WHERE order_id = ?', [order])).toEqual([]);
});

test('eight clients writing 200 rows of one order at once meet no deadlock and lose no row', async () => {
  const order = await newOrder();
  const rows = Array.from({ length: 200 }, (_, index) => ({
    status: [...STAGES, ...OTHERS][index % 10] ?? '',
    at: `2026-03-01 13:00:00.${String((index * 37) % 200).padStart(3, '0')}`,
  }));
  const clients = await Promise.all(Array.from({ length: 8 }, () => openSession(database.appUrl)));
  const answers = clients.map(async (client, index) => {
    const numbers: number[] = [];
    for (let at = index; at < rows.length; at += clients.length) {
      numbers.push(await client.errorOf(ADD_STATUS, [order, rows[at]?.status, rows[at]?.at]));
    }
    return numbers;
  });
  const refused = (await Promise.all(answers)).flat().filter((number) => number !== 0);
  await Promise.all(clients.map((client) => client.close()));
  expect(refused).toEqual([]);
  expect(await written(order)).toHaveLength(200);
  expect(await currentOf(order)).toEqual(model(rows).current);
});

test.each([
  ['Shipped', 'shipped'],
  [' Awaiting Shipment ', 'awaiting_shipment'],
  ['CANCELED', 'cancelled'],
])('a status that another program writes as %j is stored as the server writes it', async (written, stored) => {
  const order = await newOrder();
  await add(order, { status: written, at: INSTANTS[0] ?? '' });
  expect((await currentOf(order))?.status).toBe(stored);
});
