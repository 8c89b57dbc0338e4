import { plainQuery, type Query } from '../../src/platform/database/query.ts';
import type { TestDatabase } from './test-database.ts';

/**
 * Customers with all that hangs on them. Every text and id of the third one holds `p0003`, every node id of hers
 * `f00d0003`, every order number of hers begins with 3: so a test can tell whose a value is by looking at it.
 */
export function codeOf(person: number): string {
  return `p${String(person).padStart(4, '0')}`;
}

const TABLES = [
  'customers',
  'addresses',
  'products',
  'coupons',
  'orders',
  'updates',
  'cancellations',
  'payments',
  'refunds',
  'subscriptions',
  'audit',
  'responses',
  'webhooks',
  'errors',
] as const;

type Table = (typeof TABLES)[number];

function publicId(person: number, table: Table, k = 1): string {
  const owner = `f00d${String(person).padStart(4, '0')}`;
  return `${owner}${String(TABLES.indexOf(table)).padStart(8, '0')}${String(k).padStart(16, '0')}`;
}

/** The node id of the k-th row of a person; what is shared by all (products, coupons, addresses) belongs to person 0. */
export function nodeIdOf(prefix: string, person: number, k = 1): string {
  const table = PREFIXES[prefix];
  if (table === undefined) throw new Error(`No table for ${prefix}`);
  return `${prefix}_${publicId(person, table, k)}`;
}

const PREFIXES: Record<string, Table> = {
  customer: 'customers',
  address: 'addresses',
  product: 'products',
  coupon: 'coupons',
  order: 'orders',
  status: 'updates',
  cancellation: 'cancellations',
  payment: 'payments',
  refund: 'refunds',
  subscription: 'subscriptions',
  audit: 'audit',
  response: 'responses',
  webhooklog: 'webhooks',
  errorlog: 'errors',
};

export function orderNumber(person: number, k = 1): string {
  return String(person * 1_000 + k);
}

/** An instant of the tests' own day, as rows carry it. */
export function at(minute: number): string {
  return `2026-03-01 ${String(10 + Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}:00.000`;
}

/** A connection that may do what no application may: it makes rows, breaks tables, looks behind. */
export function asAdmin(database: TestDatabase): Promise<Query> {
  return plainQuery(database.admin);
}

/** Neighbours: persons 1 and 2 live in one building, as do 3 and 4. */
function buildingOf(person: number): number {
  return Math.ceil(person / 2);
}

/** Makes persons 1 to `count` and a small catalogue. Sort values repeat and are missing here and there, on purpose. */
export async function makePeople(query: Query, count: number): Promise<void> {
  const persons = Array.from({ length: count }, (_, index) => index + 1);
  await makeCatalogue(query);
  await insert(query, 'addresses', persons.filter((n) => n % 2 === 1).map(addressRow));
  await insert(query, 'customers', persons.map(customerRow));
  await insert(query, 'customer_aliases', persons.map(aliasRow));
  await insert(query, 'orders', persons.flatMap(orderRows));
  await insert(query, 'order_status_updates', persons.flatMap(historyRows));
  await insert(query, 'orders_cancelled', persons.map(cancellationRow));
  await insert(query, 'payments', persons.flatMap(paymentRows));
  await insert(query, 'payment_orders', persons.flatMap(paymentOrderRows));
  await insert(query, 'refunds', persons.flatMap(refundRows));
  await makeSubscriptions(query, persons);
  await insert(query, 'questionnaire_responses', persons.flatMap(responseRows));
  await insert(query, 'webhook_logs', persons.map(webhookRow));
  await insert(query, 'error_logs', persons.map(errorRow));
}

type Row = Record<string, unknown>;

/** Rows with the same columns, in one statement. */
export async function insert(query: Query, table: string, rows: Row[]): Promise<void> {
  const columns = Object.keys(rows[0] ?? {});
  const values = rows.map((row) => columns.map((column) => row[column]));
  await query(`INSERT INTO ${table} (${columns.join(', ')}) VALUES ?`, [values]);
}

async function makeCatalogue(query: Query): Promise<void> {
  const products = [1, 2, 3, 4, 5].map((k) => ({
    product_id: `prod-${k}`,
    public_id: publicId(0, 'products', k),
    short_name: k % 2 === 0 ? null : 'Same',
    label: `Plan ${k}`,
    sub_label: 'Monthly',
    drug_name: 'Drug',
    list_price: k < 4 ? 30_000 : 40_000,
    sale_price: 25_000,
    sale_cycle_duration: 1,
    renewal_price: 28_000,
    renewal_cycle_duration: 28,
    direct_cart_link: 'https://shop.example.test/cart',
    created_at: at(k % 2),
  }));
  const coupons = [1, 2, 3].map((k) => ({
    coupon_code: `SAVE${k}0`,
    public_id: publicId(0, 'coupons', k),
    reduction_amount: k * 10,
    reduction_type: 'percent',
    description: `${k}0% off`,
    valid_from: at(0),
    valid_until: at(500),
    created_at: at(k % 2),
  }));
  await insert(query, 'products', products);
  await insert(query, 'coupons', coupons);
}

/** The address id that persons of a building share. */
export function addressIdOf(person: number): string {
  return `adde55${String(buildingOf(person)).padStart(26, '0')}`;
}

function addressRow(n: number): Row {
  const code = `building${buildingOf(n)}`;
  return {
    address_id: addressIdOf(n),
    public_id: publicId(0, 'addresses', buildingOf(n)),
    address1: `1 Street ${code}`,
    address2: `Apartment of ${codeOf(n)}`,
    city: 'Springfield',
    province_code: n % 3 === 0 ? null : 'NY',
    postal_code: '10001',
    country_code: 'US',
  };
}

/** A customer's id in CarePortals. */
export function customerIdOf(person: number): string {
  return `cust-${codeOf(person)}`;
}

function customerRow(n: number): Row {
  return {
    customer_id: customerIdOf(n),
    public_id: publicId(n, 'customers'),
    email: `Mail.${codeOf(n)}@example.test`,
    first_name: `First ${codeOf(n)}`,
    last_name: n % 4 === 0 ? null : `Last ${n % 5 === 0 ? 'same' : codeOf(n)}`,
    phone: `+1 555 ${codeOf(n)}`,
    created_at: at(n % 3),
  };
}

function aliasRow(n: number): Row {
  return { careportals_id: `alias-${codeOf(n)}`, customer_id: customerIdOf(n) };
}

/** Three orders: shipped with a coupon, cancelled, and one of which hardly anything is known. */
function orderRows(n: number): Row[] {
  return [1, 2, 3].map((k) => ({
    order_id: orderNumber(n, k),
    public_id: publicId(n, 'orders', k),
    care_portals_internal_order_id: `internal-${codeOf(n)}-${k}`,
    customer_id: customerIdOf(n),
    shipping_address_id: k === 3 ? null : addressIdOf(n),
    product_id: k === 3 ? null : `prod-${k}`,
    coupon_code: k === 1 ? 'SAVE10' : null,
    source: k === 1 ? 'checkout' : 'api',
    total_amount: k === 2 ? 20_000 : 10_000,
    base_amount: 20_000,
    discount_amount: 100,
    credit_used_amount: 50,
    discount_reduction_amount: 10,
    discount_reduction_type: 'percent',
    pharmacy_assigned: k === 1 ? 'Pharmacy One' : null,
    ship_to_address1: `2 Street ${codeOf(n)}`,
    ship_to_address2: `Apartment ${codeOf(n)}`,
    ship_to_city: 'Springfield',
    ship_to_province_code: 'NY',
    ship_to_postal_code: '10001',
    ship_to_country_code: 'US',
    shipped_at: at(70),
    tracking_code: `track-${codeOf(n)}`,
    tracking_link: `https://carrier.example.test/${codeOf(n)}`,
    created_at: at(k + (n % 3)),
  }));
}

function historyRows(n: number): Row[] {
  const row = (k: number, orderK: number, status: string, minute: number) => ({
    order_id: orderNumber(n, orderK),
    public_id: publicId(n, 'updates', k),
    updated_status: status,
    source: 'manual',
    actor: `agent-${codeOf(n)}@example.test`,
    note: `Note about ${codeOf(n)}`,
    order_created_at: at(orderK + (n % 3)),
    status_updated_at: at(minute),
  });
  return [row(1, 1, 'processing', 20), row(2, 1, 'shipped', 30), row(3, 2, 'cancelled', 30 + (n % 2))];
}

function cancellationRow(n: number): Row {
  return { order_id: orderNumber(n, 2), public_id: publicId(n, 'cancellations'), cancelled_at: at(31) };
}

/** One that succeeded, for two orders of one cart, and one that failed. */
function paymentRows(n: number): Row[] {
  return [1, 2].map((k) => ({
    payment_id: n * 10 + k,
    public_id: publicId(n, 'payments', k),
    charge_id: `ch_${codeOf(n)}_${k}`,
    payment_intent_id: `pi_${codeOf(n)}`,
    order_id: orderNumber(n, k),
    stripe_customer_id: `cus_${codeOf(n)}`,
    payment_method_id: `pm_${codeOf(n)}`,
    amount: k === 1 ? 10_000 : 20_000,
    currency: 'USD',
    card_last4: '4242',
    card_brand: 'visa',
    status: k === 1 ? 'succeeded' : 'failed',
    description: `Paid by ${codeOf(n)}`,
    application_fee_amount: 30,
    created_at: at(5 + (n % 2)),
  }));
}

function paymentOrderRows(n: number): Row[] {
  const link = (k: number, orderK: number) => ({ payment_id: n * 10 + k, order_id: orderNumber(n, orderK) });
  return [link(1, 1), link(1, 2), link(2, 2)];
}

function refundRows(n: number): Row[] {
  return [1, 2].map((k) => ({
    stripe_refund_id: `re_${codeOf(n)}_${k}`,
    public_id: publicId(n, 'refunds', k),
    charge_id: `ch_${codeOf(n)}_1`,
    payment_intent_id: `pi_${codeOf(n)}`,
    amount: 5_000,
    currency: 'USD',
    reason: 'requested_by_customer',
    status: k === 1 ? 'succeeded' : 'pending',
    created_at: at(40 + (n % 2)),
  }));
}

const STATES = ['active', 'paused', 'cancelled'] as const;

/** A subscription's id in CarePortals: the first is active, the second paused, the third cancelled. */
export function subscriptionIdOf(person: number, k = 1): string {
  return `sub-${codeOf(person)}-${k}`;
}

async function makeSubscriptions(query: Query, persons: number[]): Promise<void> {
  const spine = (n: number, k: number) => ({
    subscription_id: subscriptionIdOf(n, k),
    public_id: publicId(n, 'subscriptions', k),
    state: STATES[k - 1],
    next_cycle_date: k === 1 ? at(100 + (n % 2)) : null,
  });
  await insert(
    query,
    'subscriptions',
    persons.flatMap((n) => [1, 2, 3].map((k) => spine(n, k))),
  );
  for (const [index, state] of STATES.entries()) {
    await insert(
      query,
      `subscriptions_${state}`,
      persons.map((n) => detailsRow(n, index + 1, state)),
    );
  }
  await insert(query, 'subscriptions_audit_log', persons.flatMap(auditRows));
}

function detailsRow(n: number, k: number, status: string): Row {
  return {
    subscription_id: subscriptionIdOf(n, k),
    customer_id: customerIdOf(n),
    product_id: k === 3 ? null : `prod-${k}`,
    cycle: k,
    status,
    created_at: at(k + (n % 2)),
    updated_at: k === 2 ? null : at(60),
  };
}

function auditRows(n: number): Row[] {
  return [1, 2, 3, 4].map((k) => ({
    public_id: publicId(n, 'audit', k),
    subscription_id: subscriptionIdOf(n, Math.min(k, 3)),
    customer_id: customerIdOf(n),
    product_id: 'prod-1',
    cycle: 1,
    status: 'active',
    previous_status: 'paused',
    version: 1,
    trigger_type: 'pause',
    effect: 'moved',
    actor: `agent-${codeOf(n)}@example.test`,
    actor_role: 'support',
    source: 'mutation',
    reason: 'travelling',
    comment: `Comment about ${codeOf(n)}`,
    correlation_id: `request-${codeOf(n)}`,
    created_at: at(1),
    updated_at: at(60),
    webhook_received_at: at(60 + (k % 2)),
    raw_data: JSON.stringify({ secret: codeOf(n) }),
    previous_hash: 'a'.repeat(64),
    hash: 'b'.repeat(64),
  }));
}

function responseRows(n: number): Row[] {
  return [1, 2].map((k) => ({
    public_id: publicId(n, 'responses', k),
    questionnaire_id: 'intake',
    session_id: `session-${codeOf(n)}`,
    customer_id: customerIdOf(n),
    question_index: k,
    question_type: 'text',
    answer_data_type: 'string',
    answer_count: 1,
    answers: JSON.stringify([`Answer of ${codeOf(n)}`]),
    composite_key: `intake-${k}-text`,
    created_at: at(n % 2),
  }));
}

function webhookRow(n: number): Row {
  return {
    public_id: publicId(n, 'webhooks'),
    webhook_type: 'order.updated',
    source_system: 'careportals',
    event_id: `event-${codeOf(n)}`,
    outcome: 'failed',
    status: 'failed',
    error_message: `Could not apply ${codeOf(n)}`,
    payload: JSON.stringify({ customer: codeOf(n) }),
    processing_time_ms: 3,
    received_at: at(n % 2),
  };
}

function errorRow(n: number): Row {
  return {
    public_id: publicId(n, 'errors'),
    error_type: 'order_amount_mismatch',
    error_message: `Amounts of ${codeOf(n)}`,
    raw_data: JSON.stringify({ order: codeOf(n) }),
    trigger_source: 'test',
    stack_trace: `at ${codeOf(n)}`,
    occurred_at: at(n % 2),
  };
}
