import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { plainQuery, type Query } from '../../../src/platform/database/query.ts';
import { createTestDatabase, type TestDatabase } from '../../kit/test-database.ts';
import { loadRows, outcomes, outcomesOf } from './loading.ts';
import { customer, dollars, id24, order, orderNumber, people, product } from './small-workbook.ts';
import { checksums } from './what-stands.ts';

let database: TestDatabase;
let query: Query;
beforeAll(async () => {
  database = await createTestDatabase();
  query = await plainQuery(database.orm);
});
afterAll(() => database?.drop());

const base = people(4);

/** The workbook a day later: another price, another name, another total. */
const later = {
  ...base,
  products: [{ ...product, list_price: dollars(45_000) }],
  customers: [{ ...customer(1), first_name: 'Needleother' }, ...base.customers.slice(1)],
  'order.created': [
    { ...order(1), total_amount: dollars(41_000), base_amount: dollars(41_000) },
    ...base['order.created'].slice(1),
  ],
};

describe('npm run sync', () => {
  test('takes the workbook over what import wrote, and nothing over what others wrote since', async () => {
    await loadRows(database, base);
    await query('UPDATE customers SET first_name = ?, imported_at = NULL WHERE customer_id = ?', [
      'Webhook',
      id24('customer', 1),
    ]);

    const imported = await loadRows(database, later);
    expect(outcomesOf(imported, 'products')).toEqual({ kept: 1 });
    expect(outcomesOf(imported, 'order.created')).toEqual({ kept: 1, unchanged: 3 });

    const synced = await loadRows(database, later, { mode: 'sync' });
    expect(outcomesOf(synced, 'products')).toEqual({ updated: 1 });
    expect(outcomesOf(synced, 'order.created')).toEqual({ updated: 1, unchanged: 3 });
    expect(outcomesOf(synced, 'customers')).toEqual({ kept: 1, unchanged: 3 });

    const [known] = await query<{ first_name: string }>('SELECT first_name FROM customers WHERE customer_id = ?', [
      id24('customer', 1),
    ]);
    expect(known?.first_name).toBe('Webhook');
    const [total] = await query<{ total_amount: number }>('SELECT total_amount FROM orders WHERE order_id = ?', [
      `${orderNumber(1)}`,
    ]);
    expect(total?.total_amount).toBe(41_000);
  });

  test('says in a dry run what it would do, and changes no row; done twice it changes nothing', async () => {
    const next = { ...later, products: [{ ...product, list_price: dollars(46_000) }] };
    const before = await checksums(database);
    const dry = await loadRows(database, next, { mode: 'sync', dryRun: true });
    expect(await checksums(database)).toEqual(before);
    expect(outcomesOf(dry, 'products')).toEqual({ updated: 1 });
    const synced = await loadRows(database, next, { mode: 'sync' });
    expect(synced.sheets).toEqual(dry.sheets);

    const after = await checksums(database);
    const again = await loadRows(database, next, { mode: 'sync' });
    expect(outcomes(again)).toEqual({ unchanged: expect.any(Number) as number, kept: 1 });
    expect(await checksums(database)).toEqual(after);
  });
});
