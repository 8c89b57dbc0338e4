import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { comparisonInWords } from '../../../src/modules/careportals/workbook/compare/comparison-in-words.ts';
import { plainQuery, type Query } from '../../../src/platform/database/query.ts';
import { createTestDatabase, type TestDatabase } from '../../kit/test-database.ts';
import { compareRows, loadRows } from './loading.ts';
import { customer, dollars, folderForTest, id24, order, people, wall } from './small-workbook.ts';
import { checksums } from './what-stands.ts';

const base = people(4);

let database: TestDatabase;
let query: Query;
beforeEach(async () => {
  const made = await createTestDatabase();
  database = made;
  query = await plainQuery(made.orm);
  onTestFinished(() => made.drop());
});

describe('npm run compare', () => {
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
        {
          'Datetime Created': wall(9),
          'Datetime Updated': wall(9, 51),
          order_id: { number: '7777' },
          updated_status: 'shipped',
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
    expect(comparison.sheets.find(({ sheet }) => sheet === 'order.updated')?.waiting).toBe(1);
    expect(await checksums(database)).toEqual(before);
  });

  test('counts by column and by who wrote last what differs, and lists it for its owner alone', async () => {
    await loadRows(database, base);
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

  test('tells apart what only one of the two has', async () => {
    await loadRows(database, base);
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
});
