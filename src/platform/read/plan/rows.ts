import type { Row } from '../reader.ts';

/** Rows by the text of a column; those without a value are left out. */
export function groups(rows: readonly Row[], column: string): Map<string, Row[]> {
  const found = new Map<string, Row[]>();
  for (const row of rows) {
    const value = row[column];
    if (value === null || value === undefined) continue;
    const key = String(value);
    const group = found.get(key);
    if (group === undefined) found.set(key, [row]);
    else group.push(row);
  }
  return found;
}

/** The rows that are joined to others, under one name. */
export function inSlot(slot: string, rows: readonly Row[]): Row[] {
  return rows.map((row) => row[slot] as Row | null).filter((row) => row !== null);
}

/** Gives something to the row that a path of slots leads to, if there is one. */
export function put(root: Row, path: readonly string[], slot: string, value: unknown): void {
  let row: Row | null = root;
  for (const step of path) row = (row?.[step] ?? null) as Row | null;
  if (row !== null) row[slot] = value;
}
