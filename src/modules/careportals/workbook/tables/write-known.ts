import { CompiledQuery } from 'kysely';
import type { Tx } from '../../tables.ts';
import { LostRace } from '../lost-race.ts';
import type { Context, Settled } from '../table.ts';
import type { KnownPlan } from './settle-known.ts';

/** Where lines of one kind stand. */
export interface Place<Line> {
  table: string;
  key: keyof Line & string;
}

/**
 * Updates and fills rows that stand, as `settleKnown` decided, in the order of their keys.
 * @throws LostRace.
 */
export async function writeKnown<Line extends object>(
  tx: Tx,
  { startedAt }: Context,
  { table, key }: Place<Line>,
  settled: readonly Settled<Line>[],
): Promise<void> {
  const some = settled.filter(({ did }) => did === 'updated' || did === 'filled');
  const sorted = some.sort((a, b) => (String(a.line[key]) < String(b.line[key]) ? -1 : 1));
  for (const { did, line, differs, plan } of sorted) {
    const values = line as Record<string, unknown>;
    const { importedAt, fill, leave = [], also } = plan as KnownPlan;
    const id = values[key];
    if (did === 'filled') await fillRow(tx, table, [key, id], pick(values, fill));
    else {
      const changes = pick(
        values,
        differs.filter((column) => !leave.includes(column)),
      );
      await updateRow(tx, table, [key, id], { ...changes, ...also, imported_at: startedAt }, importedAt);
    }
  }
}

function pick(values: Record<string, unknown>, columns: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(columns.map((column) => [column, values[column]]));
}

type Key = [column: string, value: unknown];

/** What has come into a column since it was seen to be blank stays. */
async function fillRow(tx: Tx, table: string, [key, id]: Key, values: Record<string, unknown>): Promise<void> {
  const columns = Object.keys(values);
  if (columns.length === 0) return;
  const blank = (column: string) => (typeof values[column] === 'number' ? '0' : "''");
  const sets = columns.map((column) => `${column} = COALESCE(NULLIF(${column}, ${blank(column)}), ?)`);
  await tx.executeQuery(
    CompiledQuery.raw(`UPDATE ${table} SET ${sets.join(', ')} WHERE ${key} = ?`, [...Object.values(values), id]),
  );
}

async function updateRow(
  tx: Tx,
  table: string,
  [key, id]: Key,
  changes: Record<string, unknown>,
  importedAt: string | null,
): Promise<void> {
  const sets = Object.keys(changes).map((column) => `${column} = ?`);
  const { numAffectedRows } = await tx.executeQuery(
    CompiledQuery.raw(`UPDATE ${table} SET ${sets.join(', ')} WHERE ${key} = ? AND imported_at <=> ?`, [
      ...Object.values(changes),
      id,
      importedAt,
    ]),
  );
  if (numAffectedRows !== 1n) throw new LostRace();
}
