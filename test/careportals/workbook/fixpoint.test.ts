import fc from 'fast-check';
import { expect, test } from 'vitest';
import { convertCells } from '../../../src/modules/careportals/workbook/convert/convert.ts';
import type { Column, Sheet } from '../../../src/modules/careportals/workbook/sheet.ts';
import { SHEETS } from '../../../src/modules/careportals/workbook/sheets.ts';
import type { Cell } from '../../../src/platform/xlsx/cell.ts';
import { cell, convert, NOW, type Short } from './converting.ts';
import { HONEST } from './honest-rows.ts';

const RUNS = process.env.LONG_TESTS ? 20_000 : 200;
const SEED = process.env.TEST_SEED === undefined ? undefined : Number(process.env.TEST_SEED);

const HOSTILE = [
  '',
  '   ',
  'N/A',
  'n / a',
  'NULL',
  'null',
  'Undefined',
  '[object Object]',
  '[OBJECT OBJECT]',
  '{{name}}',
  '\u0000\u0007x\u009f',
  '\u200b@\u200b',
  '\ud800',
  'İ'.repeat(60),
  'ß',
  'ﬃ',
  `${'x'.repeat(49)} y`,
  '🙂'.repeat(60),
  '-0',
  '-0.0',
  '1e3',
  '1e-7',
  '.5',
  '5.',
  '12.5',
  '10.6',
  '21474836.47',
  '99999999999',
  '0042',
  '+1 (212) 555-0142',
  '2125550142',
  '000',
  '1234-5678',
  '02/29/2024, 01:00:00 AM',
  '2025-11-02 01:30:00',
  '2025-03-09T02:30:00.999',
  '1970-01-01T00:00:00Z',
  '{"a":1e400,"b":-0,"salt":1,"__proto__":{"hash":2}}',
  '["\\ud800"]',
  '{"\\udc00":1}',
  '"text"',
  'percent',
  'DOLLAR',
  'Unknown',
  'fixed cart',
  '50% OFF',
  `unknown-${'0'.repeat(24)}`,
];

const time = fc
  .date({ min: new Date('1969-12-31T00:00:00Z'), max: new Date('2026-01-01T00:00:00Z'), noInvalidDate: true })
  .map((date): Cell => ({ is: 'time', wall: date.toISOString().slice(0, 23).replace('T', ' ') }));

const amount = fc.oneof(
  fc.integer({ min: -500, max: 50_000 }).map(String),
  fc.integer({ min: -500, max: 5_000_000 }).map((cents) => String(cents / 100)),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map(String),
);

const hex = (length: number) =>
  fc.string({ unit: fc.constantFrom(...'0123456789abcdefABCDEF'), minLength: length, maxLength: length });

const strange: fc.Arbitrary<Short> = fc.oneof(
  fc.constantFrom(...HOSTILE),
  fc.string({ unit: 'binary', maxLength: 300 }),
  fc.json(),
  fc.boolean(),
  time,
  amount.map((text): Cell => ({ is: 'number', text })),
);

/** Cells that fit the column more often than not. */
function cellOf(kind: Column['kind'], honest: Short): fc.Arbitrary<Short> {
  const fitting: fc.Arbitrary<Short> =
    kind === 'time' || kind === 'textTime'
      ? time
      : kind === 'dollars' || kind === 'whole'
        ? amount.map((text): Cell => ({ is: 'number', text }))
        : kind === 'id24'
          ? hex(24)
          : kind === 'id32'
            ? hex(32)
            : fc.constant(honest);
  return fc.oneof(
    { weight: 12, arbitrary: fc.constant(honest) },
    { weight: 6, arbitrary: fitting },
    { weight: 2, arbitrary: strange },
    { weight: 1, arbitrary: fc.constant(null) },
  );
}

function rowOf(sheet: Sheet<unknown>): fc.Arbitrary<Record<string, Short>> {
  const honest = HONEST[sheet.name];
  return fc.record(
    Object.fromEntries(sheet.columns.map(({ header, kind }) => [header, cellOf(kind, honest[header] ?? null)])),
  );
}

test.each(SHEETS.map((sheet) => [sheet.name, sheet] as const))(
  'what was read of %s and written is read as the same line, and written as the same cells',
  (_name, sheet) => {
    let lines = 0;
    fc.assert(
      fc.property(rowOf(sheet), (cells) => {
        const read = convert(sheet, cells);
        if (read.kind !== 'line') return;
        lines++;
        const written = sheet.write(read.line);
        const again = convertCells(sheet, written, NOW);
        expect(again).toMatchObject({ kind: 'line' });
        if (again.kind !== 'line') return;
        expect(again.line).toEqual(read.line);
        expect(sheet.keyOf(again.line)).toBe(sheet.keyOf(read.line));
        expect(sheet.write(again.line)).toEqual(written);
      }),
      { numRuns: RUNS, ...(SEED !== undefined && { seed: SEED }) },
    );
    expect(lines).toBeGreaterThan(RUNS / 10);
  },
  120_000,
);

test.each(SHEETS.map((sheet) => [sheet.name, sheet] as const))(
  'an honest row of %s is written cell for cell in the order of its columns',
  (_name, sheet) => {
    const read = convert(sheet, HONEST[sheet.name]);
    const written = read.kind === 'line' ? sheet.write(read.line) : [];
    const kinds = sheet.columns.map(({ header }) => cell(HONEST[sheet.name][header] ?? null)?.is ?? 'blank');
    expect(written).toHaveLength(sheet.columns.length);
    expect(written.map((out) => out === null)).toEqual(kinds.map((kind) => kind === 'blank'));
  },
);
