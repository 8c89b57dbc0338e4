import { Migration } from '@mikro-orm/migrations';

const ID = 'VARCHAR(255) CHARACTER SET ascii COLLATE ascii_bin';

/** Since when a delivery waits, and when a person had it tried again. */
const INBOX = `ALTER TABLE webhook_inbox
  ADD COLUMN parked_at DATETIME(3) NULL,
  ADD COLUMN replayed_at DATETIME(3) NULL,
  ADD COLUMN replayed_by VARCHAR(255) NULL,
  ADD COLUMN attempts_before_replay INT NOT NULL DEFAULT 0`;

/** When each field was told, so that it ends as its newest teller has it, whatever arrives when. */
const TOLD_AT = ['customers', 'orders', 'products', 'coupons'];

/** Who the EMR says has the subscription, known here or not, and what it costs in each phase. */
const SUBSCRIPTIONS = `ALTER TABLE subscriptions
  ADD COLUMN emr_customer_id ${ID} NULL,
  ADD COLUMN phases JSON NULL,
  ADD KEY idx_emr_customer_id (emr_customer_id)`;

const LOGS = 'ALTER TABLE webhook_logs ADD COLUMN finished_at DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3)';

/** Which rows a delivery was applied to. No foreign keys: the rows are of many tables. */
const SUBJECTS = `CREATE TABLE IF NOT EXISTS webhook_subjects (
  subject_type VARCHAR(30) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  subject_id VARCHAR(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_0900_bin NOT NULL,
  inbox_id BIGINT NOT NULL,
  PRIMARY KEY (subject_type, subject_id, inbox_id),
  KEY idx_inbox_id (inbox_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci`;

export class ExtendIntake extends Migration {
  override name = '20261121190000_extend_intake';

  // MySQL commits each statement by itself, and cannot add a column "if not exists" (1060 on a repeated run): asked first.
  override async up(): Promise<void> {
    if (!(await this.#has('webhook_inbox', 'parked_at'))) this.addSql(INBOX);
    for (const table of TOLD_AT) {
      if (!(await this.#has(table, 'told_at'))) this.addSql(`ALTER TABLE ${table} ADD COLUMN told_at JSON NULL`);
    }
    if (!(await this.#has('subscriptions', 'emr_customer_id'))) this.addSql(SUBSCRIPTIONS);
    if (!(await this.#has('webhook_logs', 'finished_at'))) this.addSql(LOGS);
    this.addSql(SUBJECTS);
  }

  override down(): void {
    this.addSql('DROP TABLE IF EXISTS webhook_subjects');
    this.addSql('ALTER TABLE webhook_logs DROP COLUMN finished_at');
    this.addSql(
      'ALTER TABLE subscriptions DROP KEY idx_emr_customer_id, DROP COLUMN emr_customer_id, DROP COLUMN phases',
    );
    for (const table of TOLD_AT) this.addSql(`ALTER TABLE ${table} DROP COLUMN told_at`);
    this.addSql(`ALTER TABLE webhook_inbox DROP COLUMN parked_at, DROP COLUMN replayed_at, DROP COLUMN replayed_by,
      DROP COLUMN attempts_before_replay`);
  }

  async #has(table: string, column: string): Promise<boolean> {
    const rows = (await this.execute(
      `SELECT 1 FROM information_schema.columns
        WHERE table_schema = DATABASE() AND table_name = ? AND column_name = ?`,
      [table, column],
    )) as unknown[];
    return rows.length > 0;
  }

  override isTransactional(): boolean {
    return false;
  }
}
