import { type DocumentNode, execute, parse } from 'graphql';
import { type Connection, createConnection } from 'mysql2/promise';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Operation, operations } from '../../src/bench/reads/operations.ts';
import { modules } from '../../src/modules.ts';
import { connect, type Orm, serverOf } from '../../src/platform/database/connect.ts';
import { plainQuery, type Query } from '../../src/platform/database/query.ts';
import { buildGraph } from '../../src/platform/graphql/build-schema.ts';
import { Reader } from '../../src/platform/read/reader.ts';
import { asAdmin, insert } from '../kit/people.ts';
import { createTestDatabase, type TestDatabase } from '../kit/test-database.ts';

// How many rows MySQL handles for the queries of `npm run bench -- reads`, on a connection that nobody else uses.

const FEW = 1_000;
const REQUESTS = 20;

let database: TestDatabase;
let alone: Orm;
let query: Query;
let asked: Connection;

beforeAll(async () => {
  database = await createTestDatabase();
  alone = await connect({ url: database.appUrl, entities: [], poolSize: 1 });
  query = await plainQuery(alone);
  const { dbName, ...server } = serverOf(database.adminUrl);
  asked = await createConnection({ ...server, database: dbName, dateStrings: true, supportBigNumbers: true });
  await makeProducts();
});

afterAll(async () => {
  await asked?.end();
  await alone?.close(true);
  await database?.drop();
});

test.runIf(process.env.LONG_TESTS)(
  'A, B and C of the bench read as many rows of tables that are ten times as large',
  async () => {
    await makePersons(1, FEW);
    const before = await readByEach();
    await makePersons(FEW + 1, FEW * 10);
    const after = await readByEach();
    process.stdout.write(`rows handled by ${REQUESTS} requests each: ${JSON.stringify({ before, after })}\n`);
    for (const [name, rows] of Object.entries(before)) {
      expect(rows, name).toBeGreaterThan(REQUESTS);
      expect(Math.abs((after[name] ?? 0) / rows - 1), `${name}: ${rows} and then ${after[name]}`).toBeLessThan(0.05);
    }
  },
  300_000,
);

async function readByEach(): Promise<Record<string, number>> {
  const read: Record<string, number> = {};
  for (const operation of operations) read[operation.name] = await readBy(operation);
  return read;
}

const schema = buildGraph(modules);

async function readBy({ name, document, variables }: Operation): Promise<number> {
  const parsed = parse(document);
  let sum = 0;
  for (const given of await variables(asked, REQUESTS)) {
    const start = await handled();
    await answer(parsed, given, name);
    // What looking itself costs is in each look before the last.
    sum += (await handled()) - start;
  }
  const start = await handled();
  const looking = (await handled()) - start;
  return sum - REQUESTS * looking;
}

/** Rows handled on this connection so far, by whatever way. */
async function handled(): Promise<number> {
  const rows = await query<{ Value: string }>(`SHOW SESSION STATUS LIKE 'Handler_read%'`);
  return rows.reduce((sum, { Value }) => sum + Number(Value), 0);
}

async function answer(document: DocumentNode, variableValues: Record<string, unknown>, operationName: string) {
  const contextValue = { reader: new Reader(query, 'admin', null), query, caller: { role: 'admin' } };
  const { data, errors } = await execute({ schema, document, variableValues, contextValue, operationName });
  expect(errors).toBeUndefined();
  const [found] = Object.values(data ?? {});
  expect(JSON.stringify(found).length, operationName).toBeGreaterThan(100);
}

async function makeProducts(): Promise<void> {
  const admin = await asAdmin(database);
  // It would do row by row what is known here; that it does it right is tested elsewhere.
  await admin('DROP TRIGGER order_status_keep_current');
  const products = [1, 2, 3, 4, 5].map((n) => ({ product_id: `prod-${n}`, label: `Plan ${n}`, list_price: n * 1_000 }));
  await insert(admin, 'products', products);
}

const STATUSES = ['pending', 'processing', 'shipped', 'delivered', 'completed'];

/** Persons who are all alike: five orders each, with five statuses and two payments. */
async function makePersons(from: number, to: number): Promise<void> {
  const admin = await asAdmin(database);
  for (let first = from; first <= to; first += 500) {
    const numbers = Array.from({ length: Math.min(500, to - first + 1) }, (_, index) => first + index);
    await insert(admin, 'customers', numbers.map(customer));
    const orders = numbers.flatMap((n) => [0, 1, 2, 3, 4].map((k) => order(n, k)));
    await insert(admin, 'orders', orders);
    await insert(
      admin,
      'order_status_updates',
      orders.flatMap((row) => STATUSES.map((status, k) => statusOf(row.order_id, status, k))),
    );
    const payments = orders.flatMap(({ order_id }) => [1, 2].map((k) => payment(order_id, k)));
    await insert(admin, 'payments', payments);
    await insert(
      admin,
      'payment_orders',
      payments.map(({ payment_id, order_id }) => ({ payment_id, order_id })),
    );
  }
  await admin('ANALYZE TABLE customers, orders, order_status_updates, payments, payment_orders, products');
}

function customer(n: number) {
  return {
    customer_id: `cust-${n}`,
    email: `person.${n}@example.test`,
    first_name: `First ${n}`,
    created_at: at(n * 5),
  };
}

function order(n: number, k: number) {
  return {
    order_id: n * 5 + k,
    care_portals_internal_order_id: `internal-${n}-${k}`,
    customer_id: `cust-${n}`,
    product_id: `prod-${1 + k}`,
    source: 'checkout',
    total_amount: 1_000,
    base_amount: 1_000,
    current_status: STATUSES[(n + k) % 5],
    current_status_at: at(n * 5 + k),
    created_at: at(n * 5 + k),
  };
}

function statusOf(order_id: number, updated_status: string, k: number) {
  const at_ = at(order_id + k);
  return { order_id, updated_status, source: 'manual', order_created_at: at(order_id), status_updated_at: at_ };
}

function payment(order_id: number, k: number) {
  return {
    payment_id: order_id * 2 + k,
    charge_id: `ch_${order_id}_${k}`,
    order_id,
    amount: 1_000,
    currency: 'USD',
    status: k === 1 ? 'succeeded' : 'failed',
    created_at: at(order_id),
  };
}

/** Minute after minute from a day on. */
function at(minute: number): string {
  return new Date(Date.UTC(2024, 0, 1) + minute * 60_000).toISOString().slice(0, 23).replace('T', ' ');
}
