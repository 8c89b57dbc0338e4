import { hash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, onTestFinished } from 'vitest';
import type { SheetName } from '../../../src/modules/careportals/workbook/sheet.ts';
import { SHEETS } from '../../../src/modules/careportals/workbook/sheets.ts';
import type { OutCell } from '../../../src/platform/xlsx/cell.ts';
import { writeXlsx } from '../../../src/platform/xlsx/write-xlsx.ts';

/** Rows by sheet, cells by header; what a row does not name is blank. */
export type SmallRows = Partial<Record<SheetName, Record<string, OutCell>[]>>;

/** A folder that is gone when the test is over. */
export async function folderForTest(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'cp-workbook-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** The same for all tests of a file; there before the first of them. */
export function folderForSuite(): { readonly path: string } {
  const folder = { path: '' };
  beforeAll(async () => {
    folder.path = await mkdtemp(join(tmpdir(), 'cp-workbook-'));
  });
  afterAll(() => rm(folder.path, { recursive: true, force: true }));
  return folder;
}

/** Writes a workbook with all its sheets; those that `rows` does not name have a header and no rows. */
export async function writeSmallWorkbook(path: string, rows: SmallRows): Promise<string> {
  const sheets = SHEETS.map(({ name, columns, hasHeader }) => ({
    name,
    header: hasHeader ? columns.map(({ header }) => header) : null,
    rows: (rows[name] ?? []).map((row) => columns.map(({ header }) => row[header] ?? null)),
  }));
  await writeXlsx(path, sheets, { replace: true });
  return path;
}

/** The n-th id of its kind: 24 hex digits. */
export function id24(kind: string, n: number): string {
  return hash('md5', `${kind} ${n}`).slice(0, 24);
}

/** Dollars as a number's cell. */
export function dollars(cents: number): OutCell {
  return { number: (cents / 100).toFixed(2) };
}

/** A day of 2025 and a second of it, on Eastern clocks. */
export function wall(day: number, second = 0): OutCell {
  const at = new Date(Date.UTC(2025, 0, day, 12, 0, second));
  return { wall: at.toISOString().slice(0, 23).replace('T', ' ') };
}

export const orderNumber = (n: number) => 7_000 + n;

/** People 1 to `count`, each with an address, an order, what was paid for it, a subscription and a history. */
export function people(count: number): Required<SmallRows> {
  const all = Array.from({ length: count }, (_, index) => index + 1);
  return {
    customers: all.map(customer),
    addresses: all.map(address),
    products: [product],
    coupons: [
      { coupon_id: 'SPRING', reduction_amount: { number: '10' }, reduction_type: 'percent', description: '10% off' },
    ],
    'order.created': all.map(order),
    payment_succesful: all.map(payment),
    'refund.created': all.filter((n) => n % 3 === 0).map(refund),
    'subscription.active': all.filter((n) => n % 3 === 1).map((n) => subscription(n, 'active')),
    'subscription.paused': all.filter((n) => n % 3 === 2).map((n) => subscription(n, 'paused')),
    'subscription.cancelled': all.filter((n) => n % 3 === 0).map((n) => subscription(n, 'cancelled')),
    'order.updated': all.flatMap(history),
    'order.cancelled': all.filter((n) => n % 4 === 0).map(cancellation),
    questionnaire_structure: all.map(question),
    'subscription.full_log': all.filter((n) => n % 3 === 1).map(logEntry),
    Subscription_Errors: [],
  };
}

export const product = {
  product_id: id24('product', 1),
  Short_name: 'T15',
  label: 'Plan',
  sub_label: 'Monthly',
  drug_name: 'Drug',
  list_price: dollars(40_000),
  renewal_cycle_duration: { number: '28' },
  active: { number: '1.0' },
};

export const customer = (n: number) => ({
  customer_id: id24('customer', n),
  email: `needle.person${n}@example.test`,
  first_name: `Needlefirst${n}`,
  last_name: 'Needlelast',
  phone: `1404555${String(1_000 + n)}`,
});

const address = (n: number) => ({
  address_id: hash('md5', `address ${n}`),
  address1: `${n} Needle Street`,
  city: 'Needletown',
  province_code: 'GA',
  postal_code: '30301',
  country_code: 'US',
});

export const order = (n: number) => ({
  created_at: wall(n, 1),
  order_id: { number: `${orderNumber(n)}` },
  care_portals_internal_order_id: id24('internal', n),
  customer_id: id24('customer', n),
  shipping_address_id: hash('md5', `address ${n}`),
  product_id: id24('product', 1),
  source: 'checkout',
  total_amount: dollars(40_000),
  discount_amount: dollars(0),
  base_amount: dollars(40_000),
  credit_used_amount: dollars(0),
  discount_reduction_amount: { number: '0' },
  pharmacy_assigned: 'Other',
});

export const payment = (n: number) => ({
  charge_id: `ch_${id24('charge', n)}`,
  payment_intent_id: `pi_${id24('intent', n)}`,
  order_number: { number: `${orderNumber(n)}` },
  amount: dollars(40_000),
  currency: 'USD',
  datetime: wall(n, 2),
  customer_id: `cus_${id24('stripe', n)}`,
  payment_method_id: `pm_${id24('method', n)}`,
  card_last4: { number: '4242.0' },
  card_brand: 'visa',
  status: 'succeeded',
  description: `Orders #${orderNumber(n)}`,
  application_fee_amount: dollars(400),
});

const refund = (n: number) => ({
  refund_id: `re_${id24('refund', n)}`,
  charge_id: `ch_${id24('charge', n)}`,
  payment_intent_id: `pi_${id24('intent', n)}`,
  amount: dollars(10_050),
  currency: 'USD',
  datetime: wall(n, 30),
  reason: 'requested_by_customer',
  status: 'succeeded',
});

const subscription = (n: number, status: string) => ({
  SubscriptionID: id24('subscription', n),
  CustomerID: id24('customer', n),
  ProductID: id24('product', 1),
  Cycle: { number: '1' },
  Status: status,
  'Datetime Created': wall(n, 3),
  'Last Updated': wall(n, 4),
});

const history = (n: number) =>
  ['awaiting_payment', 'awaiting_script', 'shipped'].map((status, step) => ({
    'Datetime Created': wall(n, 1),
    'Datetime Updated': wall(n, 10 + step),
    order_id: { number: `${orderNumber(n)}` },
    updated_status: status,
  }));

const cancellation = (n: number) => ({
  deleted_at: '03/01/2025, 10:00:00 AM',
  order_id: { number: `${orderNumber(n)}` },
});

const question = (n: number) => ({
  A: '03/01/2025, 10:00:00 AM',
  B: 'wlus',
  C: id24('session', n),
  D: '0',
  E: 'direct-text-string',
  F: 'string-text',
  G: '"string-text"',
  H: '["needle answer"]',
  I: { number: '1' },
  J: 'answers',
  K: `wlus|0|direct-text-string-${n}`,
});

const logEntry = (n: number) => ({
  'Datetime Received': wall(n, 5),
  'Trigger Type': 'active',
  SubscriptionID: id24('subscription', n),
  CustomerID: id24('customer', n),
  ProductID: id24('product', 1),
  Cycle: { number: '1' },
  Status: 'active',
  'Datetime Created': wall(n, 3),
  'Last Updated': wall(n, 4),
  'Raw Data': '{"needle":"raw"}',
});
