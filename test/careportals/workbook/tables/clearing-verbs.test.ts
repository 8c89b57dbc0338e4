import { afterAll, beforeAll, expect, test } from 'vitest';
import { ensureCoupon } from '../../../../src/modules/careportals/catalog/ensure-coupon.ts';
import { ensureProduct } from '../../../../src/modules/careportals/catalog/ensure-product.ts';
import { addressId } from '../../../../src/modules/careportals/customers/address-id.ts';
import { findOrCreateCustomer } from '../../../../src/modules/careportals/customers/find-or-create-customer.ts';
import { recordAddress } from '../../../../src/modules/careportals/customers/record-address.ts';
import { recordPayment } from '../../../../src/modules/careportals/payments/record-payment.ts';
import { recordRefund } from '../../../../src/modules/careportals/payments/record-refund.ts';
import { linkSubscriptionCustomer } from '../../../../src/modules/careportals/subscriptions/link-subscription-customer.ts';
import type { Tables, Tx } from '../../../../src/modules/careportals/tables.ts';
import { addressesTable } from '../../../../src/modules/careportals/workbook/tables/addresses.table.ts';
import { couponsTable } from '../../../../src/modules/careportals/workbook/tables/coupons.table.ts';
import { customersTable } from '../../../../src/modules/careportals/workbook/tables/customers.table.ts';
import { ordersTable } from '../../../../src/modules/careportals/workbook/tables/orders.table.ts';
import { paymentsTable } from '../../../../src/modules/careportals/workbook/tables/payments.table.ts';
import { productsTable } from '../../../../src/modules/careportals/workbook/tables/products.table.ts';
import { refundsTable } from '../../../../src/modules/careportals/workbook/tables/refunds.table.ts';
import { inTransaction } from '../../../../src/platform/database/transaction.ts';
import { createTestDatabase, type TestDatabase } from '../../../kit/test-database.ts';
import { dids, loadLines, newContext, STARTED_AT } from '../load-lines.ts';
import {
  addressLine,
  couponLine,
  customerLine,
  id24,
  orderLine,
  paymentLine,
  productLine,
  refundLine,
} from '../sample-lines.ts';

const LATER = '2026-04-01 00:00:00.000';
const ADDRESS = { address1: '1 DEMO Street', address2: null, city: 'Miami', provinceCode: 'FL', postalCode: '33101' };
const ADDRESS_ID = addressId(ADDRESS) ?? '';

let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
  const { orm } = database;
  await loadLines(orm, customersTable, [customerLine('ann')]);
  await loadLines(orm, addressesTable, [addressLine(ADDRESS_ID)]);
  await loadLines(orm, productsTable, [productLine('p', { label: null })]);
  await loadLines(orm, couponsTable, [couponLine('C', { reduction_amount: 0, reduction_type: null, description: '' })]);
  await loadLines(orm, ordersTable, [orderLine('101')]);
  await loadLines(orm, paymentsTable, [paymentLine('ch_paid')]);
  await loadLines(orm, refundsTable, [refundLine('re_1')]);
});
afterAll(() => database.drop());

async function markOf(table: string): Promise<unknown> {
  const rows = await database.orm.em
    .getConnection()
    .execute<{ imported_at: unknown }[]>(`SELECT imported_at FROM ${table}`);
  expect(rows.length).toBe(1);
  return rows[0]?.imported_at;
}

/** The row is the workbook's before the verb, and nobody's after it. */
async function clears(table: string, verb: (tx: Tx) => Promise<unknown>): Promise<void> {
  expect(await markOf(table)).toBe(STARTED_AT);
  await inTransaction<Tables, unknown>(database.orm, verb);
  expect(await markOf(table)).toBeNull();
}

test('a customer that is told something is no longer the workbook’s, and sync leaves it alone', async () => {
  const facts = {
    careportalsId: id24('ann'),
    email: 'ann@example.com',
    firstName: 'Told',
    lastName: null,
    phone: null,
    knownSince: null,
  };
  await clears('customers', (tx) => findOrCreateCustomer(tx, facts, { toldAt: LATER, receivedAt: LATER }));
  expect(dids(await loadLines(database.orm, customersTable, [customerLine('ann')], newContext('sync')))).toEqual([
    'kept',
  ]);
});

test('an address that an order spells otherwise', async () => {
  await clears('addresses', (tx) => recordAddress(tx, { ...ADDRESS, countryCode: 'US' }));
  expect(dids(await loadLines(database.orm, addressesTable, [addressLine(ADDRESS_ID)], newContext('sync')))).toEqual([
    'kept',
  ]);
});

test('a product whose blank an order filled', async () => {
  const facts = { productId: id24('p'), label: 'Told', drugName: null, listPrice: null, salePrice: null };
  await clears('products', (tx) => ensureProduct(tx, facts, LATER));
  expect(dids(await loadLines(database.orm, productsTable, [productLine('p')], newContext('sync')))).toEqual(['kept']);
});

test('a coupon of which an order told the reduction', async () => {
  const facts = { couponCode: 'C', reductionAmount: 20, reductionType: 'percent' };
  await clears('coupons', (tx) => ensureCoupon(tx, facts, LATER));
  expect(dids(await loadLines(database.orm, couponsTable, [couponLine('C')], newContext('sync')))).toEqual(['kept']);
});

test('a payment that Stripe reports', async () => {
  const fact = {
    chargeId: 'ch_paid',
    paymentIntentId: null,
    orderIds: ['101'],
    stripeCustomerId: null,
    paymentMethodId: null,
    amount: 34_900,
    currency: 'USD',
    cardLast4: null,
    cardBrand: 'visa',
    status: 'succeeded' as const,
    description: null,
    applicationFeeAmount: null,
    createdAt: LATER,
    receivedAt: LATER,
  };
  await clears('payments', (tx) => recordPayment(tx, fact));
  expect(dids(await loadLines(database.orm, paymentsTable, [paymentLine('ch_paid')], newContext('sync')))).toEqual([
    'kept',
  ]);
});

test('a refund that Stripe reports', async () => {
  const fact = {
    stripeRefundId: 're_1',
    chargeId: 'ch_paid',
    paymentIntentId: null,
    amount: 1_000,
    currency: 'USD',
    reason: null,
    status: 'failed',
    createdAt: LATER,
    reportedAt: LATER,
    receivedAt: LATER,
  };
  await clears('refunds', (tx) => recordRefund(tx, fact));
  expect(dids(await loadLines(database.orm, refundsTable, [refundLine('re_1')], newContext('sync')))).toEqual(['kept']);
});

test('a subscription that is changed', async () => {
  const run = (sql: string, params: unknown[]) => database.orm.em.getConnection().execute(sql, params);
  await run(
    "INSERT INTO subscriptions (subscription_id, state, emr_customer_id, imported_at) VALUES ('1', 'active', ?, ?)",
    [id24('ann'), STARTED_AT],
  );
  await run(
    "INSERT INTO subscriptions_active (subscription_id, cycle, status, created_at) VALUES ('1', 1, 'active', ?)",
    [STARTED_AT],
  );
  const cause = { actor: 'test', actorRole: 'system', source: 'webhook', correlationId: 't', at: LATER } as const;
  await clears('subscriptions', (tx) => linkSubscriptionCustomer(tx, cause, '1', id24('ann'), [id24('ann')]));
});
