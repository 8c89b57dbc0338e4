import { Migration } from '@mikro-orm/migrations';

/** What else may wake a parked delivery: whichever of the two comes first. */
const COLUMN = `ALTER TABLE webhook_inbox
  ADD COLUMN or_waiting_for VARCHAR(255) CHARACTER SET ascii COLLATE ascii_bin NULL AFTER waiting_for,
  ADD KEY idx_or_waiting_for (or_waiting_for)`;

export class WaitForEither extends Migration {
  override name = '20261121190300_wait_for_either';

  // MySQL commits each statement by itself, and cannot add a column "if not exists" (1060 on a repeated run): asked first.
  override async up(): Promise<void> {
    const rows = (await this.execute(
      `SELECT 1 FROM information_schema.columns
        WHERE table_schema = DATABASE() AND table_name = 'webhook_inbox' AND column_name = 'or_waiting_for'`,
    )) as unknown[];
    if (rows.length === 0) this.addSql(COLUMN);
  }

  override down(): void {
    this.addSql('ALTER TABLE webhook_inbox DROP KEY idx_or_waiting_for, DROP COLUMN or_waiting_for');
  }

  override isTransactional(): boolean {
    return false;
  }
}
