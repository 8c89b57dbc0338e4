import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { compareWorkbook } from '../../../src/modules/careportals/workbook/compare/compare-workbook.ts';
import { comparisonInWords } from '../../../src/modules/careportals/workbook/compare/comparison-in-words.ts';
import { exportWorkbook } from '../../../src/modules/careportals/workbook/export/export-workbook.ts';
import { generateWorkbook } from '../../../src/modules/careportals/workbook/generator/generate-workbook.ts';
import { LoadStopped } from '../../../src/modules/careportals/workbook/load/load-stopped.ts';
import { loadWorkbook } from '../../../src/modules/careportals/workbook/load/load-workbook.ts';
import { systemClock } from '../../../src/platform/clock.ts';
import { plainQuery, type Query } from '../../../src/platform/database/query.ts';
import { createTestDatabase, type TestDatabase } from '../../kit/test-database.ts';
import { compareRows, loadRows, outcomes, outcomesOf } from './loading.ts';
import { customer, dollars, folderForTest, id24, order, people, wall } from './small-workbook.ts';
import { checksums } from './what-stands.ts';

const base = people(4);

let database: TestDatabase;
let query: Query;
async function open(): Promise<void> {
  database = await createTestDatabase();
  query = await plainQuery(database.orm);
}
const close = () => database?.drop();

describe('npm run compare, after an import that made stand-ins', () => {
  beforeAll(open);
  afterAll(close);

  test('finds nothing after an import, whatever stand-ins and cancellations that made, and changes no row', async () => {
    const rows = {
      ...base,
      // Names a product, a coupon and an address that no sheet has, and is cancelled by its history alone.
      'order.created': [
        ...base['order.created'],
        { ...order(9), customer_id: id24('customer', 1), product_id: id24('product', 9), coupon: 'SUMMER' },
      ],
      'order.updated': [
        ...base['order.updated'],
        {
          'Datetime Created': wall(9),
          'Datetime Updated': wall(9, 50),
          order_id: { number: '7009' },
          updated_status: 'cancelled',
        },
      ],
    };
    await loadRows(database, rows);
    const before = await checksums(database);
    const comparison = await compareRows(database, rows);
    expect(comparison.sheets.filter((sheet) => sheet.different + sheet.onlyWorkbook + sheet.onlyDatabase > 0)).toEqual(
      [],
    );
    expect(comparison.equal).toBe(true);
    expect(await checksums(database)).toEqual(before);
  });

  test('takes its own export for the same, stand-ins of coupons as well, and so does a sync', async () => {
    const path = join(await folderForTest(), 'exported.xlsx');
    await exportWorkbook(database.orm, path, { replace: false, clock: systemClock });
    const comparison = await compareWorkbook(database.orm, path, { clock: systemClock });
    expect(comparison.columns).toEqual([]);
    expect(comparison.equal).toBe(true);
    const before = await checksums(database);
    const report = await loadWorkbook(database.orm, path, { mode: 'sync', dryRun: false, clock: systemClock });
    expect(Object.keys(outcomes(report))).toEqual(['unchanged']);
    expect(await checksums(database)).toEqual(before);
  });
});

describe('npm run compare', () => {
  beforeAll(async () => {
    await open();
    await loadRows(database, base);
  });
  afterAll(close);

  test('tells apart what only one of the two has', async () => {
    const missing = { ...base, customers: [...base.customers, customer(50)], 'refund.created': [] };
    const { sheets, equal } = await compareRows(database, missing);
    expect(equal).toBe(false);
    expect(sheets.find(({ sheet }) => sheet === 'customers')).toMatchObject({
      same: 4,
      onlyWorkbook: 1,
      onlyDatabase: 0,
    });
    expect(sheets.find(({ sheet }) => sheet === 'refund.created')).toMatchObject({ rows: 0, onlyDatabase: 1 });
  });

  test('is not equal while rows of the workbook wait or were left out, and lists each; a plain repeat is no difference', async () => {
    const [first] = base['order.created'];
    const repeated = { ...base, 'order.created': [...base['order.created'], { ...first }] };
    const repeats = await compareRows(database, repeated);
    expect(repeats.equal).toBe(true);
    expect(repeats.sheets.find(({ sheet }) => sheet === 'order.created')).toMatchObject({ repeats: 1, leftOut: 0 });
    for (const [row, is, rule] of [
      [{ ...first, total_amount: dollars(99_000) }, 'leftOut', 'duplicate-differs-in-money'],
      [{ ...order(9), customer_id: id24('customer', 1), total_amount: 'lots' }, 'leftOut', 'value-unreadable'],
      [{ ...order(8), customer_id: id24('nobody', 1) }, 'waiting', 'order-without-customer'],
    ] as const) {
      const rows = { ...base, 'order.created': [...base['order.created'], row] };
      await loadRows(database, rows);
      const list = join(await folderForTest(), 'list.jsonl');
      const comparison = await compareRows(database, rows, { list });
      expect({ rule, equal: comparison.equal }).toEqual({ rule, equal: false });
      expect(comparison.sheets.find(({ sheet }) => sheet === 'order.created')).toMatchObject({ [is]: 1 });
      const listed = (await readFile(list, 'utf8')).trim().split('\n');
      const told = listed.map((line) => JSON.parse(line) as { is: string; row: number });
      expect(told).toMatchObject([{ is, row: rows['order.created'].length + 1 }]);
      expect(listed[0]).toContain(`"${rule}"`);
    }
  });

  test('counts a payment that is linked to other orders than the workbook names', async () => {
    const [first, ...others] = base.payment_succesful;
    const cart = { ...first, description: 'Orders #7001, #7002' };
    const rows = { ...base, payment_succesful: [cart, ...others] };
    const sync = (some: typeof rows) => loadRows(database, some, { mode: 'sync' });
    await sync(rows);
    expect((await compareRows(database, rows)).equal).toBe(true);
    await database.admin.em.getConnection().execute('DELETE FROM payment_orders WHERE order_id = 7002 LIMIT 1');
    const { columns, equal } = await compareRows(database, rows);
    expect(equal).toBe(false);
    expect(columns).toEqual([
      { sheet: 'payment_succesful', column: 'linked_order_ids', count: 1, byOwner: { import: 1, other: 0 } },
    ]);
    expect(outcomesOf(await sync(rows), 'payment_succesful')).toEqual({ filled: 1, unchanged: 3 });
    expect(outcomesOf(await sync(base), 'payment_succesful')).toEqual({ updated: 1, unchanged: 3 });
    expect((await compareRows(database, base)).equal).toBe(true);
  });

  test('counts by column and by who wrote last what differs, and lists it for its owner alone', async () => {
    await query("UPDATE customers SET first_name = 'Other', imported_at = NULL WHERE customer_id = ?", [
      id24('customer', 2),
    ]);
    const rows = {
      ...base,
      'order.created': [{ ...order(1), credit_used_amount: dollars(100) }, ...base['order.created'].slice(1)],
    };
    const list = join(await folderForTest(), 'list.jsonl');
    const comparison = await compareRows(database, rows, { list });
    expect(comparison.equal).toBe(false);
    expect(comparison.columns).toEqual([
      { sheet: 'customers', column: 'first_name', count: 1, byOwner: { import: 0, other: 1 } },
      { sheet: 'order.created', column: 'credit_used_amount', count: 1, byOwner: { import: 1, other: 0 } },
    ]);
    const listed = (await readFile(list, 'utf8')).trim().split('\n');
    expect(listed.map((line) => (JSON.parse(line) as { is: string }).is)).toEqual(['different', 'different']);
    expect((await stat(list)).mode & 0o777).toBe(0o600);
    expect(comparisonInWords(comparison)).not.toMatch(/needle/i);
  });

  test('and an export end with a sentence that names the number of what MySQL refused, and no value', async () => {
    const rows = { ...base, 'refund.created': [] };
    await database.admin.em.getConnection().execute('ALTER TABLE refunds RENAME COLUMN reason TO reason_x');
    const path = join(await folderForTest(), 'never.xlsx');
    const works = [
      () => compareRows(database, rows),
      () => exportWorkbook(database.orm, path, { replace: false, clock: systemClock }),
    ];
    for (const work of works) {
      const error = await work().catch((failure: unknown) => failure);
      expect(error).toBeInstanceOf(LoadStopped);
      expect((error as Error).message).toMatch(/^MySQL refused what it was asked with sheet "refund.created".*1054/);
      expect((error as Error).message).not.toMatch(/select|loaded/i);
    }
    await expect(stat(path)).rejects.toMatchObject({ code: 'ENOENT' });
  });
});

describe('npm run compare, in true size', () => {
  beforeAll(open);
  afterAll(close);

  test.runIf(process.env.LONG_TESTS)(
    'finds nothing after the import of a workbook without faults',
    async () => {
      const path = join(await folderForTest(), 'plain.xlsx');
      await generateWorkbook(path, { times: 1, seed: 'plain', plain: true });
      await loadWorkbook(database.orm, path, { mode: 'import', dryRun: false, clock: systemClock });
      const comparison = await compareWorkbook(database.orm, path, { clock: systemClock });
      expect(comparison.sheets.filter(({ rows, same, repeats }) => rows !== same + repeats)).toEqual([]);
      expect(comparison.equal).toBe(true);
    },
    60_000,
  );
});
