import { Migration } from '@mikro-orm/migrations';

const ID = 'VARCHAR(255) CHARACTER SET ascii COLLATE ascii_bin';
const EXACT_TEXT = 'VARCHAR(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_0900_bin';
const HASH = 'CHAR(64) CHARACTER SET ascii COLLATE ascii_bin';
const PUBLIC_ID =
  'public_id CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT (LOWER(HEX(UUID_TO_BIN(UUID(), 1))))';
const TABLE_OPTIONS = 'ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci';

/** The mutable queue behind the webhook addresses. webhook_logs keeps what happened; this table keeps what is still to do. */
const WEBHOOK_INBOX = `CREATE TABLE IF NOT EXISTS webhook_inbox (
  inbox_id BIGINT NOT NULL AUTO_INCREMENT,
  ${PUBLIC_ID},
  source_system VARCHAR(20) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  event_key ${ID} NOT NULL,
  event_type VARCHAR(100) NOT NULL,
  event_id ${ID} NULL,
  payload JSON NOT NULL,
  status VARCHAR(20) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT 'pending',
  waiting_for ${ID} NULL,
  attempts INT NOT NULL DEFAULT 0,
  next_attempt_at DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
  note VARCHAR(255) NULL,
  received_at DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
  finished_at DATETIME(3) NULL,
  PRIMARY KEY (inbox_id),
  UNIQUE KEY idx_event (source_system, event_key),
  UNIQUE KEY idx_public_id (public_id),
  KEY idx_due (status, next_attempt_at),
  KEY idx_waiting_for (waiting_for),
  KEY idx_received_at (received_at)
) ${TABLE_OPTIONS}`;

const CUSTOMER_ALIASES = `CREATE TABLE IF NOT EXISTS customer_aliases (
  careportals_id ${ID} NOT NULL,
  customer_id ${ID} NOT NULL,
  first_seen_at DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
  PRIMARY KEY (careportals_id),
  KEY idx_customer_id (customer_id),
  CONSTRAINT fk_customer_aliases_customer FOREIGN KEY (customer_id) REFERENCES customers (customer_id) ON DELETE CASCADE ON UPDATE CASCADE
) ${TABLE_OPTIONS}`;

/** What another system should hear of. Written in the transaction of the change; nothing sends it yet. */
const OUTBOX = `CREATE TABLE IF NOT EXISTS outbox (
  outbox_id BIGINT NOT NULL AUTO_INCREMENT,
  topic VARCHAR(50) NOT NULL,
  subject_id ${ID} NOT NULL,
  payload JSON NOT NULL,
  created_at DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
  sent_at DATETIME(3) NULL,
  PRIMARY KEY (outbox_id),
  KEY idx_unsent (sent_at, outbox_id),
  KEY idx_subject (subject_id)
) ${TABLE_OPTIONS}`;

const ACCESS_REVOCATIONS = `CREATE TABLE IF NOT EXISTS access_revocations (
  jti ${EXACT_TEXT} NOT NULL,
  revoked_at DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
  revoked_by VARCHAR(255) NULL,
  PRIMARY KEY (jti),
  KEY idx_revoked_at (revoked_at)
) ${TABLE_OPTIONS}`;

const IDEMPOTENCY_KEYS = `CREATE TABLE IF NOT EXISTS idempotency_keys (
  caller ${EXACT_TEXT} NOT NULL,
  mutation VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  idempotency_key ${EXACT_TEXT} NOT NULL,
  input_hash ${HASH} NOT NULL,
  result JSON NOT NULL,
  created_at DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
  PRIMARY KEY (caller, mutation, idempotency_key),
  KEY idx_created_at (created_at)
) ${TABLE_OPTIONS}`;

const IN_ORDER = {
  webhook_inbox: WEBHOOK_INBOX,
  customer_aliases: CUSTOMER_ALIASES,
  outbox: OUTBOX,
  access_revocations: ACCESS_REVOCATIONS,
  idempotency_keys: IDEMPOTENCY_KEYS,
};

export class CreateServerTables extends Migration {
  override name = '20261121090200_create_server_tables';

  override up(): void {
    for (const sql of Object.values(IN_ORDER)) this.addSql(sql);
  }

  override down(): void {
    for (const table of Object.keys(IN_ORDER).reverse()) this.addSql(`DROP TABLE IF EXISTS ${table}`);
  }

  override isTransactional(): boolean {
    return false;
  }
}
