import type { AccountPlan } from '../../platform/database/grants.ts';

/**
 * Who may do what in the database; applied by the admin account after each migration.
 * Audit, logs and order history can only be added to. DELETE is given where a row moves between the three
 * subscription tables, where a newer submission of a questionnaire replaces an older one, where a sync takes away a link
 * that the workbook made, and where a queue forgets what is done, and nowhere else.
 */
export const accountPlan: AccountPlan = {
  tables: {
    customers: 'mutable',
    customer_aliases: 'mutable',
    addresses: 'mutable',
    products: 'mutable',
    coupons: 'mutable',
    orders: 'mutable',
    orders_cancelled: 'mutable',
    order_status_updates: 'insertOnly',
    payments: 'mutable',
    payment_orders: 'movable',
    refunds: 'mutable',
    prescriptions: 'mutable',
    prescription_orders: 'mutable',
    messages: 'mutable',
    questionnaire_submissions: 'mutable',
    questionnaire_responses: 'movable',
    subscriptions: 'mutable',
    subscriptions_active: 'movable',
    subscriptions_paused: 'movable',
    subscriptions_cancelled: 'movable',
    subscriptions_audit_log: 'insertOnly',
    subscription_status_transitions: 'readOnly',
    subscription_reasons: 'mutable',
    bulk_jobs: 'mutable',
    bulk_items: 'mutable',
    webhook_inbox: 'movable',
    webhook_subjects: 'movable',
    webhook_logs: 'insertOnly',
    error_logs: 'insertOnly',
    outbox: 'movable',
    idempotency_keys: 'movable',
    import_runs: 'mutable',
    access_revocations: 'insertOnly',
    mikro_orm_migrations: 'readOnly',
  },
  // No address_id: a hash of a street and a town can be guessed from any list of streets.
  views: {
    analyst_customers: 'SELECT public_id, created_at FROM customers',
    analyst_addresses:
      'SELECT public_id, province_code, LEFT(postal_code, 3) AS postal_area, country_code FROM addresses',
    analyst_products: `SELECT product_id, short_name, label, drug_name, list_price, sale_price, sale_cycle_duration,
      renewal_price, renewal_cycle_duration, active, needs_review, created_at FROM products`,
    analyst_coupons:
      'SELECT coupon_code, reduction_amount, reduction_type, active, valid_from, valid_until FROM coupons',
    analyst_orders: `SELECT o.order_id, c.public_id AS customer_public_id, a.public_id AS address_public_id, o.product_id, o.coupon_code,
      o.source, o.total_amount, o.discount_amount, o.base_amount, o.credit_used_amount, o.discount_reduction_amount,
      o.discount_reduction_type, o.pharmacy_assigned, o.current_status, o.current_status_at, o.is_stub, o.created_at
      FROM orders o JOIN customers c ON c.customer_id = o.customer_id
      LEFT JOIN addresses a ON a.address_id = o.shipping_address_id`,
    analyst_order_status_updates: `SELECT update_id, order_id, updated_status, previous_status, changed_current, source,
      order_created_at, status_updated_at FROM order_status_updates`,
    analyst_orders_cancelled: 'SELECT order_id, cancelled_at FROM orders_cancelled',
    analyst_payments: `SELECT payment_id, order_id, amount, currency, card_brand, status, application_fee_amount, created_at
      FROM payments`,
    analyst_refunds: `SELECT r.refund_id, p.payment_id, r.amount, r.currency, r.reason, r.status, r.created_at
      FROM refunds r JOIN payments p ON p.charge_id = r.charge_id`,
    analyst_subscriptions: `SELECT s.public_id, s.state, s.next_cycle_date, s.scheduled_action, s.scheduled_at, d.status, d.cycle, d.product_id,
      c.public_id AS customer_public_id, d.created_at, d.updated_at
      FROM subscriptions s
      JOIN (SELECT subscription_id, status, cycle, product_id, customer_id, created_at, updated_at FROM subscriptions_active
        UNION ALL SELECT subscription_id, status, cycle, product_id, customer_id, created_at, updated_at FROM subscriptions_paused
        UNION ALL SELECT subscription_id, status, cycle, product_id, customer_id, created_at, updated_at FROM subscriptions_cancelled
      ) d ON d.subscription_id = s.subscription_id
      LEFT JOIN customers c ON c.customer_id = d.customer_id`,
    // What was given as a reason may be free text: only what the list knows is shown.
    analyst_subscription_events: `SELECT s.public_id, a.status, a.previous_status, a.trigger_type, a.effect, a.source,
      IF(a.reason IS NULL, NULL, COALESCE(r.code, 'other')) AS reason_code, a.cycle, a.webhook_received_at
      FROM subscriptions_audit_log a JOIN subscriptions s ON s.subscription_id = a.subscription_id
      LEFT JOIN subscription_reasons r ON r.code = a.reason`,
  },
};
