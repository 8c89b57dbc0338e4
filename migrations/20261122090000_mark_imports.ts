import { Migration } from '@mikro-orm/migrations';

/** Rows that the workbook brings, and that others change as well. */
const MARKED = ['customers', 'addresses', 'products', 'coupons', 'orders', 'payments', 'refunds', 'subscriptions'];

/** How far each run has come. No name of a file: it may name a person. */
const RUNS = `CREATE TABLE IF NOT EXISTS import_runs (
  run_id BIGINT NOT NULL AUTO_INCREMENT,
  command VARCHAR(10) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  file_sha256 CHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  file_rows BIGINT NOT NULL,
  sheet VARCHAR(40) NULL,
  last_ordinal BIGINT NOT NULL DEFAULT 0,
  tally JSON NOT NULL,
  started_at DATETIME(3) NOT NULL,
  finished_at DATETIME(3) NULL,
  PRIMARY KEY (run_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci`;

export class MarkImports extends Migration {
  override name = '20261122090000_mark_imports';

  // MySQL commits each statement by itself, and cannot add a column "if not exists" (1060 on a repeated run): asked first.
  override async up(): Promise<void> {
    for (const table of MARKED) {
      if (!(await this.#isMarked(table))) this.addSql(`ALTER TABLE ${table} ADD COLUMN imported_at DATETIME(3) NULL`);
    }
    this.addSql(RUNS);
  }

  override down(): void {
    this.addSql('DROP TABLE IF EXISTS import_runs');
    for (const table of MARKED) this.addSql(`ALTER TABLE ${table} DROP COLUMN imported_at`);
  }

  async #isMarked(table: string): Promise<boolean> {
    const rows = (await this.execute(
      `SELECT 1 FROM information_schema.columns
        WHERE table_schema = DATABASE() AND table_name = ? AND column_name = 'imported_at'`,
      [table],
    )) as unknown[];
    return rows.length > 0;
  }

  override isTransactional(): boolean {
    return false;
  }
}
