import { Migration } from '@mikro-orm/migrations';

const ID = 'VARCHAR(255) CHARACTER SET ascii COLLATE ascii_bin';
const WORD = 'VARCHAR(30) CHARACTER SET ascii COLLATE ascii_bin';
const PUBLIC_ID =
  'public_id CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT (LOWER(HEX(UUID_TO_BIN(UUID(), 1))))';
const TABLE_OPTIONS = 'ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci';

/** One action that somebody asked for on many subscriptions. */
const BULK_JOBS = `CREATE TABLE IF NOT EXISTS bulk_jobs (
  job_id BIGINT NOT NULL AUTO_INCREMENT,
  ${PUBLIC_ID},
  action ${WORD} NOT NULL,
  arguments JSON NOT NULL,
  reason VARCHAR(50) NULL,
  comment TEXT NULL,
  status ${WORD} NOT NULL DEFAULT 'running',
  requested_by VARCHAR(255) NOT NULL,
  requested_role VARCHAR(20) NOT NULL,
  correlation_id VARCHAR(64) NOT NULL,
  total INT NOT NULL DEFAULT 0,
  created_at DATETIME(3) NOT NULL,
  finished_at DATETIME(3) NULL,
  PRIMARY KEY (job_id),
  UNIQUE KEY idx_public_id (public_id),
  KEY idx_status (status),
  KEY idx_created_at (created_at),
  CONSTRAINT check_bulk_job_status CHECK (status IN ('running', 'stopped', 'done'))
) ${TABLE_OPTIONS}`;

/**
 * What is to be done with each subscription, and what became of it. Without a key to the subscriptions: one that does
 * not exist is an item too, and is refused as such. idx_queue is what workers take from; it counts, too.
 */
const BULK_ITEMS = `CREATE TABLE IF NOT EXISTS bulk_items (
  item_id BIGINT NOT NULL AUTO_INCREMENT,
  ${PUBLIC_ID},
  job_id BIGINT NOT NULL,
  subscription_id ${ID} NOT NULL,
  status ${WORD} NOT NULL DEFAULT 'waiting',
  due_at DATETIME(3) NULL,
  attempts INT NOT NULL DEFAULT 0,
  code ${WORD} NULL,
  message VARCHAR(255) NULL,
  audit_id BIGINT NULL,
  finished_at DATETIME(3) NULL,
  PRIMARY KEY (item_id),
  UNIQUE KEY idx_public_id (public_id),
  UNIQUE KEY idx_job_subscription (job_id, subscription_id),
  KEY idx_job (job_id, item_id),
  KEY idx_queue (job_id, status, due_at, item_id),
  CONSTRAINT fk_bulk_items_job FOREIGN KEY (job_id) REFERENCES bulk_jobs (job_id) ON DELETE RESTRICT ON UPDATE RESTRICT,
  CONSTRAINT check_bulk_item_status CHECK (status IN ('waiting', 'succeeded', 'refused', 'failed'))
) ${TABLE_OPTIONS}`;

export class CreateBulkTables extends Migration {
  override name = '20261121150100_create_bulk_tables';

  override up(): void {
    for (const sql of [BULK_JOBS, BULK_ITEMS]) this.addSql(sql);
  }

  override down(): void {
    for (const table of ['bulk_items', 'bulk_jobs']) this.addSql(`DROP TABLE IF EXISTS ${table}`);
  }

  override isTransactional(): boolean {
    return false;
  }
}
