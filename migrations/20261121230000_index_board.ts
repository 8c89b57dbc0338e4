import { Migration } from '@mikro-orm/migrations';

const INDEX = 'idx_status_changed';

/** The board of orders counts each status and finds its oldest change without reading a single order. */
export class IndexBoard extends Migration {
  override name = '20261121230000_index_board';

  // MySQL commits each statement by itself, and cannot add an index "if not exists" (1061 on a repeated run): asked first.
  override async up(): Promise<void> {
    const rows = (await this.execute(
      `SELECT 1 FROM information_schema.statistics
        WHERE table_schema = DATABASE() AND table_name = 'orders' AND index_name = ?`,
      [INDEX],
    )) as unknown[];
    if (rows.length === 0) this.addSql(`CREATE INDEX ${INDEX} ON orders (current_status, current_status_at)`);
  }

  override down(): void {
    this.addSql(`DROP INDEX ${INDEX} ON orders`);
  }

  override isTransactional(): boolean {
    return false;
  }
}
