import type { Query } from '../../../../platform/database/query.ts';

const PAGE_ROWS = 2_000;

/** What to read, and by which unique column. */
export interface Paged {
  table: string;
  key: string;
  columns: readonly string[];
}

/** A whole table in the order of its key, a page at a time: what is read stays bounded, whatever its size. */
export async function* pagesOf<Line extends object>(
  query: Query,
  { table, key, columns }: Paged,
): AsyncGenerator<readonly Line[], void> {
  const select = `SELECT ${columns.join(', ')} FROM ${table}`;
  const order = `ORDER BY ${key} LIMIT ${PAGE_ROWS}`;
  let page = await query<Line>(`${select} ${order}`);
  while (page.length > 0) {
    yield page;
    if (page.length < PAGE_ROWS) return;
    const last = (page.at(-1) as Record<string, unknown>)[key];
    page = await query<Line>(`${select} WHERE ${key} > ? ${order}`, [last]);
  }
}

/** Whether the workbook or somebody else wrote these rows last. */
export async function ownersOf(
  query: Query,
  { table, key }: Paged,
  keys: readonly string[],
): Promise<Map<string, 'import' | 'other'>> {
  if (keys.length === 0) return new Map();
  const rows = await query<{ k: string; imported_at: string | null }>(
    `SELECT ${key} AS k, imported_at FROM ${table} WHERE ${key} IN (?)`,
    [keys],
  );
  return new Map(rows.map(({ k, imported_at }) => [String(k), imported_at === null ? 'other' : 'import']));
}
