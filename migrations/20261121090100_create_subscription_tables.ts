import { Migration } from '@mikro-orm/migrations';

const ID = 'VARCHAR(255) CHARACTER SET ascii COLLATE ascii_bin';
const STATE = 'VARCHAR(9) CHARACTER SET ascii COLLATE ascii_bin';
const HASH = 'CHAR(64) CHARACTER SET ascii COLLATE ascii_bin';
const PUBLIC_ID =
  'public_id CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT (LOWER(HEX(UUID_TO_BIN(UUID(), 1))))';
const TABLE_OPTIONS = 'ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci';

/** The spine: one row a subscription, whatever table its details stand in now. Its state is what the three tables refer to. */
const SUBSCRIPTIONS = `CREATE TABLE IF NOT EXISTS subscriptions (
  subscription_id ${ID} NOT NULL,
  ${PUBLIC_ID},
  state ${STATE} NOT NULL,
  version INT NOT NULL DEFAULT 1,
  next_cycle_date DATETIME(3) NULL,
  source_updated_at DATETIME(3) NULL,
  moved_at DATETIME(3) NULL,
  audit_head ${HASH} NULL,
  told_at JSON NULL,
  PRIMARY KEY (subscription_id),
  UNIQUE KEY idx_subscription_state (subscription_id, state),
  UNIQUE KEY idx_public_id (public_id),
  KEY idx_next_cycle_date (next_cycle_date),
  CONSTRAINT check_state CHECK (state IN ('active', 'paused', 'cancelled')),
  CONSTRAINT check_version CHECK (version > 0)
) ${TABLE_OPTIONS}`;

// A check's name is unique in the whole schema (3822), so only the active table can have the plain one.
const CYCLE_CHECKS = { active: 'check_cycle', paused: 'check_cycle_paused', cancelled: 'check_cycle_cancelled' };

/**
 * One of the three tables. The constant column `state` and its key to the spine make MySQL itself refuse a second row
 * in another table (1452) and a changed state that leaves the row behind (1451). RESTRICT, because CASCADE is refused
 * on a generated column (3104); STORED, because a virtual one is refused (3733).
 */
function subscriptionTable(state: 'active' | 'paused' | 'cancelled'): string {
  return `CREATE TABLE IF NOT EXISTS subscriptions_${state} (
  id BIGINT NOT NULL AUTO_INCREMENT,
  subscription_id ${ID} NOT NULL,
  state ${STATE} GENERATED ALWAYS AS ('${state}') STORED NOT NULL,
  customer_id ${ID} NULL,
  product_id ${ID} NULL,
  cycle INT NOT NULL,
  status VARCHAR(20) NOT NULL,
  created_at DATETIME(3) NOT NULL,
  updated_at DATETIME(3) NULL,
  PRIMARY KEY (id),
  UNIQUE KEY idx_subscription_id (subscription_id),
  KEY idx_subscription_state (subscription_id, state),
  KEY idx_customer_id (customer_id),
  KEY idx_product_id (product_id),
  KEY idx_created_at (created_at),
  KEY idx_customer_product (customer_id, product_id),
  CONSTRAINT fk_subscriptions_${state}_spine FOREIGN KEY (subscription_id, state) REFERENCES subscriptions (subscription_id, state) ON DELETE RESTRICT ON UPDATE RESTRICT,
  CONSTRAINT fk_subscriptions_${state}_customer FOREIGN KEY (customer_id) REFERENCES customers (customer_id) ON DELETE SET NULL ON UPDATE CASCADE,
  CONSTRAINT fk_subscriptions_${state}_product FOREIGN KEY (product_id) REFERENCES products (product_id) ON DELETE SET NULL ON UPDATE CASCADE,
  CONSTRAINT ${CYCLE_CHECKS[state]} CHECK (cycle > 0)
) ${TABLE_OPTIONS}`;
}

const AUDIT_LOG = `CREATE TABLE IF NOT EXISTS subscriptions_audit_log (
  log_id BIGINT NOT NULL AUTO_INCREMENT,
  ${PUBLIC_ID},
  subscription_id ${ID} NOT NULL,
  customer_id ${ID} NULL,
  product_id ${ID} NULL,
  cycle INT NULL,
  status VARCHAR(20) NOT NULL,
  previous_status VARCHAR(20) NULL,
  version INT NULL,
  trigger_type VARCHAR(50) NOT NULL,
  effect VARCHAR(20) NOT NULL,
  actor VARCHAR(255) NOT NULL,
  actor_role VARCHAR(20) NOT NULL,
  source VARCHAR(20) NOT NULL,
  reason VARCHAR(50) NULL,
  comment TEXT NULL,
  correlation_id VARCHAR(64) NULL,
  created_at DATETIME(3) NULL,
  updated_at DATETIME(3) NULL,
  webhook_received_at DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
  raw_data JSON NULL,
  previous_hash ${HASH} NULL,
  hash ${HASH} NOT NULL,
  PRIMARY KEY (log_id),
  UNIQUE KEY idx_public_id (public_id),
  KEY idx_subscription_id (subscription_id),
  KEY idx_customer_id (customer_id),
  KEY idx_status (status),
  KEY idx_trigger_type (trigger_type),
  KEY idx_webhook_received (webhook_received_at),
  KEY idx_subscription_received (subscription_id, webhook_received_at)
) ${TABLE_OPTIONS}`;

const TRANSITIONS = `CREATE TABLE IF NOT EXISTS subscription_status_transitions (
  from_status VARCHAR(20) NOT NULL,
  to_status VARCHAR(20) NOT NULL,
  allowed BOOLEAN NOT NULL DEFAULT TRUE,
  PRIMARY KEY (from_status, to_status)
) ${TABLE_OPTIONS}`;

const TRANSITION_ROWS = `INSERT INTO subscription_status_transitions (from_status, to_status) VALUES
  ('active', 'paused'), ('active', 'cancelled'), ('paused', 'active'), ('paused', 'cancelled')
  ON DUPLICATE KEY UPDATE allowed = allowed`;

const STATES = ['active', 'paused', 'cancelled'] as const;

export class CreateSubscriptionTables extends Migration {
  override name = '20261121090100_create_subscription_tables';

  override up(): void {
    this.addSql(SUBSCRIPTIONS);
    for (const state of STATES) this.addSql(subscriptionTable(state));
    for (const sql of [AUDIT_LOG, TRANSITIONS, TRANSITION_ROWS]) this.addSql(sql);
  }

  override down(): void {
    const tables = ['subscription_status_transitions', 'subscriptions_audit_log'];
    for (const state of STATES) tables.push(`subscriptions_${state}`);
    for (const table of [...tables, 'subscriptions']) this.addSql(`DROP TABLE IF EXISTS ${table}`);
  }

  override isTransactional(): boolean {
    return false;
  }
}
