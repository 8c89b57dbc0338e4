import { Migration } from '@mikro-orm/migrations';

/** What is planned for a subscription, and what was skipped. The index is the queue of what falls due. */
const PLANS = `ALTER TABLE subscriptions
  ADD COLUMN scheduled_action VARCHAR(10) CHARACTER SET ascii COLLATE ascii_bin NULL,
  ADD COLUMN scheduled_at DATETIME(3) NULL,
  ADD COLUMN scheduled_reason VARCHAR(50) NULL,
  ADD COLUMN scheduled_correlation_id VARCHAR(64) NULL,
  ADD COLUMN skipped_dates JSON NULL,
  ADD KEY idx_scheduled_at (scheduled_at),
  ADD CONSTRAINT check_scheduled CHECK (scheduled_action IS NULL AND scheduled_at IS NULL
    OR scheduled_action IS NOT NULL AND scheduled_at IS NOT NULL
      AND (scheduled_action = 'resume' AND state = 'paused' OR scheduled_action = 'cancel' AND state = 'active'))`;

const CHANGES = 'ALTER TABLE subscriptions_audit_log ADD COLUMN changes JSON NULL';

const REASONS = `CREATE TABLE IF NOT EXISTS subscription_reasons (
  code VARCHAR(50) NOT NULL,
  label VARCHAR(100) NOT NULL,
  retired BOOLEAN NOT NULL DEFAULT FALSE,
  created_at DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
  PRIMARY KEY (code)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci`;

const FIRST_REASONS = `INSERT INTO subscription_reasons (code, label) VALUES
  ('travelling', 'Is travelling'),
  ('too_expensive', 'Costs too much'),
  ('side_effects', 'Has side effects'),
  ('goal_reached', 'Has reached the goal'),
  ('no_results', 'Sees no results'),
  ('enough_medication', 'Still has enough medication'),
  ('medical_advice', 'A doctor advises against it'),
  ('pregnancy', 'Is pregnant or plans to be'),
  ('surgery', 'Has an operation'),
  ('switched_provider', 'Goes to another provider'),
  ('insurance', 'Insurance pays elsewhere'),
  ('delivery_problem', 'Trouble with delivery'),
  ('payment_failed', 'Payment failed'),
  ('ordered_by_mistake', 'Was ordered by mistake'),
  ('requested_by_customer', 'The customer asked for it'),
  ('no_longer_needed', 'No longer needed')
  ON DUPLICATE KEY UPDATE code = code`;

export class ExtendSubscriptions extends Migration {
  override name = '20261121150000_extend_subscriptions';

  // MySQL commits each statement by itself, and cannot add a column "if not exists" (1060 on a repeated run): asked first.
  override async up(): Promise<void> {
    if (!(await this.#has('subscriptions', 'scheduled_action'))) this.addSql(PLANS);
    if (!(await this.#has('subscriptions_audit_log', 'changes'))) this.addSql(CHANGES);
    this.addSql(REASONS);
    this.addSql(FIRST_REASONS);
  }

  override down(): void {
    this.addSql('DROP TABLE IF EXISTS subscription_reasons');
    this.addSql('ALTER TABLE subscriptions_audit_log DROP COLUMN changes');
    this.addSql(`ALTER TABLE subscriptions DROP CHECK check_scheduled, DROP KEY idx_scheduled_at,
      DROP COLUMN scheduled_action, DROP COLUMN scheduled_at, DROP COLUMN scheduled_reason,
      DROP COLUMN scheduled_correlation_id, DROP COLUMN skipped_dates`);
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
