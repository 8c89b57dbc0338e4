import type { Level } from '../rules.ts';
import { grouped } from './numbers.ts';
import type { Check, Example, Report, RuleCount, SheetCount } from './report.ts';

/** In the order in which a manager wants to know. */
export const LEVELS: readonly [Level, string][] = [
  ['rejected', 'Refused'],
  ['parked', 'Left waiting'],
  ['duplicate', 'Repeats'],
  ['stubbed', 'Stand-ins made'],
  ['repaired', 'Repaired'],
  ['noted', 'Worth a look'],
];

export const RESULTS: Record<Check['result'], string> = { holds: 'ok', note: 'note', broken: 'BROKEN' };

/** A report for people, as plain lines. Holds sheets, row numbers and shapes of values, never a value. */
export function reportInWords(report: Report): string {
  return [
    headline(report),
    '',
    ...table(report.sheets),
    '',
    ...rulesByLevel(report.rules),
    'Checks, by what was counted:',
    ...report.checks.map(checkLine),
    ...(report.database === null ? [] : ['', 'Checks, by what the database says:', ...report.database.map(checkLine)]),
    '',
    ...lastLines(report),
    '',
  ].join('\n');
}

export function headline({ command, dryRun, interrupted, resumed, file, seconds }: Report): string {
  const what = dryRun ? `Dry run of ${command}: nothing was written` : command === 'import' ? 'Import' : 'Sync';
  const how = [interrupted ? 'interrupted' : '', resumed ? 'gone on where an earlier run stopped' : ''].filter(Boolean);
  const said = how.length === 0 ? '' : ` (${how.join(', ')})`;
  return `${what}${said}. ${file.name}, ${grouped(file.rows)} rows, ${seconds.toFixed(1)} s.`;
}

export const COLUMNS = [
  'read',
  'written',
  'filled',
  'updated',
  'unchanged',
  'kept',
  'parked',
  'waiting',
  'duplicates',
  'rejected',
] as const;

function table(sheets: readonly SheetCount[]): string[] {
  const rows = [...sheets, totalOf(sheets)];
  const head = `${'sheet'.padEnd(24)}${COLUMNS.map((name) => name.padStart(11)).join('')}`;
  return [head, ...rows.map((row) => `${row.sheet.padEnd(24)}${COLUMNS.map((name) => cell(row[name])).join('')}`)];
}

export function totalOf(sheets: readonly SheetCount[]): Record<(typeof COLUMNS)[number], number> & { sheet: string } {
  const sum = (name: (typeof COLUMNS)[number]) => sheets.reduce((total, row) => total + row[name], 0);
  const sums = Object.fromEntries(COLUMNS.map((name) => [name, sum(name)]));
  return { sheet: 'together', ...(sums as Record<(typeof COLUMNS)[number], number>) };
}

function cell(count: number): string {
  return (count === 0 ? '-' : grouped(count)).padStart(11);
}

function rulesByLevel(rules: readonly RuleCount[]): string[] {
  return LEVELS.flatMap(([level, title]) => {
    const some = rules.filter((counted) => counted.level === level);
    return some.length === 0 ? [] : [`${title}:`, ...some.flatMap(ruleLines), ''];
  });
}

function ruleLines({ rule, sheet, count, says, examples }: RuleCount): string[] {
  const first = `  ${grouped(count).padStart(7)}  ${sheet}: ${says} (${rule})`;
  return [first, ...examples.map((example) => `           ${inWords(example)}`)];
}

/** `row 12, card_last4: 999 became 0999`, in shapes. */
export function inWords({ tab, row, column, was, became }: Example): string {
  const place = `tab "${tab}", row ${row}${column === null ? '' : `, ${column}`}`;
  if (was === null && became === null) return place;
  return `${place}: ${was ?? 'blank'}${became === null ? '' : ` became ${became}`}`;
}

function checkLine({ result, says, count, expected, found }: Check): string {
  return `  ${RESULTS[result].padEnd(6)}  ${says}: ${figures({ count, expected, found })}`;
}

export function figures({ count, expected, found }: Pick<Check, 'count' | 'expected' | 'found'>): string {
  if (expected !== undefined) return `${expected} expected, ${found} found`;
  return found === undefined ? grouped(count) : found;
}

function lastLines({ sheets, dryRun, command, interrupted, findingsFile }: Report): string[] {
  const kept = totalOf(sheets).kept;
  return [
    ...(findingsFile === null ? [] : [`Every finding with its value (private): ${findingsFile}`]),
    ...(kept > 0 && command === 'import'
      ? [
          `${grouped(kept)} rows differ from the database and stay as they are there; npm run sync takes the workbook's over those that came from it.`,
        ]
      : []),
    ...(interrupted && !dryRun ? ['Run it again with the same file: it goes on where it stopped.'] : []),
  ];
}
