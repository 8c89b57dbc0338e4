import { Migration } from '@mikro-orm/migrations';

/** What lists of deliveries are filtered by, beside what the inbox itself needs. */
const INDEXES = {
  idx_event_id: '(event_id)',
  idx_type_received: '(event_type, received_at)',
};

export class IndexDeliveries extends Migration {
  override name = '20261121190200_index_deliveries';

  // MySQL commits each statement by itself, and cannot add an index "if not exists" (1061 on a repeated run): asked first.
  override async up(): Promise<void> {
    for (const [name, columns] of Object.entries(INDEXES)) {
      if (!(await this.#has(name))) this.addSql(`CREATE INDEX ${name} ON webhook_inbox ${columns}`);
    }
  }

  override down(): void {
    for (const name of Object.keys(INDEXES)) this.addSql(`DROP INDEX ${name} ON webhook_inbox`);
  }

  async #has(index: string): Promise<boolean> {
    const rows = (await this.execute(
      `SELECT 1 FROM information_schema.statistics
        WHERE table_schema = DATABASE() AND table_name = 'webhook_inbox' AND index_name = ?`,
      [index],
    )) as unknown[];
    return rows.length > 0;
  }

  override isTransactional(): boolean {
    return false;
  }
}
