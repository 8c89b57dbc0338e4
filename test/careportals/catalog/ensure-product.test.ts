import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ensureCoupon } from '../../../src/modules/careportals/catalog/ensure-coupon.ts';
import { ensureProduct, productWithId } from '../../../src/modules/careportals/catalog/ensure-product.ts';
import type { Tables, Tx } from '../../../src/modules/careportals/tables.ts';
import { inTransaction } from '../../../src/platform/database/transaction.ts';
import { createTestDatabase, type TestDatabase } from '../../kit/test-database.ts';

let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
});

afterAll(() => database.drop());

function write<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
  return inTransaction<Tables, T>(database.orm, work);
}

const at = (day: number) => `2025-11-${String(day).padStart(2, '0')} 00:00:00.000`;

async function one(sql: string) {
  const [found] = await database.orm.em.getConnection().execute<object[]>(sql);
  return found;
}

describe('ensureProduct', () => {
  const full = { productId: 'p1', label: 'Starter', drugName: 'Drug', listPrice: 34900, salePrice: 29900 };
  const columns = 'SELECT label, drug_name, list_price, sale_price, needs_review FROM products';

  test('makes a row of an id alone, to be reviewed, and fills it when more is told', async () => {
    expect(await write((tx) => ensureProduct(tx, productWithId('p1'), at(1)))).toBe(true);
    expect(await one(`${columns} WHERE product_id = 'p1'`)).toEqual({
      label: null,
      drug_name: null,
      list_price: 0,
      sale_price: null,
      needs_review: 1,
    });
    expect(await write((tx) => ensureProduct(tx, full, at(2)))).toBe(true);
    expect(await one(`${columns} WHERE product_id = 'p1'`)).toMatchObject({
      label: 'Starter',
      drug_name: 'Drug',
      list_price: 34900,
    });
    expect(await write((tx) => ensureProduct(tx, full, at(2)))).toBe(false);
  });

  test('believes who told a field first, whatever arrives first, and takes a price of 0 for a blank', async () => {
    const other = { productId: 'p2', label: 'Other', drugName: null, listPrice: 1, salePrice: 0 };
    await write((tx) => ensureProduct(tx, { ...full, productId: 'p2' }, at(5)));
    expect(await write((tx) => ensureProduct(tx, { ...other, label: 'Late' }, at(6)))).toBe(false);
    await write((tx) => ensureProduct(tx, other, at(4)));
    expect(await one(`${columns} WHERE product_id = 'p2'`)).toMatchObject({
      label: 'Other',
      drug_name: 'Drug',
      list_price: 1,
      sale_price: 29900,
    });
  });

  test('leaves alone what people or an import wrote, and fills what they left blank', async () => {
    await one("INSERT INTO products (product_id, label, list_price) VALUES ('p4', 'Theirs', 0)");
    await write((tx) => ensureProduct(tx, { ...full, productId: 'p4' }, '2020-01-01 00:00:00.000'));
    expect(await one(`${columns} WHERE product_id = 'p4'`)).toMatchObject({ label: 'Theirs', list_price: 34900 });
  });

  test('leaves alone what people wrote over what was told, also if an older order arrives later', async () => {
    await write((tx) => ensureProduct(tx, { ...full, productId: 'p5' }, at(5)));
    await one("UPDATE products SET label = 'Typed', list_price = 77700 WHERE product_id = 'p5'");
    const older = { ...full, label: 'Old label', listPrice: 100, salePrice: 200 };
    for (const day of [4, 3]) {
      await write((tx) => ensureProduct(tx, { ...older, productId: 'p5' }, at(day)));
      expect(await one(`${columns} WHERE product_id = 'p5'`)).toMatchObject({
        label: 'Typed',
        list_price: 77700,
        sale_price: 200,
      });
    }
  });

  test('bears the same new product eight times at once', async () => {
    const product = { ...full, productId: 'p3' };
    const written = await Promise.all(
      Array.from({ length: 8 }, () => write((tx) => ensureProduct(tx, product, at(1)))),
    );
    expect(written.filter(Boolean)).toHaveLength(1);
    expect(await one("SELECT COUNT(*) AS n FROM products WHERE product_id = 'p3'")).toEqual({ n: '1' });
  });
});

describe('ensureCoupon', () => {
  const columns = 'SELECT reduction_amount, reduction_type, description FROM coupons';
  const coupon = (couponCode: string, reductionAmount: number | null, reductionType: string | null) => ({
    couponCode,
    reductionAmount,
    reductionType,
  });

  test('takes the reduction of the earliest order that tells one, whatever arrives first', async () => {
    expect(await write((tx) => ensureCoupon(tx, coupon('C1', null, null), at(1)))).toBe(true);
    expect(await one(`${columns} WHERE coupon_code = 'C1'`)).toEqual({
      reduction_amount: 0,
      reduction_type: null,
      description: '',
    });
    expect(await write((tx) => ensureCoupon(tx, coupon('C1', 2500, 'dollar'), at(5)))).toBe(true);
    expect(await write((tx) => ensureCoupon(tx, coupon('c1', 50, 'percent'), at(4)))).toBe(true);
    expect(await write((tx) => ensureCoupon(tx, coupon('C1', 10, 'percent'), at(6)))).toBe(false);
    expect(await one(`${columns} WHERE coupon_code = 'C1'`)).toEqual({
      reduction_amount: 50,
      reduction_type: 'percent',
      description: '50% off',
    });
  });

  test('leaves alone a reduction, or a text, that people wrote over what was told', async () => {
    for (const code of ['C3', 'C4']) await write((tx) => ensureCoupon(tx, coupon(code, 50, 'percent'), at(5)));
    await one("UPDATE coupons SET reduction_amount = 40 WHERE coupon_code = 'C3'");
    await one("UPDATE coupons SET description = 'Half of it' WHERE coupon_code = 'C4'");
    for (const code of ['C3', 'C4']) await write((tx) => ensureCoupon(tx, coupon(code, 10, 'percent'), at(4)));
    expect(await one(`${columns} WHERE coupon_code = 'C3'`)).toMatchObject({ reduction_amount: 40 });
    expect(await one(`${columns} WHERE coupon_code = 'C4'`)).toMatchObject({
      reduction_amount: 10,
      description: 'Half of it',
    });
  });

  test('leaves alone a reduction that people or an import wrote', async () => {
    await one("INSERT INTO coupons (coupon_code, reduction_amount, description) VALUES ('C2', 700, 'theirs')");
    expect(await write((tx) => ensureCoupon(tx, coupon('C2', 50, 'percent'), at(1)))).toBe(false);
    expect(await one(`${columns} WHERE coupon_code = 'C2'`)).toMatchObject({ reduction_amount: 700 });
  });
});

test('products and coupons end the same in whatever order orders tell of them', async () => {
  let made = 0;
  const telling = fc.record({
    day: fc.integer({ min: 1, max: 4 }),
    label: fc.constantFrom('A', 'B', null),
    drugName: fc.constantFrom('X', 'Y', null),
    listPrice: fc.constantFrom(0, 100, 200, null),
    salePrice: fc.constantFrom(0, 50, null),
    reductionAmount: fc.constantFrom(0, 10, 20, null),
    reductionType: fc.constantFrom('percent', 'dollar', null),
  });
  const scrambled = fc
    .array(telling, { minLength: 2, maxLength: 5 })
    .chain((all) => fc.tuple(fc.constant(all), fc.shuffledSubarray([...all, ...all], { minLength: 2 * all.length })));
  await fc.assert(
    fc.asyncProperty(scrambled, async ([tellings, others]) => {
      const after = async (all: typeof tellings) => {
        const id = `any${++made}`;
        for (const { day, ...facts } of all) {
          await write((tx) => ensureProduct(tx, { ...facts, productId: id }, at(day)));
          await write((tx) => ensureCoupon(tx, { ...facts, couponCode: id }, at(day)));
        }
        return [
          await one(`SELECT label, drug_name, list_price, sale_price FROM products WHERE product_id = '${id}'`),
          await one(`SELECT reduction_amount, reduction_type, description FROM coupons WHERE coupon_code = '${id}'`),
        ];
      };
      expect(await after(others)).toEqual(await after(tellings));
    }),
    { numRuns: process.env.LONG_TESTS ? 500 : 10, seed: Number(process.env.TEST_SEED ?? 1) },
  );
}, 120_000);
