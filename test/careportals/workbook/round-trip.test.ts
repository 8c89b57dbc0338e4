import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { recordMonth } from '../../../src/modules/careportals/demo/month/record-month.ts';
import { Random } from '../../../src/modules/careportals/demo/random.ts';
import { seedDemoData } from '../../../src/modules/careportals/demo/seed-demo-data.ts';
import { type Exported, exportWorkbook } from '../../../src/modules/careportals/workbook/export/export-workbook.ts';
import { generateWorkbook } from '../../../src/modules/careportals/workbook/generator/generate-workbook.ts';
import { loadWorkbook } from '../../../src/modules/careportals/workbook/load/load-workbook.ts';
import { systemClock } from '../../../src/platform/clock.ts';
import type { Orm } from '../../../src/platform/database/connect.ts';
import type { Cell } from '../../../src/platform/xlsx/cell.ts';
import { openXlsx } from '../../../src/platform/xlsx/open-xlsx.ts';
import { createTestDatabase, type TestDatabase } from '../../kit/test-database.ts';
import { Arrivals } from '../intake/arrival/arrivals.ts';
import { act, at } from '../subscriptions/act.ts';
import { folderForTest } from './small-workbook.ts';

const SEED = process.env.TEST_SEED ?? 'round trip';
const LONG = process.env.LONG_TESTS !== undefined;
const CUSTOMERS = LONG ? 2_000 : 40;
const SEEDS = LONG ? [SEED, `${SEED} 2`, `${SEED} 3`] : [SEED];
const MONTH = LONG ? { orders: 60, subscriptions: 40 } : { orders: 6, subscriptions: 4 };

const databases: TestDatabase[] = [];
afterAll(() => Promise.all(databases.map((database) => database.drop())));

async function emptyDatabase(): Promise<TestDatabase> {
  const database = await createTestDatabase();
  databases.push(database);
  return database;
}

let empty: TestDatabase;
beforeAll(async () => {
  empty = await emptyDatabase();
});

type Sheets = Record<string, (string | null)[][]>;

/** Every cell of every tab, as text. */
async function cellsOf(path: string): Promise<Sheets> {
  const file = await openXlsx(path);
  const sheets: Sheets = {};
  for (const name of file.sheetNames) {
    const rows: (string | null)[][] = [];
    for await (const { cells } of file.rows(name))
      rows.push(cells.map((cell) => (cell === null ? null : asText(cell))));
    sheets[name] = rows;
  }
  await file.close();
  return sheets;
}

function asText(cell: Cell): string {
  return JSON.stringify(Object.values(cell));
}

function exportTo(orm: Orm, path: string): Promise<Exported> {
  return exportWorkbook(orm, path, { replace: false, clock: systemClock });
}

interface RoundTrip {
  first: Sheets;
  exported: Exported;
  again: Exported;
}

/** Exports, imports into an empty database, exports that; expects both to be the same, cell by cell. */
async function expectSameAfterRoundTrip(orm: Orm): Promise<RoundTrip> {
  const folder = await folderForTest();
  const [one, two] = [join(folder, 'one.xlsx'), join(folder, 'two.xlsx')];
  const exported = await exportTo(orm, one);
  const { orm: other } = await emptyDatabase();
  const report = await loadWorkbook(other, one, { mode: 'import', dryRun: false, clock: systemClock });
  // A cancellation may be there already: the history tells it as well.
  const notTaken = report.sheets.filter(({ read, written, unchanged }) => read !== written + unchanged);
  expect(notTaken).toEqual([]);
  const again = await exportTo(other, two);
  const [first, second] = [await cellsOf(one), await cellsOf(two)];
  expect(Object.keys(second)).toEqual(Object.keys(first));
  for (const sheet of Object.keys(first)) expect({ [sheet]: second[sheet] }).toEqual({ [sheet]: first[sheet] });
  return { first, exported, again };
}

describe.each(SEEDS)('a database of demo data and a month of webhooks (%s)', (seed) => {
  let arrivals: Arrivals;
  beforeAll(async () => {
    arrivals = await Arrivals.open();
    await arrivals.inOrder(recordMonth({ seed, ...MONTH }));
    await seedDemoData(arrivals.database.orm, { customers: CUSTOMERS, seed });
    await actOnSome(arrivals, seed);
  }, 240_000);
  afterAll(() => arrivals?.close());

  test('comes back from a workbook as the same workbook', { timeout: 240_000 }, async () => {
    const { first, exported, again } = await expectSameAfterRoundTrip(arrivals.database.orm);
    expect(Object.values(first).filter((rows) => rows.length < 2)).toHaveLength(2);
    expect(exported.rows.customers).toBeGreaterThanOrEqual(CUSTOMERS);
    expect(again.rows).toEqual(exported.rows);
    expect(again.leftOut.filter(({ why }) => !why.includes('autumn'))).toEqual([]);
  });
});

async function actOnSome({ database, query }: Arrivals, seed: string): Promise<void> {
  const random = Random.from(seed);
  const rows = await query<{ id: string }>(
    "SELECT subscription_id AS id FROM subscriptions WHERE state = 'active' LIMIT 12",
  );
  for (const [index, { id }] of rows.entries()) {
    await act(database.orm, random.pick(['pause', 'cancel']), id, at(1 + index), { reason: 'too_expensive' });
  }
}

test.runIf(LONG)('a generated workbook, with all its faults, is mended once', { timeout: 240_000 }, async () => {
  const folder = await folderForTest();
  const path = join(folder, 'generated.xlsx');
  await generateWorkbook(path, { times: 1, seed: SEED });
  const { orm } = await emptyDatabase();
  await loadWorkbook(orm, path, { mode: 'import', dryRun: false, clock: systemClock });
  const { again } = await expectSameAfterRoundTrip(orm);
  expect(again.leftOut.filter(({ why }) => !why.includes('autumn'))).toEqual([]);
});

test('an empty database is a workbook of headers, which can be loaded', async () => {
  const { orm } = empty;
  const { first } = await expectSameAfterRoundTrip(orm);
  expect(Object.entries(first).map(([sheet, rows]) => [sheet, rows.length])).toEqual(
    Object.keys(first).map((sheet) => [sheet, sheet === 'questionnaire_structure' ? 0 : 1]),
  );
});

const TEXTS = [
  '=1+1',
  '+12',
  "'quoted",
  '_x0041_',
  '_x005F_x0041_',
  'a\tb\nc\rd',
  '\u0000\u0007bell',
  '  spaces  ',
  'N/A',
  'null',
  'undefined',
  '[object Object]',
  '{{customer.name}}',
  '<b>&amp;</b> ]]>',
  'émoji 😀 𝒳',
  '\u202eright to left',
  'ﬁ ligature',
  '#REF!',
  '0042',
  '1E5',
  'TRUE',
  '2025-11-02 01:30:00',
  'x'.repeat(100),
];

describe('hostile rows', () => {
  let database: TestDatabase;
  const run = (sql: string, params: unknown[] = []) => database.orm.em.getConnection().execute(sql, params as string[]);
  const hex = (kind: string, index: number) => `${kind}${String(index).padStart(4, '0')}`.padStart(24, 'a');

  beforeAll(async () => {
    database = await emptyDatabase();
    for (const [index, text] of TEXTS.entries()) await addFamily(index, text);
    await addOddities();
  });

  async function addFamily(index: number, text: string): Promise<void> {
    const [customer, order] = [hex('c', index), String(9_007_199_254_740_900 + index * 3)];
    const address = hex('d', index).padStart(32, '0');
    await run('INSERT INTO customers (customer_id, email, first_name, last_name, phone) VALUES (?, ?, ?, ?, ?)', [
      customer,
      `${index}${text.slice(0, 20)}@x`,
      text,
      text,
      text.slice(0, 50),
    ]);
    await run(
      `INSERT INTO addresses (address_id, address1, address2, city, province_code, postal_code, country_code)
        VALUES (?, ?, ?, ?, ?, ?, ?)`,
      [address, text, text, text, text.slice(0, 2), text.slice(0, 20), text.slice(0, 2)],
    );
    await run(
      'INSERT INTO products (product_id, short_name, label, sub_label, drug_name, list_price) VALUES (?, ?, ?, ?, ?, ?)',
      [hex('e', index), text.slice(0, 50), text, text, text, index],
    );
    await run('INSERT INTO coupons (coupon_code, reduction_amount, reduction_type, description) VALUES (?, ?, ?, ?)', [
      `${index}${text}`.slice(0, 50),
      index,
      index % 2 === 0 ? text.slice(0, 20) : null,
      text,
    ]);
    await run(
      `INSERT INTO orders (order_id, care_portals_internal_order_id, customer_id, shipping_address_id, product_id,
        coupon_code, source, total_amount, discount_amount, base_amount, discount_reduction_amount,
        discount_reduction_type, pharmacy_assigned, created_at)
        VALUES (?, ?, ?, ?, ?, ?, ?, 14950, 5050, 20000, ?, ?, ?, '2025-11-02 06:30:00.123')`,
      [
        order,
        hex('f', index),
        customer,
        address,
        hex('e', index),
        `${index}${text}`.slice(0, 50),
        text.slice(0, 30),
        index,
        index % 3 === 0 ? null : ['percent', 'dollar', text.slice(0, 20)][index % 3],
        text.slice(0, 50),
      ],
    );
    // Twenty minutes apart, and on Eastern clocks forty minutes the other way; and an hour apart, and the same.
    const times = [
      ['shipped', '2025-11-02 05:50:00.000'],
      ['shipped', '2025-11-02 06:10:00.000'],
      ['Cancelled', '2025-11-02 06:30:00.500'],
      [text.slice(0, 50), '2025-11-02 05:30:00.000'],
      [text.slice(0, 50), '2025-11-02 06:30:00.000'],
    ];
    for (const [status, at] of times) {
      await run(
        `INSERT INTO order_status_updates (order_id, updated_status, order_created_at, status_updated_at)
          VALUES (?, ?, '2025-11-02 06:30:00.123', ?)`,
        [order, status, at],
      );
    }
    await run(
      `INSERT INTO payments (charge_id, payment_intent_id, order_id, amount, currency, created_at, description,
        card_last4, card_brand, status) VALUES (?, ?, ?, ?, 'usd', '2025-03-09 07:00:00.999', ?, ?, ?, 'succeeded')`,
      [
        `ch_${hex('1', index)}`,
        `pi_${hex('2', index)}`,
        order,
        index,
        `Orders #${order}, ${text}`,
        text.slice(0, 4),
        text.slice(0, 20),
      ],
    );
    await run(
      `INSERT INTO refunds (stripe_refund_id, charge_id, amount, currency, reason, status, created_at)
        VALUES (?, ?, ?, 'USD', ?, ?, '2025-03-09 06:59:59.999')`,
      [`re_${hex('3', index)}`, `ch_${hex('1', index)}`, index, text, text.slice(0, 20)],
    );
    await run('INSERT INTO subscriptions (subscription_id, state) VALUES (?, ?)', [hex('4', index), 'paused']);
    await run(
      `INSERT INTO subscriptions_paused (subscription_id, customer_id, product_id, cycle, status, created_at)
        VALUES (?, ?, ?, 1, ?, '2025-06-01')`,
      [hex('4', index), index % 2 === 0 ? customer : null, null, text.slice(0, 20)],
    );
    await run(
      `INSERT INTO subscriptions_audit_log (subscription_id, status, trigger_type, effect, actor, actor_role, source,
        webhook_received_at, raw_data, hash) VALUES (?, ?, ?, 'changed', 'x', 'system', 'webhook', ?, ?, '')`,
      [
        hex('4', index),
        text.slice(0, 20) || 'x',
        text.slice(0, 50),
        '2025-11-02 05:30:00.000',
        JSON.stringify({ [text]: text, nested: [text, 1e21, -0, 1.5, null, { salt: 'x' }] }),
      ],
    );
    await run(
      `INSERT INTO error_logs (error_type, error_message, raw_data, trigger_source, occurred_at)
        VALUES (?, ?, ?, ?, '2025-11-02 05:30:00.000')`,
      [text, text, JSON.stringify(text), `workbook:${text}`.slice(0, 100)],
    );
    await run(
      `INSERT INTO questionnaire_responses (questionnaire_id, session_id, question_index, question_type,
        answer_data_type, answer_count, answers, composite_key, created_at) VALUES (?, ?, ?, ?, ?, 1, ?, ?, '2025-11-02 06:30:00')`,
      [text, hex('5', index), index, text.slice(0, 50), text.slice(0, 50), JSON.stringify([text]), text],
    );
  }

  /** Ids that have no shape, a customer who is left out with all that hangs on them, and a body that fits no cell. */
  async function addOddities(): Promise<void> {
    await run("INSERT INTO customers (customer_id, email) VALUES ('not an id', 'lost@example.net')");
    await run(
      `INSERT INTO orders (order_id, care_portals_internal_order_id, customer_id, source, total_amount, base_amount,
        created_at) VALUES (1, 'abcdef000000000000000001', 'not an id', 'x', 0, 0, '2025-01-01')`,
    );
    await run(
      `INSERT INTO order_status_updates (order_id, updated_status, order_created_at, status_updated_at)
        VALUES (1, 'shipped', '2025-01-01', '2025-01-02')`,
    );
    await run(
      "INSERT INTO payments (charge_id, order_id, amount, currency, created_at, status) VALUES ('ch_lost00000', 1, 5, 'USD', '2025-01-01', 'failed')",
    );
    await run(
      "INSERT INTO refunds (stripe_refund_id, charge_id, amount, currency, created_at, status) VALUES ('re_lost00000', 'ch_lost00000', 5, 'USD', '2025-01-01', 'failed')",
    );
    await run(
      `INSERT INTO subscriptions_audit_log (subscription_id, status, trigger_type, effect, actor, actor_role, source,
        webhook_received_at, raw_data, hash) VALUES (?, 'active', 'active', 'changed', 'x', 'system', 'webhook',
        '2025-01-01', ?, '')`,
      [hex('4', 0), JSON.stringify({ text: 'y'.repeat(40_000) })],
    );
  }

  test('come back from a workbook as the same workbook; what it cannot carry is counted', {
    timeout: 120_000,
  }, async () => {
    const { exported } = await expectSameAfterRoundTrip(database.orm);
    const left = Object.fromEntries(exported.leftOut.map(({ sheet, why, count }) => [`${sheet}: ${why}`, count]));
    expect(left).toMatchObject({
      'order.created: its customer is not in the workbook': 1,
      'order.updated: its order is not in the workbook': 4,
      'payment_succesful: its order is not in the workbook': 2,
      'refund.created: its payment is not in the workbook': 1,
      'subscription.full_log: raw data that a cell cannot hold was left blank': 1,
    });
    expect(left['order.updated: another row of the workbook is the same']).toBeGreaterThan(0);
  });
});

describe('the file', () => {
  test('is for its owner alone, is not replaced unasked, and is not there if the export was stopped', async () => {
    const { orm } = empty;
    const folder = await folderForTest();
    const path = join(folder, 'out.xlsx');
    await exportTo(orm, path);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    await expect(exportTo(orm, path)).rejects.toMatchObject({ code: 'EEXIST' });
    await exportWorkbook(orm, path, { replace: true, clock: systemClock });
    const stopped = new AbortController();
    stopped.abort();
    const other = join(folder, 'other.xlsx');
    const options = { replace: false, clock: systemClock, signal: stopped.signal };
    await expect(exportWorkbook(orm, other, options)).rejects.toThrow();
    await expect(stat(other)).rejects.toMatchObject({ code: 'ENOENT' });
    await expect(exportTo(orm, join(folder, 'no such folder', 'out.xlsx'))).rejects.toMatchObject({ code: 'ENOENT' });
    expect(await readdir(folder)).toEqual(['out.xlsx']);
  });
});
