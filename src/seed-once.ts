import type { Orm } from './platform/database/connect.ts';
import { plainQuery } from './platform/database/query.ts';

/** Loads the demo data if there is no customer at all; null if there was something already. */
export async function seedOnce(orm: Orm, onProgress: (line: string) => void): Promise<string | null> {
  const query = await plainQuery(orm);
  const [anyone] = await query('SELECT 1 FROM customers LIMIT 1');
  if (anyone !== undefined) return null;
  const { seedDemoData } = await import('./modules/careportals/demo/seed-demo-data.ts');
  onProgress('Loading demo data (fictional people)');
  const loaded = await seedDemoData(orm, { customers: DEMO_CUSTOMERS });
  return `${loaded.customers} fictional customers, ${loaded.orders} orders loaded now`;
}

/** As many as the operator's workbook had. */
export const DEMO_CUSTOMERS = 281;
