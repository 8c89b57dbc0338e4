import { readFile } from 'node:fs/promises';
import { type CellObject, read as readBySheetJs, utils } from '@e965/xlsx';
import { readXlsx as readByHucre } from 'hucre/xlsx';
import type { Cell } from '../../../src/platform/xlsx/cell.ts';
import { readAll } from './hand-made.ts';

/** Sheets of cells, each cell as a short text that does not depend on who read it. Times to the second. */
export type Told = Record<string, (string | null)[][]>;

export async function toldByUs(path: string): Promise<Told> {
  const told: Told = {};
  for (const [name, rows] of Object.entries(await readAll(path))) {
    told[name] = [];
    for (const { number, cells } of rows) told[name][number - 1] = cells.map(ours);
  }
  return evened(told);
}

function ours(cell: Cell | null): string | null {
  if (cell === null) return null;
  if (cell.is === 'text') return textTold(cell.text);
  if (cell.is === 'number') return `number ${Number(cell.text)}`;
  if (cell.is === 'boolean') return `boolean ${cell.value}`;
  return cell.is === 'time' ? timeTold(new Date(`${cell.wall.replace(' ', 'T')}Z`)) : textTold(cell.code ?? 'an error');
}

export async function toldByHucre(path: string): Promise<Told> {
  const { sheets } = await readByHucre(await readFile(path));
  return evened(Object.fromEntries(sheets.map(({ name, rows }) => [name, rows.map((row) => row.map(valueTold))])));
}

export async function toldBySheetJs(path: string): Promise<Told> {
  const book = readBySheetJs(await readFile(path), { type: 'buffer', cellDates: true, UTC: true, dense: true });
  const rowsOf = (name: string) => {
    const sheet = book.Sheets[name]!;
    const range = utils.decode_range(sheet['!ref'] ?? 'A1');
    const rows = (sheet['!data'] ?? []) as (CellObject | undefined)[][];
    return Array.from({ length: range.e.r + 1 }, (_, row) => Array.from(rows[row] ?? [], sheetJs));
  };
  return evened(Object.fromEntries(book.SheetNames.map((name) => [name, rowsOf(name)])));
}

function sheetJs(cell: CellObject | undefined): string | null {
  if (cell === undefined || cell.t === 'z') return null;
  return cell.t === 'e' ? textTold(String(cell.w)) : valueTold(cell.v ?? null);
}

function valueTold(value: string | number | boolean | Date | null): string | null {
  if (value === null || value === '') return null;
  if (value instanceof Date) return timeTold(value);
  return typeof value === 'string' ? textTold(value) : `${typeof value} ${value}`;
}

// The others do not tell errors from texts.
function textTold(text: string): string {
  return `text ${text}`;
}

function timeTold(time: Date): string {
  return `time ${new Date(Math.round(time.getTime() / 1_000) * 1_000).toISOString()}`;
}

/** Without what is blank at the end of rows and sheets: readers count that differently. */
function evened(told: Told): Told {
  const trimmed = <T>(list: readonly T[], isBlank: (item: T) => boolean) =>
    list.slice(0, list.findLastIndex((item) => !isBlank(item)) + 1);
  const rows = (sheet: Told[string]) =>
    trimmed(
      Array.from(sheet, (row) =>
        trimmed(
          Array.from(row ?? [], (cell) => cell ?? null),
          (cell) => cell === null,
        ),
      ),
      (row) => row.length === 0,
    );
  return Object.fromEntries(Object.entries(told).map(([name, sheet]) => [name, rows(sheet)]));
}
