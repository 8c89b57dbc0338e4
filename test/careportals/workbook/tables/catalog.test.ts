import { afterAll, beforeAll, expect, test } from 'vitest';
import { addressesTable } from '../../../../src/modules/careportals/workbook/tables/addresses.table.ts';
import { couponsTable } from '../../../../src/modules/careportals/workbook/tables/coupons.table.ts';
import { productsTable } from '../../../../src/modules/careportals/workbook/tables/products.table.ts';
import { plainQuery } from '../../../../src/platform/database/query.ts';
import { createTestDatabase, type TestDatabase } from '../../../kit/test-database.ts';
import { dids, loadLines, newContext, STARTED_AT, settleLines } from '../load-lines.ts';
import { addressLine, couponLine, id24, productLine } from '../sample-lines.ts';

let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

function run(sql: string, params: unknown[] = []): Promise<Record<string, unknown>[]> {
  return database.orm.em.getConnection().execute(sql, params) as unknown as Promise<Record<string, unknown>[]>;
}

async function rowOf(table: string, key: string, id: string) {
  const [row] = await run(`SELECT * FROM ${table} WHERE ${key} = ?`, [id]);
  return row;
}

const ADDRESS = 'a'.repeat(32);

test('products, coupons and addresses are written once and marked as the workbook’s', async () => {
  const some = async () => [
    ...dids(await loadLines(database.orm, productsTable, [productLine('p')])),
    ...dids(await loadLines(database.orm, couponsTable, [couponLine('HALF')])),
    ...dids(await loadLines(database.orm, addressesTable, [addressLine(ADDRESS)])),
  ];
  expect(await some()).toEqual(['written', 'written', 'written']);
  expect(await rowOf('products', 'product_id', id24('p'))).toMatchObject({
    ...productLine('p'),
    imported_at: STARTED_AT,
  });
  expect(await rowOf('coupons', 'coupon_code', 'HALF')).toMatchObject({
    ...couponLine('HALF'),
    imported_at: STARTED_AT,
  });
  expect(await rowOf('addresses', 'address_id', ADDRESS)).toMatchObject({ city: 'Miami', imported_at: STARTED_AT });
  expect(await some()).toEqual(['unchanged', 'unchanged', 'unchanged']);
});

test('a dry run decides the same and writes nothing', async () => {
  const lines = [productLine('p'), productLine('dry')];
  expect(dids(await settleLines(database.orm, productsTable, lines))).toEqual(['unchanged', 'written']);
  expect(await rowOf('products', 'product_id', id24('dry'))).toBeUndefined();
});

test('a product that an order left blank is filled, and what an order told of it stays', async () => {
  const id = id24('blank');
  await run("INSERT INTO products (product_id, label, list_price) VALUES (?, 'As ordered', 0)", [id]);
  const settled = await loadLines(database.orm, productsTable, [productLine('blank')]);
  expect(dids(settled)).toEqual(['filled']);
  expect(settled[0]?.differs).toContain('label');
  expect(await rowOf('products', 'product_id', id)).toMatchObject({
    label: 'As ordered',
    drug_name: 'demozine',
    list_price: 34_900,
    imported_at: null,
  });
  expect(dids(await loadLines(database.orm, productsTable, [productLine('blank')]))).toEqual(['kept']);
});

test('a coupon is known in any case, and gets a reduction where it has none', async () => {
  await run("INSERT INTO coupons (coupon_code, reduction_amount, description) VALUES ('Saved10', 0, '')");
  const line = couponLine('SAVED10', { reduction_amount: 10, description: '10% off' });
  expect(dids(await loadLines(database.orm, couponsTable, [line]))).toEqual(['filled']);
  expect(await rowOf('coupons', 'coupon_code', 'Saved10')).toMatchObject({
    coupon_code: 'Saved10',
    reduction_amount: 10,
    reduction_type: 'percent',
    description: '10% off',
  });
  expect(dids(await loadLines(database.orm, couponsTable, [line]))).toEqual(['unchanged']);
});

test('an address keeps its spelling', async () => {
  const id = 'b'.repeat(32);
  await run("INSERT INTO addresses (address_id, address1, city) VALUES (?, '1 demo st', 'miami')", [id]);
  expect(dids(await loadLines(database.orm, addressesTable, [addressLine(id)]))).toEqual(['filled']);
  expect(await rowOf('addresses', 'address_id', id)).toMatchObject({ address1: '1 demo st', postal_code: '33101' });
});

test('import replaces nothing, sync replaces what the workbook wrote last, blanks as well', async () => {
  await loadLines(database.orm, productsTable, [productLine('dear')]);
  const cheaper = productLine('dear', { list_price: 100, sale_price: null });
  expect(dids(await loadLines(database.orm, productsTable, [cheaper]))).toEqual(['kept']);
  expect(dids(await loadLines(database.orm, productsTable, [cheaper], newContext('sync')))).toEqual(['updated']);
  expect(await rowOf('products', 'product_id', id24('dear'))).toMatchObject({ list_price: 100, sale_price: null });
});

test('sync replaces nothing that others wrote', async () => {
  await loadLines(database.orm, productsTable, [productLine('theirs')]);
  await run('UPDATE products SET label = ?, imported_at = NULL WHERE product_id = ?', ['By hand', id24('theirs')]);
  expect(dids(await loadLines(database.orm, productsTable, [productLine('theirs')], newContext('sync')))).toEqual([
    'kept',
  ]);
  expect(await rowOf('products', 'product_id', id24('theirs'))).toMatchObject({ label: 'By hand' });
});

test('a row that others write between looking and writing is not replaced', async () => {
  const { orm } = database;
  await loadLines(orm, productsTable, [productLine('raced')]);
  const racing = {
    ...productsTable,
    settle: async (...args: Parameters<typeof productsTable.settle>) => {
      const settled = await productsTable.settle(...args);
      await run('UPDATE products SET label = ?, imported_at = NULL WHERE product_id = ?', ['Faster', id24('raced')]);
      return settled;
    },
  };
  const line = productLine('raced', { label: 'Slower' });
  await expect(loadLines(orm, racing, [line], newContext('sync'))).rejects.toThrow('changed by somebody else');
  expect(await rowOf('products', 'product_id', id24('raced'))).toMatchObject({ label: 'Faster' });
  expect(dids(await loadLines(orm, productsTable, [line], newContext('sync')))).toEqual(['kept']);
});

test('it is known who wrote a row last', async () => {
  const owners = await productsTable.owner?.(await plainQuery(database.orm), [id24('p'), id24('raced'), id24('none')]);
  expect(owners).toEqual(
    new Map([
      [id24('p'), 'import'],
      [id24('raced'), 'other'],
    ]),
  );
});
