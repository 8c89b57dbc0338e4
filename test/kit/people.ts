import { plainQuery, type Query } from '../../src/platform/database/query.ts';
import { at, publicId, subscriptionIdOf } from './people-ids.ts';
import * as row from './people-rows.ts';
import type { TestDatabase } from './test-database.ts';

export * from './people-ids.ts';

/** A connection that may do what no application may: it makes rows, breaks tables, looks behind. */
export function asAdmin(database: TestDatabase): Promise<Query> {
  return plainQuery(database.admin);
}

/** Makes persons 1 to `count` and a small catalogue. Sort values repeat and are missing here and there, on purpose. */
export async function makePeople(query: Query, count: number): Promise<void> {
  const persons = Array.from({ length: count }, (_, index) => index + 1);
  await makeCatalogue(query);
  await insert(query, 'addresses', persons.filter((n) => n % 2 === 1).map(row.addressRow));
  await insert(query, 'customers', persons.map(row.customerRow));
  await insert(query, 'customer_aliases', persons.map(row.aliasRow));
  await insert(query, 'orders', persons.flatMap(row.orderRows));
  await insert(query, 'order_status_updates', persons.flatMap(row.historyRows));
  await insert(query, 'orders_cancelled', persons.map(row.cancellationRow));
  await insert(query, 'payments', persons.flatMap(row.paymentRows));
  await insert(query, 'payment_orders', persons.flatMap(row.paymentOrderRows));
  await insert(query, 'refunds', persons.flatMap(row.refundRows));
  await makeSubscriptions(query, persons);
  await insert(query, 'bulk_jobs', persons.map(row.bulkJobRow));
  await insert(query, 'bulk_items', persons.map(row.bulkItemRow));
  await insert(query, 'prescriptions', persons.map(row.prescriptionRow));
  await insert(query, 'prescription_orders', persons.map(row.prescriptionOrderRow));
  await insert(query, 'messages', persons.flatMap(row.messageRows));
  await insert(query, 'questionnaire_responses', persons.flatMap(row.responseRows));
  await insert(query, 'webhook_inbox', persons.flatMap(row.deliveryRows));
  await insert(query, 'webhook_subjects', persons.flatMap(row.subjectRows));
  await insert(query, 'webhook_logs', persons.map(row.webhookRow));
  await insert(query, 'error_logs', persons.map(row.errorRow));
}

/** Rows with the same columns, in one statement. */
export async function insert(query: Query, table: string, rows: row.Row[]): Promise<void> {
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

const STATES = ['active', 'paused', 'cancelled'] as const;

async function makeSubscriptions(query: Query, persons: number[]): Promise<void> {
  const spine = (n: number, k: number) => ({
    subscription_id: subscriptionIdOf(n, k),
    public_id: publicId(n, 'subscriptions', k),
    state: STATES[k - 1],
    next_cycle_date: k === 1 ? at(100 + (n % 2)) : null,
    // Late enough that no server of these tests carries it out.
    scheduled_action: k === 2 ? 'resume' : null,
    scheduled_at: k === 2 ? `2098-03-0${1 + (n % 2)} 00:00:00.000` : null,
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
      persons.map((n) => row.detailsRow(n, index + 1, state)),
    );
  }
  await insert(query, 'subscriptions_audit_log', persons.flatMap(row.auditRows));
}
