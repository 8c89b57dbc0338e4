/** A table whose rows must be the same in whatever order deliveries arrive. */
interface BusinessTable {
  /** What names a row in the outside world; not its surrogate id. */
  key: readonly string[];
  columns: readonly string[];
  /** An SQL condition for the rows that are compared, where not all are. */
  where?: string;
  leftOut: Readonly<Record<string, Reason>>;
}

const SURROGATE = 'a surrogate id of ours';
const PUBLIC = 'a public id, made at random';
const RECEIVED = 'when something arrived here';
const MYSQL_CLOCK = "MySQL's own note of when a row was written";
const GENERATED = 'generated from columns that are compared';
const VERSION = 'counts changes, and how many there were depends on their order';
const ON_ARRIVAL = 'what stood when the entry arrived: before and after are the order of arrival itself';
const IMPORT = 'what the workbook wrote last, which a delivery clears';
const HASH = 'chains the entries in the order of arrival';

type Reason =
  | typeof SURROGATE
  | typeof PUBLIC
  | typeof RECEIVED
  | typeof MYSQL_CLOCK
  | typeof GENERATED
  | typeof VERSION
  | typeof ON_ARRIVAL
  | typeof HASH
  | typeof IMPORT
  | 'apartments share an address, and whose number stands there is chance'
  | 'which of the ids of a customer is kept; all of them together are compared'
  | 'nothing was done by hand in this month';

const WHOSE_AND_WHEN = ['customer_id', 'emr_customer_id', 'created_at', 'updated_at', 'told_at'];

/**
 * Every column of every business table, either compared or left out for a reason. `customer_id` is compared as the
 * customer's email in lower case, `payment_id` as the charge.
 */
export const BUSINESS: Readonly<Record<string, BusinessTable>> = {
  customers: {
    key: ['email_lower'],
    columns: ['email', 'first_name', 'last_name', 'phone', 'created_at', 'told_at'],
    leftOut: {
      customer_id: 'which of the ids of a customer is kept; all of them together are compared',
      public_id: PUBLIC,
      phone_digits: GENERATED,
      imported_at: IMPORT,
      updated_at: MYSQL_CLOCK,
    },
  },
  customer_aliases: {
    key: ['careportals_id'],
    columns: ['customer_id'],
    leftOut: { first_seen_at: RECEIVED },
  },
  addresses: {
    key: ['address_id'],
    columns: ['address1', 'city', 'province_code', 'postal_code', 'country_code'],
    leftOut: {
      public_id: PUBLIC,
      address2: 'apartments share an address, and whose number stands there is chance',
      imported_at: IMPORT,
    },
  },
  products: {
    key: ['product_id'],
    columns: [
      'short_name',
      'label',
      'sub_label',
      'drug_name',
      'list_price',
      'sale_price',
      'sale_cycle_duration',
      'renewal_price',
      'renewal_cycle_duration',
      'active',
      'direct_cart_link',
      'told_at',
    ],
    leftOut: {
      public_id: PUBLIC,
      needs_review: GENERATED,
      created_at: RECEIVED,
      updated_at: MYSQL_CLOCK,
      imported_at: IMPORT,
    },
  },
  coupons: {
    key: ['coupon_code'],
    columns: ['reduction_amount', 'reduction_type', 'description', 'active', 'valid_from', 'valid_until', 'told_at'],
    leftOut: { public_id: PUBLIC, created_at: RECEIVED, updated_at: MYSQL_CLOCK, imported_at: IMPORT },
  },
  orders: {
    key: ['order_id'],
    columns: [
      'care_portals_internal_order_id',
      'customer_id',
      'shipping_address_id',
      'product_id',
      'coupon_code',
      'source',
      'total_amount',
      'discount_amount',
      'base_amount',
      'credit_used_amount',
      'discount_reduction_amount',
      'discount_reduction_type',
      'pharmacy_assigned',
      'current_status',
      'current_status_at',
      'is_stub',
      'ship_to_address1',
      'ship_to_address2',
      'ship_to_city',
      'ship_to_province_code',
      'ship_to_postal_code',
      'ship_to_country_code',
      'shipped_at',
      'tracking_code',
      'tracking_link',
      'source_updated_at',
      'created_at',
      'told_at',
    ],
    leftOut: { public_id: PUBLIC, updated_at: MYSQL_CLOCK, imported_at: IMPORT },
  },
  order_status_updates: {
    key: ['order_id', 'updated_status', 'status_updated_at'],
    columns: ['order_created_at', 'source', 'actor', 'note'],
    leftOut: {
      update_id: SURROGATE,
      public_id: PUBLIC,
      previous_status: ON_ARRIVAL,
      changed_current: ON_ARRIVAL,
      webhook_received_at: RECEIVED,
    },
  },
  orders_cancelled: {
    key: ['order_id'],
    columns: ['cancelled_at'],
    leftOut: { cancellation_id: SURROGATE, public_id: PUBLIC },
  },
  payments: {
    key: ['charge_id'],
    columns: [
      'payment_intent_id',
      'order_id',
      'stripe_customer_id',
      'payment_method_id',
      'amount',
      'currency',
      'card_last4',
      'card_brand',
      'status',
      'description',
      'application_fee_amount',
      'created_at',
    ],
    leftOut: {
      payment_id: SURROGATE,
      public_id: PUBLIC,
      succeeded_intent_id: GENERATED,
      webhook_received_at: RECEIVED,
      imported_at: IMPORT,
    },
  },
  payment_orders: { key: ['payment_id', 'order_id'], columns: [], leftOut: {} },
  refunds: {
    key: ['stripe_refund_id'],
    columns: [
      'charge_id',
      'payment_intent_id',
      'amount',
      'currency',
      'reason',
      'status',
      'source_updated_at',
      'created_at',
    ],
    leftOut: { refund_id: SURROGATE, public_id: PUBLIC, webhook_received_at: RECEIVED, imported_at: IMPORT },
  },
  subscriptions: {
    key: ['subscription_id'],
    columns: [
      'state',
      'next_cycle_date',
      'source_updated_at',
      'told_at',
      'emr_customer_id',
      'phases',
      'moved_at',
      'scheduled_action',
      'scheduled_at',
      'scheduled_reason',
      'scheduled_correlation_id',
      'skipped_dates',
    ],
    leftOut: { public_id: PUBLIC, version: VERSION, audit_head: HASH, imported_at: IMPORT },
  },
  subscriptions_active: subscriptionTable(),
  subscriptions_paused: subscriptionTable(),
  subscriptions_cancelled: subscriptionTable(),
  subscriptions_audit_log: {
    key: ['subscription_id', 'trigger_type', 'raw_data'],
    columns: ['actor', 'actor_role', 'source', 'reason', 'comment'],
    // Written where a subscription was known before its customer, which is the order of arrival itself.
    where: "trigger_type <> 'customer_known'",
    leftOut: {
      log_id: SURROGATE,
      public_id: PUBLIC,
      correlation_id: PUBLIC,
      customer_id: ON_ARRIVAL,
      product_id: ON_ARRIVAL,
      cycle: ON_ARRIVAL,
      status: ON_ARRIVAL,
      previous_status: ON_ARRIVAL,
      changes: ON_ARRIVAL,
      effect: ON_ARRIVAL,
      created_at: ON_ARRIVAL,
      updated_at: ON_ARRIVAL,
      version: VERSION,
      webhook_received_at: RECEIVED,
      previous_hash: HASH,
      hash: HASH,
    },
  },
  prescriptions: {
    key: ['prescription_id'],
    columns: ['drugs', 'fulfillments', 'notes', ...WHOSE_AND_WHEN],
    leftOut: { public_id: PUBLIC },
  },
  prescription_orders: { key: ['prescription_id', 'order_id'], columns: [], leftOut: {} },
  messages: {
    key: ['message_id'],
    columns: ['channel', 'inbound', 'sender_name', 'contact_email', 'subject', 'content', 'status', ...WHOSE_AND_WHEN],
    leftOut: { public_id: PUBLIC },
  },
  questionnaire_submissions: {
    key: ['submission_id'],
    columns: ['questionnaire_type', 'answers', ...WHOSE_AND_WHEN],
    leftOut: {},
  },
  questionnaire_responses: {
    key: ['questionnaire_id', 'session_id', 'question_index'],
    columns: [
      'customer_id',
      'question_type',
      'answer_data_type',
      'answer_count',
      'answers',
      'composite_key',
      'created_at',
    ],
    leftOut: { response_id: SURROGATE, public_id: PUBLIC },
  },
};

function subscriptionTable(): BusinessTable {
  return {
    key: ['subscription_id'],
    columns: ['state', 'customer_id', 'product_id', 'cycle', 'status', 'created_at', 'updated_at'],
    leftOut: { id: SURROGATE },
  };
}

/** Tables that hold no business state, and why not. */
export const OTHER_TABLES: Readonly<Record<string, string>> = {
  webhook_inbox: 'the queue itself; its states are compared by themselves',
  webhook_logs: 'one row an attempt, and crashes make attempts',
  webhook_subjects: 'which delivery made or changed a row is the order of arrival itself',
  error_logs: 'notes of what was seen at the time, such as an amount that did not fit yet',
  outbox: 'what is to be told to others, one row a change made here',
  subscription_reasons: 'kept by people',
  subscription_status_transitions: 'rules',
  bulk_jobs: 'work of people',
  bulk_items: 'work of people',
  access_revocations: 'callers of the graph, not deliveries',
  idempotency_keys: 'callers of the graph, not deliveries',
  mikro_orm_migrations: 'what was migrated',
  import_runs: 'how far imports have come',
};
