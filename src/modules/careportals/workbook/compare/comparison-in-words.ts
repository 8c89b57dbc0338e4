import { grouped } from '../report/numbers.ts';
import type { Comparison, SheetComparison } from './comparison.ts';

const COLUMNS = ['rows', 'same', 'different', 'onlyWorkbook', 'onlyDatabase', 'waiting', 'repeats', 'leftOut'] as const;

const HEADS: Record<(typeof COLUMNS)[number], string> = {
  rows: 'rows',
  same: 'same',
  different: 'different',
  onlyWorkbook: 'only workbook',
  onlyDatabase: 'only database',
  waiting: 'waiting',
  repeats: 'repeats',
  leftOut: 'left out',
};

const WIDTH = 15;

/** A comparison for people, as plain lines. Holds sheets, columns and counts, never a value. */
export function comparisonInWords({ equal, file, sheets, columns, list }: Comparison): string {
  const differing = columns.map(
    ({ sheet, column, count, byOwner }) =>
      `  ${sheet}, ${column}: ${grouped(count)} (last written by import or sync ${grouped(byOwner.import)}, by others ${grouped(byOwner.other)})`,
  );
  return [
    `${file.name}, ${grouped(file.rows)} rows: ${equal ? 'workbook and database are equal.' : 'workbook and database differ.'}`,
    '',
    `${'sheet'.padEnd(24)}${COLUMNS.map((name) => HEADS[name].padStart(WIDTH)).join('')}`,
    ...sheets.map(line),
    '',
    ...(differing.length === 0 ? [] : ['Columns that differ:', ...differing, '']),
    ...(list === null ? [] : [`Every difference with its values (private): ${list}`, '']),
  ].join('\n');
}

function line(sheet: SheetComparison): string {
  const counts = COLUMNS.map((name) => (sheet[name] === 0 ? '-' : grouped(sheet[name])).padStart(WIDTH));
  return `${sheet.sheet.padEnd(24)}${counts.join('')}`;
}
