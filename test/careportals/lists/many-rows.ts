import type { Session } from '../schema/session.ts';

/**
 * Rows of each kind for so many orders. Wide, there are more of the others than any shop has: of a table of a few pages
 * MySQL rightly reads all, whatever its indexes.
 */
function sizes(orders: number, wide: boolean) {
  return {
    orders,
    customers: wide ? orders / 5 : 2_000,
    refunds: wide ? orders / 2 : orders,
    addresses: wide ? orders / 2 : orders / 10,
    catalogue: wide ? orders / 2 : 400,
    subscriptions: wide ? 2 * orders : orders / 10,
    others: wide ? orders / 2 : 400,
  };
}

const START = "TIMESTAMP '2026-06-01 00:00:00'";
/** An instant of the two years before, scattered, and the same for the same number. */
const PLACED = `${START} - INTERVAL (CRC32(i) % 63072000) SECOND`;
const FULL_NAMES = `ELT(1 + i % 7, 'Ada', 'Ben', 'Cleo', 'Dora', 'Emil', 'Fay', 'Gus')`;
const STATUS = `CASE WHEN i % 1000 = 0 THEN 'awaiting_script' WHEN i % 500 = 1 THEN 'on_the_moon'
  WHEN i % 50 = 2 THEN 'cancelled' WHEN i % 20 = 3 THEN 'processing' WHEN i % 20 = 4 THEN 'awaiting_shipment'
  WHEN i % 3 = 0 THEN 'shipped' ELSE 'completed' END`;
const STATE = `CASE WHEN i % 10 < 4 THEN 'active' WHEN i % 10 < 7 THEN 'paused' ELSE 'cancelled' END`;

/**
 * Fills an empty, migrated schema by statements that MySQL carries out alone. Without the triggers: they would make of
 * 300,000 entries of history 300,000 single updates, so the orders get their current status here.
 */
export async function makeManyRows(session: Session, orders: number, wide: boolean): Promise<void> {
  const n = sizes(orders, wide);
  const numbers = (count: number) =>
    `WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${Math.floor(count)})`;
  const fill = (table: string, columns: string, count: number, values: string, where = 'TRUE') =>
    `INSERT INTO ${table} (${columns}) ${numbers(count)} SELECT ${values} FROM n WHERE ${where}`;
  const customer = `CONCAT('cust-', LPAD(1 + i % ${n.customers}, 20, '0'))`;
  const subscription = `CONCAT('sub-', LPAD(i, 20, '0'))`;
  await session.run(
    `SET SESSION cte_max_recursion_depth = ${2 * orders + 1}, foreign_key_checks = 0`,
    'DROP TRIGGER order_status_keep_current',
    'DROP TRIGGER check_payment_amount_match',
    fill(
      'customers',
      'customer_id, email, first_name, last_name, phone, created_at',
      n.customers,
      `CONCAT('cust-', LPAD(i, 20, '0')), CONCAT('mail', i, '@example.test'), ${FULL_NAMES}, CONCAT('Name', i % 5000),
       CONCAT('+1555', LPAD(i, 7, '0')), ${PLACED}`,
    ),
    fill(
      'customer_aliases',
      'careportals_id, customer_id',
      n.customers,
      `CONCAT('alias-', i), CONCAT('cust-', LPAD(i, 20, '0'))`,
    ),
    fill(
      'addresses',
      'address_id, address1, city, province_code, postal_code',
      n.addresses,
      `LPAD(i, 32, '0'), CONCAT(i, ' Street'), 'Springfield', CONCAT(CHAR(65 + i % 7), CHAR(65 + i % 5)), LPAD(i % 3000, 5, '0')`,
    ),
    fill(
      'products',
      'product_id, short_name, label, drug_name, list_price, renewal_cycle_duration, active, created_at',
      n.catalogue,
      `CONCAT('prod-', i), CONCAT('Short ', i % 60), CONCAT('Plan ', i), 'Drug', 1000 + i % 90 * (i % 25 > 0), 28, i % 20 > 0, ${PLACED}`,
    ),
    fill(
      'coupons',
      'coupon_code, reduction_amount, description, active, created_at',
      n.catalogue,
      `CONCAT('SAVE', i), 10, 'Ten off', i % 20 > 0, ${PLACED}`,
    ),
    fill(
      'orders',
      `order_id, care_portals_internal_order_id, customer_id, shipping_address_id, product_id, coupon_code, source,
       total_amount, base_amount, pharmacy_assigned, current_status, current_status_at, is_stub, ship_to_province_code, created_at`,
      n.orders,
      `1000 + i, CONCAT('internal-', i), ${customer}, IF(i % 10 = 9, NULL, LPAD(1 + i % ${n.addresses}, 32, '0')),
       CONCAT('prod-', 1 + i % 20), IF(i % 10 = 0, CONCAT('SAVE', 1 + i % 50), NULL),
       ELT(1 + i % 20 DIV 7, 'checkout', 'subscription_cycle', 'api'), CRC32(i) % 60000, CRC32(i) % 60000,
       IF(i % 3 = 0, NULL, CONCAT('Pharmacy ', i % 30)), ${STATUS}, ${PLACED} + INTERVAL (i % 400) HOUR, i % 1000 = 0,
       CONCAT(CHAR(65 + i % 7), CHAR(65 + i % 5)), ${PLACED}`,
    ),
    ...['processing', 'awaiting_script', 'shipped'].map((status, k) =>
      fill(
        'order_status_updates',
        'order_id, updated_status, order_created_at, status_updated_at, source',
        n.orders,
        `1000 + i, '${status}', ${PLACED}, ${PLACED} + INTERVAL ${1 + k * (20 + k)} HOUR, 'careportals'`,
      ),
    ),
    fill('orders_cancelled', 'order_id, cancelled_at', n.orders, `1000 + i, ${PLACED}`, 'i % 50 = 2'),
    fill(
      'payments',
      'payment_id, charge_id, payment_intent_id, order_id, stripe_customer_id, amount, currency, status, created_at',
      n.orders,
      `i, CONCAT('ch_', i), CONCAT('pi_', i), 1000 + i, CONCAT('cus_', i % ${n.customers}), CRC32(i) % 60000, 'USD',
       IF(i % 20 = 0, 'failed', 'succeeded'), ${PLACED}`,
    ),
    fill('payment_orders', 'payment_id, order_id', n.orders, 'i, 1000 + i'),
    fill(
      'refunds',
      'stripe_refund_id, charge_id, payment_intent_id, amount, currency, reason, status, created_at',
      n.refunds,
      `CONCAT('re_', i), CONCAT('ch_', 1 + i * 2 % ${n.orders}), CONCAT('pi_', 1 + i * 2 % ${n.orders}), CRC32(i) % 60000, 'USD',
       ELT(1 + i % 3, 'requested_by_customer', 'duplicate', NULL), IF(i % 20 = 0, 'pending', 'succeeded'), ${PLACED}`,
    ),
    fill(
      'subscriptions',
      'subscription_id, state, next_cycle_date, scheduled_action, scheduled_at',
      n.subscriptions,
      `${subscription}, ${STATE}, ${START} + INTERVAL (CRC32(i) % 5184000) SECOND,
       CASE WHEN i % 10 = 0 THEN 'cancel' WHEN i % 10 = 6 THEN 'resume' END,
       IF(i % 10 IN (0, 6), TIMESTAMP '2098-01-01 00:00:00' + INTERVAL (i % 700) HOUR, NULL)`,
    ),
    ...['active', 'paused', 'cancelled'].map((state) =>
      fill(
        `subscriptions_${state}`,
        'subscription_id, customer_id, product_id, cycle, status, created_at, updated_at',
        n.subscriptions,
        `${subscription}, IF(i % 3 = 0, NULL, ${customer}), CONCAT('prod-', 1 + i % 20), 1 + i % 12, '${state}', ${PLACED}, ${PLACED}`,
        `${STATE} = '${state}'`,
      ),
    ),
    fill(
      'subscriptions_audit_log',
      'subscription_id, customer_id, cycle, status, trigger_type, effect, actor, actor_role, source, hash, webhook_received_at',
      n.subscriptions,
      `${subscription}, NULL, 1, 'active', 'pause', 'moved', 'agent', 'support', 'mutation', LPAD(i, 64, '0'), ${PLACED}`,
    ),
    fill(
      'bulk_jobs',
      'action, arguments, status, requested_by, requested_role, correlation_id, created_at',
      n.catalogue,
      `'pause', '{}', IF(i % 20 = 0, 'stopped', 'done'), 'agent', 'support', CONCAT('r', i), ${PLACED}`,
    ),
    fill(
      'bulk_items',
      'job_id, subscription_id, status',
      n.catalogue,
      `1 + i % 9, CONCAT('sub-', i), IF(i % 20 = 0, 'failed', 'succeeded')`,
    ),
    fill(
      'prescriptions',
      'prescription_id, customer_id, created_at, updated_at, told_at',
      n.others,
      `CONCAT('rx-', i), ${customer}, ${PLACED}, ${PLACED} + INTERVAL 1 DAY, '{}'`,
    ),
    fill('prescription_orders', 'prescription_id, order_id', n.others, `CONCAT('rx-', i), 1000 + i`),
    fill(
      'messages',
      'message_id, customer_id, channel, inbound, created_at, updated_at, told_at',
      n.others,
      `CONCAT('message-', i), IF(i % 20 = 0, NULL, ${customer}), IF(i % 20 = 1, 'SMS', 'WEB'), i % 20 > 2, ${PLACED}, ${PLACED}, '{}'`,
    ),
    fill(
      'questionnaire_responses',
      'questionnaire_id, session_id, customer_id, question_index, question_type, answer_data_type, answer_count, composite_key, created_at',
      n.others,
      `CONCAT('type', i % 20), CONCAT('session', i DIV 10), ${customer}, 1 + i % 10, 'text', 'string', 1, CONCAT('key', i), ${PLACED}`,
    ),
    fill(
      'webhook_inbox',
      'source_system, event_key, event_type, event_id, payload, status, waiting_for, parked_at, replayed_at, next_attempt_at, received_at',
      n.others,
      `IF(i % 20 = 0, 'stripe', 'careportals'), CONCAT('key', i), CONCAT('event.', i % 20), CONCAT('event', i), '{}',
       ELT(1 + (i % 50 = 0) + 2 * (i % 50 = 1), 'processed', 'parked', 'dead'), IF(i % 50 = 0, CONCAT('order:', i), NULL),
       IF(i % 50 = 0, ${PLACED}, NULL), IF(i % 50 = 1, ${PLACED}, NULL), TIMESTAMP '2098-01-01 00:00:00', ${PLACED}`,
    ),
    fill(
      'webhook_logs',
      'webhook_type, source_system, event_id, inbox_id, status, received_at',
      n.others,
      `CONCAT('event.', i % 20), IF(i % 20 = 0, 'stripe', 'careportals'), CONCAT('event', i), i, IF(i % 50 = 0, 'failed', 'success'), ${PLACED}`,
    ),
    fill(
      'error_logs',
      'error_type, error_message, trigger_source, occurred_at',
      n.others,
      `CONCAT('type', i % 20), 'Words', CONCAT('source', i % 20), ${PLACED}`,
    ),
    'SET SESSION foreign_key_checks = 1',
  );
  const tables = await session.rows<{ name: string }>(
    "SELECT TABLE_NAME AS name FROM information_schema.tables WHERE TABLE_SCHEMA = DATABASE() AND TABLE_TYPE = 'BASE TABLE'",
  );
  await session.run(`ANALYZE TABLE ${tables.map(({ name }) => name).join(', ')}`);
}
