import { CompiledQuery } from 'kysely';
import type { Orm } from '../../../platform/database/connect.ts';
import { inTransaction, mysqlNumber } from '../../../platform/database/transaction.ts';
import type { Tables, Tx } from '../tables.ts';
import { type ChargedOrder, DEMO_TABLES, type DemoBatch, type DemoTable } from './demo-batch.ts';

/** Rows added, by table. */
export type AddedRows = Record<DemoTable, number>;

export function nothingAdded(): AddedRows {
  return Object.fromEntries(DEMO_TABLES.map((table) => [table, 0])) as AddedRows;
}

/** Another program added customers or orders at the same time, with numbers that the demo data was to get. */
export class NumbersTaken extends Error {
  constructor(cause: unknown) {
    const message =
      'Another program added customers or orders at the same time, with numbers that the demo data was to get. ' +
      'What was loaded so far is whole. Load again when nothing else adds orders.';
    super(message, { cause });
    this.name = 'NumbersTaken';
  }
}

/** The trigger makes history rows dearer than all others together, so they are written by a connection of their own. */
const HISTORY: readonly DemoTable[] = ['order_status_updates'];
const ALL_BUT_HISTORY = DEMO_TABLES.filter((table) => !HISTORY.includes(table));

/** Writes a batch without its history, in one transaction; see `inOneGo`. Counts the rows of the payment check's trigger too. */
export async function writeBatch(orm: Orm, batch: DemoBatch, asOf: Date): Promise<AddedRows> {
  const added = await inOneGo(orm, batch, ALL_BUT_HISTORY, asOf);
  return { ...added, error_logs: added.error_logs + mismatches(batch) };
}

/** Writes the history of a batch whose orders stand, in one transaction; see `inOneGo`. */
export function writeHistory(orm: Orm, batch: DemoBatch, asOf: Date): Promise<AddedRows> {
  return inOneGo(orm, batch, HISTORY, asOf);
}

/**
 * One transaction, a statement a table.
 * @param asOf what the session's clock says meanwhile.
 * @throws RetryLater if the database is away; NumbersTaken.
 */
async function inOneGo(orm: Orm, batch: DemoBatch, tables: readonly DemoTable[], asOf: Date): Promise<AddedRows> {
  try {
    return await inTransaction<Tables, AddedRows>(orm, (tx) => atTime(tx, asOf, () => insertAll(tx, batch, tables)));
  } catch (error) {
    if (mysqlNumber(error) !== 1062) throw error;
    throw new NumbersTaken(error);
  }
}

/**
 * Runs `work` while the session's clock stands still: the status trigger touches the order, MySQL then sets its
 * updated_at, and that would differ from run to run. The connection goes back to the pool with a clock that runs.
 */
async function atTime<T>(tx: Tx, at: Date, work: () => Promise<T>): Promise<T> {
  await tx.executeQuery(CompiledQuery.raw('SET timestamp = ?', [at.getTime() / 1_000]));
  try {
    return await work();
  } finally {
    await tx.executeQuery(CompiledQuery.raw('SET timestamp = DEFAULT'));
  }
}

async function insertAll(tx: Tx, batch: DemoBatch, tables: readonly DemoTable[]): Promise<AddedRows> {
  const added = nothingAdded();
  for (const table of tables) {
    const rows = table === 'payment_orders' ? await withPaymentIds(tx, batch.payment_orders) : batch[table];
    await insert(tx, table, rows);
    added[table] = rows.length;
  }
  return added;
}

/** One statement for all rows; compiled by hand, because a query builder takes longer to build it than MySQL to run it. */
async function insert(tx: Tx, table: DemoTable, rows: readonly object[]): Promise<void> {
  const [first] = rows;
  if (first === undefined) return;
  const columns = Object.keys(first).map((column) => `\`${column}\``);
  const values = rows.map((row) => Object.values(row));
  await tx.executeQuery(CompiledQuery.raw(`INSERT INTO ${table} (${columns.join(', ')}) VALUES ?`, [values]));
}

async function withPaymentIds(tx: Tx, charged: ChargedOrder[]) {
  if (charged.length === 0) return [];
  const charges = [...new Set(charged.map((row) => row.charge_id))];
  const payments = await tx
    .selectFrom('payments')
    .select(['charge_id', 'payment_id'])
    .where('charge_id', 'in', charges)
    .execute();
  const ids = new Map(payments.map((row) => [row.charge_id, row.payment_id]));
  return charged.map(({ charge_id, order_id }) => ({ payment_id: ids.get(charge_id)!, order_id }));
}

/** Payments that are not what their order costs: a trigger of MySQL writes an error log row for each. */
function mismatches({ payments, orders }: DemoBatch): number {
  const totals = new Map(orders.map((order) => [order.order_id, order.total_amount]));
  return payments.filter((payment) => payment.amount !== totals.get(payment.order_id)).length;
}
