import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { recordMonth } from '../../../src/modules/careportals/demo/month/record-month.ts';
import { Random } from '../../../src/modules/careportals/demo/random.ts';
import { ORDER_GROUPS } from '../../../src/modules/careportals/orders/order-columns.ts';
import { LostRace } from '../../../src/modules/careportals/workbook/lost-race.ts';
import type { SheetName } from '../../../src/modules/careportals/workbook/sheet.ts';
import type { Table } from '../../../src/modules/careportals/workbook/table.ts';
import { addressesTable } from '../../../src/modules/careportals/workbook/tables/addresses.table.ts';
import { couponsTable } from '../../../src/modules/careportals/workbook/tables/coupons.table.ts';
import { customersTable } from '../../../src/modules/careportals/workbook/tables/customers.table.ts';
import { ordersTable } from '../../../src/modules/careportals/workbook/tables/orders.table.ts';
import { paymentsTable } from '../../../src/modules/careportals/workbook/tables/payments.table.ts';
import { productsTable } from '../../../src/modules/careportals/workbook/tables/products.table.ts';
import { refundsTable } from '../../../src/modules/careportals/workbook/tables/refunds.table.ts';
import { mysqlNumber, RetryLater } from '../../../src/platform/database/transaction.ts';
import { Arrivals } from '../intake/arrival/arrivals.ts';
import type { BusinessState } from '../intake/arrival/business-state.ts';
import { permuted } from '../intake/arrival/permute.ts';
import { MapKnown } from './known.ts';
import { loadLines, newContext } from './load-lines.ts';
import { customerLine, id24, orderLine } from './sample-lines.ts';

const LONG = process.env.LONG_TESTS !== undefined;
const ROUNDS = LONG ? 500 : 3;
const SEED = process.env.TEST_SEED ?? '1';
const FIRST_ROUND = Number(process.env.TEST_FROM ?? 0);

type Line = Record<string, unknown>;
type Row = Record<string, unknown>;

/** In the order in which a run loads them. */
const TABLES = {
  customers: customersTable,
  addresses: addressesTable,
  products: productsTable,
  coupons: couponsTable,
  'order.created': ordersTable,
  payment_succesful: paymentsTable,
  'refund.created': refundsTable,
} as const;
type Loaded = keyof typeof TABLES;
type Sheets = Record<Loaded, Line[]>;

let arrivals: Arrivals;
let month: ReturnType<typeof recordMonth>;
let alone: BusinessState;
let workbook: Sheets;
let firstOrders: Record<string, string>;

beforeAll(async () => {
  arrivals = await Arrivals.open();
  month = recordMonth({ seed: SEED, orders: 6, subscriptions: 3 });
  alone = await arrivals.inOrder(month);
  const sheets = {} as Sheets;
  for (const [name, table] of Object.entries(TABLES)) {
    sheets[name as Loaded] = [];
    for await (const page of table.pages(arrivals.query, name as SheetName)) {
      sheets[name as Loaded].push(...(page as unknown as Line[]));
    }
  }
  const known = await arrivals.query<{ id: string; at: string }>(
    'SELECT customer_id AS id, created_at AS at FROM customers',
  );
  firstOrders = Object.fromEntries(known.map(({ id, at }) => [id, at]));
  workbook = asPeopleKeepIt(sheets);
}, 120_000);
afterAll(() => arrivals?.close());

/** The deliveries' own rows with other names and amounts, blanks filled, and rows of which no delivery tells. */
function asPeopleKeepIt(sheets: Sheets): Sheets {
  const named = sheets.customers.filter(({ customer_id }) => !String(customer_id).startsWith('unknown-'));
  const ids = new Set(named.map(({ customer_id }) => customer_id));
  const orders = sheets['order.created'].filter(({ customer_id }) => ids.has(customer_id));
  const numbers = new Set(orders.map(({ order_id }) => order_id));
  const payments = sheets.payment_succesful.filter(({ order_id }) => numbers.has(order_id));
  const charges = new Set(payments.map(({ charge_id }) => charge_id));
  return {
    ...sheets,
    customers: [
      ...named.map((line) => ({ ...line, first_name: 'Sheet', phone: '+13055550199' })),
      { ...EXTRA_CUSTOMER },
    ],
    'order.created': [
      ...orders.map((line) => ({
        ...line,
        source: 'sheet',
        pharmacy_assigned: 'Sheet',
        total_amount: Number(line.total_amount) + 1,
      })),
      { ...EXTRA_ORDER },
    ],
    payment_succesful: payments,
    'refund.created': sheets['refund.created'].filter(({ charge_id }) => charges.has(charge_id)),
  };
}

const EXTRA_CUSTOMER = customerLine('never-told');
const EXTRA_ORDER = orderLine('888001', { customer_id: EXTRA_CUSTOMER.customer_id, product_id: id24('sheet-only') });

async function importAll(random: Random): Promise<void> {
  const context = newContext('import', new MapKnown(firstOrders));
  for (const [name, table] of Object.entries(TABLES)) {
    const size = 1 + random.below(10);
    const lines = workbook[name as Loaded];
    for (let start = 0; start < lines.length; start += size) {
      await untilWritten(() =>
        loadLines(arrivals.database.orm, table as unknown as Table<Line>, lines.slice(start, start + size), context),
      );
    }
  }
}

/** As a run does it: a batch that met somebody faster is settled again. */
async function untilWritten(load: () => Promise<unknown>): Promise<void> {
  for (let attempt = 1; attempt <= 50; attempt++) {
    try {
      await load();
      return;
    } catch (error) {
      const isRace = error instanceof LostRace || error instanceof RetryLater || mysqlNumber(error) === 1062;
      if (!isRace) throw error;
      await pause(5);
    }
  }
  throw new Error('Fifty times somebody was faster.');
}

/** Before, between and after the deliveries: in the first three rounds once each. */
async function whenever(round: number, random: Random, over: AbortSignal): Promise<void> {
  const when = round < 3 ? round : random.below(4);
  if (when === 0) return;
  if (when === 2) {
    while (!over.aborted) await pause(5);
    return;
  }
  await pause(random.below(round < 3 ? 400 : 1_500));
}

test('deliveries and an import leave the deliveries’ state behind, and of what they never told the workbook’s', {
  timeout: LONG ? 7_200_000 : 240_000,
}, async () => {
  for (let round = FIRST_ROUND; round < ROUNDS; round++) {
    const random = Random.from(`cooperation ${SEED} ${round}`);
    const permutation = permuted(month, random);
    const state = await arrivals.atOnce(permutation, async (_schema, over) => {
      await whenever(round, random, over);
      await importAll(random);
    });
    const wrong = differencesFrom(state);
    expect(wrong, `round ${round}: TEST_SEED=${SEED} TEST_FROM=${round}`).toEqual([]);
  }
});

/** By table, key and column; without values. */
function differencesFrom(state: BusinessState): string[] {
  return [...alone].flatMap(([table, rows]) => {
    const others = state.get(table) ?? new Map<string, Row[]>();
    const missing = [...rows.keys()].filter((key) => !others.has(key)).map((key) => `${table} ${key}: no row`);
    const wrong = [...rows].flatMap(([key, [row = {}]]) => wrongColumns(table, row, others.get(key)?.[0] ?? row));
    return [...missing, ...wrong.map((column) => `${table}: ${column}`)];
  });
}

function wrongColumns(table: string, row: Row, now: Row): string[] {
  const columns = Object.keys(row).filter((column) => column !== 'told_at' && text(row[column]) !== text(now[column]));
  return columns.filter((column) => !isWorkbooks(table, row, now, column));
}

/** Where the deliveries told nothing, the workbook's value stands. */
function isWorkbooks(table: string, row: Row, now: Row, column: string): boolean {
  const line = lineOf(table, row);
  if (line === undefined) return false;
  const isTheirs = text(now[column]) === text(line[column]);
  if (table === 'customers') return row[column] === null && isTheirs;
  if (table !== 'orders') return false;
  if (column === 'is_stub') return now.is_stub === 0;
  const [group] = Object.entries(ORDER_GROUPS).find(([, names]) => (names as readonly string[]).includes(column)) ?? [];
  const isTold = group !== undefined && group in (row.told_at as object);
  return !isTold && isTheirs;
}

function lineOf(table: string, row: Row): Line | undefined {
  if (table === 'customers')
    return workbook.customers.find(({ email }) => String(email).toLowerCase() === row.email_lower);
  return workbook['order.created'].find(({ order_id }) => order_id === row.order_id);
}

function text(value: unknown): string {
  return JSON.stringify(value ?? null);
}

test('the month tells enough for the comparison to mean something', () => {
  const told = [...(alone.get('orders')?.values() ?? [])].flat().map((row) => Object.keys(row.told_at as object));
  expect(told.some((groups) => groups.includes('total'))).toBe(true);
  expect(workbook['order.created'].length).toBeGreaterThan(3);
  expect(workbook.payment_succesful.length).toBeGreaterThan(2);
});
