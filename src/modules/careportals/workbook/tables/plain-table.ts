import type { Query } from '../../../../platform/database/query.ts';
import type { SheetName } from '../sheet.ts';
import type { Admitted, Context, Kind, Settled, Table } from '../table.ts';
import { rowsByKey } from './find-known.ts';
import { insertRows } from './insert-rows.ts';
import { ownersOf, pagesOf } from './pages-of.ts';
import { type Comparing, type Marked, settleKnown } from './settle-known.ts';
import { writeKnown } from './write-known.ts';

/** A sheet whose rows refer to nothing, and stand in one table under one key. */
interface PlainTable<Line> extends Comparing<Line> {
  sheet: SheetName;
  kind: Kind;
  table: string;
  key: keyof Line & string;
  /** A key as the database tells keys apart; given if that is not byte by byte. */
  sameKey?(key: string): string;
}

export function plainTable<Line extends object>(plain: PlainTable<Line>): Table<Line> {
  const { sheet, kind, table, key, columns, sameKey = (text: string) => text } = plain;
  const paged = { table, key, columns: [key, ...columns] };
  const keyOf = (line: Line) => sameKey(String(line[key]));
  return {
    sheet,
    batchRows: 1_000,
    async settle(query, context, lines) {
      const known = await rowsOf(query, plain, lines);
      const rows = new Map(known.map((row) => [keyOf(row), row]));
      return lines.map((admitted) => settleOne(context, admitted, rows.get(keyOf(admitted.line)), plain));
    },
    async write(tx, context, settled) {
      const written = settled.filter(({ did }) => did === 'written').map(({ line }) => line);
      const rows = written.map((line) => ({ ...line, imported_at: context.startedAt }));
      await insertRows(tx, table, sortedBy(rows, key));
      await writeKnown(tx, context, { table, key }, settled);
    },
    tells: (settled) => settled.map(({ line }) => [kind, keyOf(line)]),
    pages: (query) => pagesOf<Line>(query, paged),
    owner: (query, keys) => ownersOf(query, paged, keys),
  };
}

function rowsOf<Line extends object>(
  query: Query,
  { table, key, columns }: PlainTable<Line>,
  lines: readonly Admitted<Line>[],
): Promise<Marked<Line>[]> {
  const sql = `SELECT ${[key, ...columns].join(', ')}, imported_at FROM ${table} WHERE ${key} IN (?)`;
  return rowsByKey(
    query,
    sql,
    lines.map(({ line }) => String(line[key])),
  );
}

function settleOne<Line extends object>(
  context: Context,
  admitted: Admitted<Line>,
  row: Marked<Line> | undefined,
  comparing: Comparing<Line>,
): Settled<Line> {
  if (row !== undefined) return settleKnown(context, admitted, row, comparing);
  return { ...admitted, did: 'written', findings: [], differs: [] };
}

/** Everybody inserts in the order of keys, so that two never wait for each other. */
export function sortedBy<Row extends object>(rows: readonly Row[], key: keyof Row): Row[] {
  return [...rows].sort((a, b) => (String(a[key]) < String(b[key]) ? -1 : 1));
}
