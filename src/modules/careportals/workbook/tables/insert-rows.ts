import { CompiledQuery } from 'kysely';
import type { Tx } from '../../tables.ts';

/**
 * Inserts rows that have the same columns, in the order of the first, with one statement. Compiled by hand: a query
 * builder takes longer to build it than MySQL to run it.
 * @param rows values as MySQL takes them: instants and JSON as text.
 * @throws a MySQL 1062 if somebody else was faster with one of the keys.
 */
export async function insertRows(tx: Tx, table: string, rows: readonly object[]): Promise<void> {
  const [first] = rows;
  if (first === undefined) return;
  const columns = Object.keys(first).map((column) => `\`${column}\``);
  const values = rows.map((row) => Object.values(row));
  await tx.executeQuery(CompiledQuery.raw(`INSERT INTO ${table} (${columns.join(', ')}) VALUES ?`, [values]));
}
