import type { Layout } from '../../../src/modules/careportals/workbook/convert/convert.ts';
import { convertRow, latestOf } from '../../../src/modules/careportals/workbook/convert/convert.ts';
import type { Sheet } from '../../../src/modules/careportals/workbook/sheet.ts';
import type { Cell, Row, XlsxFile } from '../../../src/platform/xlsx/cell.ts';

/** The clock of these tests. */
export const NOW = new Date('2026-01-15T12:00:00Z');

/** A cell in short: text, a number, a flag, or the cell itself. */
export type Short = string | number | boolean | Cell | null;

export function cell(short: Short): Cell | null {
  if (typeof short === 'string') return { is: 'text', text: short };
  if (typeof short === 'number') return { is: 'number', text: String(short) };
  return typeof short === 'boolean' ? { is: 'boolean', value: short } : short;
}

/** A number as it stands in the file, such as 242.0. */
export const number = (text: string): Cell => ({ is: 'number', text });
/** A date cell. */
export const time = (wall: string): Cell => ({ is: 'time', wall: wall.padEnd(23, '.000') });

export function layoutOf(sheet: Sheet<unknown>): Layout {
  return new Map(sheet.columns.map(({ header }, index) => [header, index]));
}

/** What becomes of a row of these cells; row 7 of a tab. */
export function convert<Line>(sheet: Sheet<Line>, cells: Record<string, Short>) {
  const unknown = Object.keys(cells).filter((name) => !sheet.columns.some(({ header }) => header === name));
  if (unknown.length > 0) throw new Error(`${sheet.name} has no columns ${unknown.join(', ')}.`);
  const row = sheet.columns.map(({ header }) => cell(cells[header] ?? null));
  const placed = { tab: sheet.name, row: 7, ordinal: 1, cells: row };
  return convertRow(sheet, layoutOf(sheet), placed, latestOf(NOW));
}

/** A workbook in memory. */
export function fileOf(tabs: Record<string, readonly (readonly Short[])[]>): XlsxFile {
  return {
    sheetNames: Object.keys(tabs),
    async *rows(name: string): AsyncGenerator<Row, void> {
      for (const [index, cells] of (tabs[name] ?? []).entries()) {
        if (cells.some((short) => short !== null)) yield { number: index + 1, cells: cells.map(cell) };
      }
    },
    close: async () => undefined,
  };
}
