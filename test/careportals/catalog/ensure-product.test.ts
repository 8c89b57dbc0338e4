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

function write(work: (tx: Tx) => Promise<void>): Promise<void> {
  return inTransaction<Tables, void>(database.orm, work);
}

async function one(sql: string) {
  const [found] = await database.orm.em.getConnection().execute<object[]>(sql);
  return found;
}

describe('ensureProduct', () => {
  const full = { productId: 'p1', label: 'Starter', drugName: 'Drug', listPrice: 34900, salePrice: 29900 };
  const columns = 'SELECT label, drug_name, list_price, sale_price, needs_review FROM products';

  test('makes a row of an id alone, to be reviewed, and fills it when more is told', async () => {
    await write((tx) => ensureProduct(tx, productWithId('p1')));
    expect(await one(`${columns} WHERE product_id = 'p1'`)).toEqual({
      label: null,
      drug_name: null,
      list_price: 0,
      sale_price: null,
      needs_review: 1,
    });
    await write((tx) => ensureProduct(tx, full));
    expect(await one(`${columns} WHERE product_id = 'p1'`)).toMatchObject({
      label: 'Starter',
      drug_name: 'Drug',
      list_price: 34900,
    });
  });

  test('leaves alone what stands there, because people keep the catalogue', async () => {
    await write((tx) => ensureProduct(tx, { ...full, productId: 'p2' }));
    await write((tx) =>
      ensureProduct(tx, { productId: 'p2', label: 'Other', drugName: 'Other', listPrice: 1, salePrice: 0 }),
    );
    expect(await one(`${columns} WHERE product_id = 'p2'`)).toMatchObject({
      label: 'Starter',
      drug_name: 'Drug',
      list_price: 34900,
      sale_price: 29900,
    });
  });

  test('bears the same new product eight times at once', async () => {
    const product = { ...full, productId: 'p3' };
    await Promise.all(Array.from({ length: 8 }, () => write((tx) => ensureProduct(tx, product))));
    expect(await one("SELECT COUNT(*) AS n FROM products WHERE product_id = 'p3'")).toEqual({ n: '1' });
  });
});

describe('ensureCoupon', () => {
  const columns = 'SELECT reduction_amount, reduction_type, description FROM coupons';

  test('takes the reduction of the first order that tells one', async () => {
    await write((tx) => ensureCoupon(tx, { couponCode: 'C1', reductionAmount: null, reductionType: null }));
    expect(await one(`${columns} WHERE coupon_code = 'C1'`)).toEqual({
      reduction_amount: 0,
      reduction_type: null,
      description: '',
    });
    await write((tx) => ensureCoupon(tx, { couponCode: 'c1', reductionAmount: 50, reductionType: 'percent' }));
    await write((tx) => ensureCoupon(tx, { couponCode: 'C1', reductionAmount: 2500, reductionType: 'dollar' }));
    expect(await one(`${columns} WHERE coupon_code = 'C1'`)).toEqual({
      reduction_amount: 50,
      reduction_type: 'percent',
      description: '50% off',
    });
  });
});
