import { Migration } from '@mikro-orm/migrations';

/** Ids that other systems give us: plain ASCII compared byte by byte, so that two Stripe ids that differ in case stay two. */
const ID = 'VARCHAR(255) CHARACTER SET ascii COLLATE ascii_bin';
const ADDRESS_ID = 'CHAR(32) CHARACTER SET ascii COLLATE ascii_bin';
/** The opaque half of a node id. The swapped UUID grows with time, so the index is filled at its end. */
const PUBLIC_ID =
  'public_id CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT (LOWER(HEX(UUID_TO_BIN(UUID(), 1))))';
const CREATED_NOW = 'created_at DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3)';
const UPDATED_NOW = 'updated_at DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3) ON UPDATE CURRENT_TIMESTAMP(3)';
const RECEIVED_NOW = 'webhook_received_at DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3)';
const TABLE_OPTIONS = 'ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci';

const CUSTOMERS = `CREATE TABLE IF NOT EXISTS customers (
  customer_id ${ID} NOT NULL,
  ${PUBLIC_ID},
  email VARCHAR(255) NOT NULL,
  email_lower VARCHAR(255) COLLATE utf8mb4_bin GENERATED ALWAYS AS (LOWER(email)) STORED NOT NULL,
  first_name VARCHAR(100) NULL,
  last_name VARCHAR(100) NULL,
  phone VARCHAR(50) NULL,
  phone_digits VARCHAR(50) GENERATED ALWAYS AS (REGEXP_REPLACE(phone, '[^0-9]', '')) STORED NULL,
  ${CREATED_NOW},
  ${UPDATED_NOW},
  PRIMARY KEY (customer_id),
  UNIQUE KEY idx_email (email_lower),
  UNIQUE KEY idx_public_id (public_id),
  KEY idx_created_at (created_at),
  KEY idx_phone_digits (phone_digits),
  KEY idx_last_name (last_name, first_name)
) ${TABLE_OPTIONS}`;

const ADDRESSES = `CREATE TABLE IF NOT EXISTS addresses (
  address_id ${ADDRESS_ID} NOT NULL,
  ${PUBLIC_ID},
  address1 VARCHAR(255) NULL,
  address2 VARCHAR(255) NULL,
  city VARCHAR(100) NULL,
  province_code CHAR(2) NULL,
  postal_code VARCHAR(20) NULL,
  country_code CHAR(2) NULL,
  PRIMARY KEY (address_id),
  UNIQUE KEY idx_public_id (public_id),
  KEY idx_province (province_code),
  KEY idx_postal (postal_code),
  KEY idx_province_postal (province_code, postal_code)
) ${TABLE_OPTIONS}`;

const PRODUCTS = `CREATE TABLE IF NOT EXISTS products (
  product_id ${ID} NOT NULL,
  ${PUBLIC_ID},
  short_name VARCHAR(100) NULL,
  label VARCHAR(255) NULL,
  sub_label VARCHAR(255) NULL,
  drug_name VARCHAR(255) NULL,
  list_price INT NOT NULL,
  sale_price INT NULL,
  sale_cycle_duration INT NULL,
  renewal_price INT NULL,
  renewal_cycle_duration INT NULL,
  active BOOLEAN NOT NULL DEFAULT TRUE,
  direct_cart_link TEXT NULL,
  needs_review BOOLEAN GENERATED ALWAYS AS (drug_name IS NULL OR renewal_cycle_duration IS NULL OR list_price = 0) STORED NOT NULL,
  ${CREATED_NOW},
  ${UPDATED_NOW},
  PRIMARY KEY (product_id),
  UNIQUE KEY idx_public_id (public_id),
  KEY idx_active (active),
  KEY idx_short_name (short_name)
) ${TABLE_OPTIONS}`;

const COUPONS = `CREATE TABLE IF NOT EXISTS coupons (
  coupon_code VARCHAR(50) NOT NULL,
  ${PUBLIC_ID},
  reduction_amount INT NOT NULL,
  reduction_type VARCHAR(20) NULL,
  description TEXT NOT NULL,
  active BOOLEAN NOT NULL DEFAULT TRUE,
  valid_from DATETIME(3) NULL,
  valid_until DATETIME(3) NULL,
  ${CREATED_NOW},
  ${UPDATED_NOW},
  PRIMARY KEY (coupon_code),
  UNIQUE KEY idx_public_id (public_id),
  KEY idx_active_valid (active, valid_from, valid_until)
) ${TABLE_OPTIONS}`;

const ORDERS = `CREATE TABLE IF NOT EXISTS orders (
  order_id BIGINT NOT NULL,
  ${PUBLIC_ID},
  care_portals_internal_order_id ${ID} NOT NULL,
  customer_id ${ID} NOT NULL,
  shipping_address_id ${ADDRESS_ID} NULL,
  product_id ${ID} NULL,
  coupon_code VARCHAR(50) NULL,
  source VARCHAR(50) NOT NULL,
  total_amount INT NOT NULL,
  discount_amount INT NOT NULL DEFAULT 0,
  base_amount INT NOT NULL,
  credit_used_amount INT NOT NULL DEFAULT 0,
  discount_reduction_amount INT NOT NULL DEFAULT 0,
  discount_reduction_type VARCHAR(20) NULL,
  pharmacy_assigned VARCHAR(50) NULL,
  current_status VARCHAR(50) NULL,
  current_status_at DATETIME(3) NULL,
  is_stub BOOLEAN NOT NULL DEFAULT FALSE,
  ship_to_address1 VARCHAR(255) NULL,
  ship_to_address2 VARCHAR(255) NULL,
  ship_to_city VARCHAR(100) NULL,
  ship_to_province_code VARCHAR(10) NULL,
  ship_to_postal_code VARCHAR(20) NULL,
  ship_to_country_code VARCHAR(10) NULL,
  shipped_at DATETIME(3) NULL,
  tracking_code VARCHAR(100) NULL,
  tracking_link TEXT NULL,
  source_updated_at DATETIME(3) NULL,
  created_at DATETIME(3) NOT NULL,
  ${UPDATED_NOW},
  PRIMARY KEY (order_id),
  UNIQUE KEY idx_internal_order_id (care_portals_internal_order_id),
  UNIQUE KEY idx_public_id (public_id),
  KEY idx_customer_id (customer_id),
  KEY idx_shipping_address_id (shipping_address_id),
  KEY idx_product_id (product_id),
  KEY idx_coupon_code (coupon_code),
  KEY idx_source (source),
  KEY idx_pharmacy (pharmacy_assigned),
  KEY idx_created_at (created_at),
  KEY idx_customer_created (customer_id, created_at),
  KEY idx_status_created (current_status, created_at, order_id),
  CONSTRAINT fk_orders_customer FOREIGN KEY (customer_id) REFERENCES customers (customer_id) ON DELETE RESTRICT ON UPDATE CASCADE,
  CONSTRAINT fk_orders_address FOREIGN KEY (shipping_address_id) REFERENCES addresses (address_id) ON DELETE SET NULL ON UPDATE CASCADE,
  CONSTRAINT fk_orders_product FOREIGN KEY (product_id) REFERENCES products (product_id) ON DELETE SET NULL ON UPDATE CASCADE,
  CONSTRAINT fk_orders_coupon FOREIGN KEY (coupon_code) REFERENCES coupons (coupon_code) ON DELETE SET NULL ON UPDATE CASCADE,
  CONSTRAINT check_total_amount CHECK (total_amount >= 0),
  CONSTRAINT check_base_amount CHECK (base_amount >= 0)
) ${TABLE_OPTIONS}`;

const PAYMENTS = `CREATE TABLE IF NOT EXISTS payments (
  payment_id BIGINT NOT NULL AUTO_INCREMENT,
  ${PUBLIC_ID},
  charge_id ${ID} NOT NULL,
  payment_intent_id ${ID} NULL,
  succeeded_intent_id ${ID} GENERATED ALWAYS AS (IF(status = 'succeeded', payment_intent_id, NULL)) STORED NULL,
  order_id BIGINT NOT NULL,
  stripe_customer_id ${ID} NULL,
  payment_method_id ${ID} NULL,
  amount INT NOT NULL,
  currency CHAR(3) NOT NULL,
  card_last4 CHAR(4) NULL,
  card_brand VARCHAR(20) NULL,
  status VARCHAR(20) NOT NULL,
  description TEXT NULL,
  application_fee_amount INT NOT NULL DEFAULT 0,
  created_at DATETIME(3) NOT NULL,
  ${RECEIVED_NOW},
  PRIMARY KEY (payment_id),
  UNIQUE KEY idx_charge_id (charge_id),
  UNIQUE KEY idx_succeeded_intent (succeeded_intent_id),
  UNIQUE KEY idx_public_id (public_id),
  KEY idx_payment_intent (payment_intent_id),
  KEY idx_order_id (order_id),
  KEY idx_stripe_customer (stripe_customer_id),
  KEY idx_status (status),
  KEY idx_created_at (created_at),
  CONSTRAINT fk_payments_order FOREIGN KEY (order_id) REFERENCES orders (order_id) ON DELETE RESTRICT ON UPDATE CASCADE
) ${TABLE_OPTIONS}`;

const PAYMENT_ORDERS = `CREATE TABLE IF NOT EXISTS payment_orders (
  payment_id BIGINT NOT NULL,
  order_id BIGINT NOT NULL,
  PRIMARY KEY (payment_id, order_id),
  KEY idx_order_id (order_id),
  CONSTRAINT fk_payment_orders_payment FOREIGN KEY (payment_id) REFERENCES payments (payment_id) ON DELETE RESTRICT ON UPDATE CASCADE,
  CONSTRAINT fk_payment_orders_order FOREIGN KEY (order_id) REFERENCES orders (order_id) ON DELETE RESTRICT ON UPDATE CASCADE
) ${TABLE_OPTIONS}`;

const REFUNDS = `CREATE TABLE IF NOT EXISTS refunds (
  refund_id BIGINT NOT NULL AUTO_INCREMENT,
  ${PUBLIC_ID},
  stripe_refund_id ${ID} NOT NULL,
  charge_id ${ID} NOT NULL,
  payment_intent_id ${ID} NULL,
  amount INT NOT NULL,
  currency CHAR(3) NOT NULL,
  reason VARCHAR(255) NULL,
  status VARCHAR(20) NOT NULL,
  source_updated_at DATETIME(3) NULL,
  created_at DATETIME(3) NOT NULL,
  ${RECEIVED_NOW},
  PRIMARY KEY (refund_id),
  UNIQUE KEY idx_stripe_refund_id (stripe_refund_id),
  UNIQUE KEY idx_public_id (public_id),
  KEY idx_charge_id (charge_id),
  KEY idx_payment_intent (payment_intent_id),
  KEY idx_reason (reason),
  KEY idx_status (status),
  KEY idx_created_at (created_at),
  CONSTRAINT fk_refunds_payment FOREIGN KEY (charge_id) REFERENCES payments (charge_id) ON DELETE RESTRICT ON UPDATE CASCADE
) ${TABLE_OPTIONS}`;

const ORDER_STATUS_UPDATES = `CREATE TABLE IF NOT EXISTS order_status_updates (
  update_id BIGINT NOT NULL AUTO_INCREMENT,
  ${PUBLIC_ID},
  order_id BIGINT NOT NULL,
  updated_status VARCHAR(50) NOT NULL,
  previous_status VARCHAR(50) NULL,
  changed_current BOOLEAN NOT NULL DEFAULT FALSE,
  source VARCHAR(30) NULL,
  actor VARCHAR(255) NULL,
  note TEXT NULL,
  order_created_at DATETIME(3) NOT NULL,
  status_updated_at DATETIME(3) NOT NULL,
  ${RECEIVED_NOW},
  PRIMARY KEY (update_id),
  UNIQUE KEY idx_order_status_once (order_id, updated_status, status_updated_at),
  UNIQUE KEY idx_public_id (public_id),
  KEY idx_order_id (order_id),
  KEY idx_updated_status (updated_status),
  KEY idx_status_updated_at (status_updated_at),
  KEY idx_order_status_time (order_id, status_updated_at),
  CONSTRAINT fk_order_status_updates_order FOREIGN KEY (order_id) REFERENCES orders (order_id) ON DELETE CASCADE ON UPDATE CASCADE
) ${TABLE_OPTIONS}`;

const ORDERS_CANCELLED = `CREATE TABLE IF NOT EXISTS orders_cancelled (
  cancellation_id BIGINT NOT NULL AUTO_INCREMENT,
  ${PUBLIC_ID},
  order_id BIGINT NOT NULL,
  cancelled_at DATETIME(3) NOT NULL,
  PRIMARY KEY (cancellation_id),
  UNIQUE KEY idx_order_id (order_id),
  UNIQUE KEY idx_public_id (public_id),
  KEY idx_cancelled_at (cancelled_at),
  CONSTRAINT fk_orders_cancelled_order FOREIGN KEY (order_id) REFERENCES orders (order_id) ON DELETE CASCADE ON UPDATE CASCADE
) ${TABLE_OPTIONS}`;

const QUESTIONNAIRE_RESPONSES = `CREATE TABLE IF NOT EXISTS questionnaire_responses (
  response_id BIGINT NOT NULL AUTO_INCREMENT,
  ${PUBLIC_ID},
  questionnaire_id VARCHAR(100) NOT NULL,
  session_id VARCHAR(100) NOT NULL,
  customer_id ${ID} NULL,
  question_index INT NOT NULL,
  question_type VARCHAR(50) NOT NULL,
  answer_data_type VARCHAR(50) NOT NULL,
  answer_count INT NOT NULL,
  answers JSON NULL,
  composite_key VARCHAR(255) NOT NULL,
  ${CREATED_NOW},
  PRIMARY KEY (response_id),
  UNIQUE KEY idx_public_id (public_id),
  KEY idx_questionnaire_id (questionnaire_id),
  KEY idx_session_id (session_id),
  KEY idx_customer_id (customer_id),
  KEY idx_composite_key (composite_key),
  KEY idx_created_at (created_at),
  KEY idx_questionnaire_session (questionnaire_id, session_id),
  CONSTRAINT fk_questionnaire_responses_customer FOREIGN KEY (customer_id) REFERENCES customers (customer_id) ON DELETE SET NULL ON UPDATE CASCADE
) ${TABLE_OPTIONS}`;

const WEBHOOK_LOGS = `CREATE TABLE IF NOT EXISTS webhook_logs (
  log_id BIGINT NOT NULL AUTO_INCREMENT,
  ${PUBLIC_ID},
  webhook_type VARCHAR(50) NOT NULL,
  source_system VARCHAR(50) NOT NULL,
  event_id VARCHAR(255) NULL,
  inbox_id BIGINT NULL,
  attempt INT NOT NULL DEFAULT 1,
  outcome VARCHAR(20) NULL,
  status ENUM('success', 'failed', 'pending') NOT NULL,
  error_message TEXT NULL,
  payload JSON NULL,
  processing_time_ms INT NULL,
  received_at DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
  PRIMARY KEY (log_id),
  UNIQUE KEY idx_public_id (public_id),
  KEY idx_webhook_type (webhook_type),
  KEY idx_source_system (source_system),
  KEY idx_event_id (event_id),
  KEY idx_inbox_id (inbox_id),
  KEY idx_status (status),
  KEY idx_received_at (received_at),
  KEY idx_type_status_received (webhook_type, status, received_at)
) ${TABLE_OPTIONS}`;

const ERROR_LOGS = `CREATE TABLE IF NOT EXISTS error_logs (
  error_id BIGINT NOT NULL AUTO_INCREMENT,
  ${PUBLIC_ID},
  error_type VARCHAR(100) NOT NULL,
  error_message TEXT NOT NULL,
  raw_data JSON NULL,
  trigger_source VARCHAR(100) NULL,
  stack_trace TEXT NULL,
  occurred_at DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
  PRIMARY KEY (error_id),
  UNIQUE KEY idx_public_id (public_id),
  KEY idx_error_type (error_type),
  KEY idx_trigger_source (trigger_source),
  KEY idx_occurred_at (occurred_at)
) ${TABLE_OPTIONS}`;

const IN_ORDER = {
  customers: CUSTOMERS,
  addresses: ADDRESSES,
  products: PRODUCTS,
  coupons: COUPONS,
  orders: ORDERS,
  payments: PAYMENTS,
  payment_orders: PAYMENT_ORDERS,
  refunds: REFUNDS,
  order_status_updates: ORDER_STATUS_UPDATES,
  orders_cancelled: ORDERS_CANCELLED,
  questionnaire_responses: QUESTIONNAIRE_RESPONSES,
  webhook_logs: WEBHOOK_LOGS,
  error_logs: ERROR_LOGS,
};

export class CreateCoreTables extends Migration {
  override name = '20261121090000_create_core_tables';

  override up(): void {
    for (const sql of Object.values(IN_ORDER)) this.addSql(sql);
  }

  override down(): void {
    for (const table of Object.keys(IN_ORDER).reverse()) this.addSql(`DROP TABLE IF EXISTS ${table}`);
  }

  // MySQL commits each CREATE TABLE by itself: a transaction around them would only pretend. A run that was cut short
  // leaves some of the tables, so each statement must bear being repeated: IF NOT EXISTS.
  override isTransactional(): boolean {
    return false;
  }
}
