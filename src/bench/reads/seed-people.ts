import { DEMO_TABLES } from '../../modules/careportals/demo/demo-batch.ts';
import { seedDemoData } from '../../modules/careportals/demo/seed-demo-data.ts';
import { modules } from '../../modules.ts';
import { connect } from '../../platform/database/connect.ts';
import type { Stand } from '../stand.ts';

/** As `npm run seed` with these: every order has one payment. */
const EACH = { ordersPerCustomer: 5, statusesPerOrder: 5 };

/** Makes the rows that are read, and has MySQL count them. */
export async function seedPeople({ urls }: Stand, customers: number, signal: AbortSignal): Promise<void> {
  const orm = await connect({ url: urls.app, entities: modules.flatMap((module) => [...module.entities]) });
  try {
    process.stderr.write(`Making ${customers} customers with their orders\n`);
    await seedDemoData(orm, { customers, ...EACH, signal });
    signal.throwIfAborted();
    await orm.em.getConnection().execute(`ANALYZE NO_WRITE_TO_BINLOG TABLE ${DEMO_TABLES.join(', ')}`);
  } finally {
    await orm.close(true);
  }
}
