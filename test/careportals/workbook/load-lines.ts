import type { Tables } from '../../../src/modules/careportals/tables.ts';
import type { Admitted, Context, Settled, Table } from '../../../src/modules/careportals/workbook/table.ts';
import type { Orm } from '../../../src/platform/database/connect.ts';
import { plainQuery, queryIn } from '../../../src/platform/database/query.ts';
import { inTransaction } from '../../../src/platform/database/transaction.ts';
import { MapKnown } from './known.ts';

export const STARTED_AT = '2026-03-01 12:00:00.000';

/** A run that knows nothing yet. */
export function newContext(mode: Context['mode'] = 'import', known = new MapKnown()): Context & { known: MapKnown } {
  return { mode, startedAt: STARTED_AT, runId: '1', known, now: new Date('2026-03-01T12:00:00Z') };
}

/** Lines as if they stood in rows 2, 3, … of a sheet. */
export function admitted<Line>(lines: readonly Line[], tab = 'sheet'): Admitted<Line>[] {
  return lines.map((line, index) => ({ ordinal: index + 1, tab, row: index + 2, line }));
}

/** One batch, settled and written in one transaction, as a run does it. */
export async function loadLines<Line>(
  orm: Orm,
  table: Table<Line>,
  lines: readonly Line[],
  context: Context & { known: MapKnown } = newContext(),
): Promise<Settled<Line>[]> {
  const settled = await inTransaction<Tables, Settled<Line>[]>(orm, async (tx) => {
    const some = await table.settle(queryIn(tx), context, admitted(lines));
    await table.write(tx, context, some);
    return some;
  });
  context.known.learn(table.tells(settled));
  return settled;
}

/** The same without writing. */
export async function settleLines<Line>(
  orm: Orm,
  table: Table<Line>,
  lines: readonly Line[],
  context: Context & { known: MapKnown } = newContext(),
): Promise<Settled<Line>[]> {
  const settled = await table.settle(await plainQuery(orm), context, admitted(lines));
  context.known.learn(table.tells(settled));
  return settled;
}

/** What became of each line, in their order. */
export function dids(settled: readonly Settled<unknown>[]): string[] {
  return settled.map(({ did }) => did);
}

/** What the rules found, as `rule column`. */
export function rulesOf(settled: readonly Settled<unknown>[]): string[] {
  return settled.flatMap(({ findings }) => findings.map(({ rule, column }) => `${rule} ${column}`));
}
