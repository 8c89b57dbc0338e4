import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { compareWorkbook } from '../../../src/modules/careportals/workbook/compare/compare-workbook.ts';
import { generateWorkbook } from '../../../src/modules/careportals/workbook/generator/generate-workbook.ts';
import type { Place, Planted } from '../../../src/modules/careportals/workbook/generator/planted.ts';
import { type LoadOptions, loadWorkbook } from '../../../src/modules/careportals/workbook/load/load-workbook.ts';
import type { Report } from '../../../src/modules/careportals/workbook/report/report.ts';
import { RULES } from '../../../src/modules/careportals/workbook/rules.ts';
import { systemClock } from '../../../src/platform/clock.ts';
import { createTestDatabase, type TestDatabase } from '../../kit/test-database.ts';
import { outcomes } from './loading.ts';
import { folderForSuite } from './small-workbook.ts';
import { checksums } from './what-stands.ts';

const SEED = process.env.TEST_SEED ?? 'import';

const folder = folderForSuite();
let database: TestDatabase;
let path: string;
let planted: Planted;
let dry: Report;
let real: Report;
beforeAll(async () => {
  database = await createTestDatabase();
  path = join(folder.path, 'generated.xlsx');
  planted = await generateWorkbook(path, { times: 1, seed: SEED });
});
afterAll(() => database?.drop());

const load = (options: Partial<LoadOptions> = {}) =>
  loadWorkbook(database.orm, path, { mode: 'import', dryRun: false, clock: systemClock, ...options });

/** A finding or a place as one text. Where the database has a say, the column is a matter of words. */
function placed({ sheet, tab, row, column, rule }: Place): string {
  return [sheet, tab.toLowerCase(), row, RULES[rule].stage === 'row' ? column : '', rule].join(' | ');
}

async function linesOf(file: string): Promise<string[]> {
  const lines = (await readFile(file, 'utf8')).split('\n').filter((line) => line !== '');
  return lines.map((line) => placed(JSON.parse(line) as Place)).sort();
}

describe(`an import of a generated workbook in true size (seed ${SEED})`, () => {
  test('a dry run finds what was planted, all of it and nothing else, and changes no row', async () => {
    const before = await checksums(database);
    const list = join(folder.path, 'dry.jsonl');
    dry = await load({ dryRun: true, list });
    expect(await checksums(database)).toEqual(before);
    const [found, expected] = [await linesOf(list), await linesOf(join(folder.path, 'generated.places.jsonl'))];
    expect(found.filter((line) => !expected.includes(line))).toEqual([]);
    expect(expected.filter((line) => !found.includes(line))).toEqual([]);
    expect(found).toEqual(expected);
    expect(countsOf(dry)).toEqual(Object.fromEntries(Object.entries(planted.rules).filter(([, count]) => count > 0)));
  });

  test('the run itself does and says the same', async () => {
    const list = join(folder.path, 'real.jsonl');
    real = await load({ list });
    expect(real.sheets).toEqual(dry.sheets);
    expect(real.rules).toEqual(dry.rules);
    expect(real.checks).toEqual(dry.checks);
    expect(await readFile(list, 'utf8')).toBe(await readFile(join(folder.path, 'dry.jsonl'), 'utf8'));
    expect(real.database?.filter(({ result }) => result === 'broken')).toEqual([]);
  });

  test('what became of the rows is what was planned, sheet by sheet', () => {
    for (const { sheet, read, parked, duplicates, rejected } of real.sheets) {
      const kept = read - parked - duplicates - rejected;
      expect({ sheet, read, kept, parked, duplicates, rejected }).toEqual({
        sheet,
        read: planted.rows[sheet],
        ...planted.outcomes[sheet],
      });
    }
  });

  test('once more it changes nothing', async () => {
    const before = await checksums(database);
    const again = await load();
    expect(await checksums(database)).toEqual(before);
    expect(Object.keys(outcomes(again)).sort()).toEqual(['duplicates', 'rejected', 'unchanged', 'waiting']);
  });

  test('a comparison afterwards finds nothing that differs but what waits and was left out', async () => {
    const { sheets, columns, equal } = await compareWorkbook(database.orm, path, { clock: systemClock });
    const waitingLinks = planted.rules['payment-link-waits'];
    expect(columns.map(({ column, count }) => [column, count])).toEqual([['linked_order_ids', waitingLinks]]);
    expect(sheets.reduce((count, sheet) => count + sheet.different, 0)).toBe(waitingLinks);
    expect(sheets.filter((sheet) => sheet.onlyWorkbook + sheet.onlyDatabase > 0)).toEqual([]);
    for (const { sheet, waiting, repeats, leftOut } of sheets) {
      const { parked, duplicates, rejected } = planted.outcomes[sheet];
      expect({ sheet, waiting, notKept: repeats + leftOut }).toEqual({
        sheet,
        waiting: parked,
        notKept: duplicates + rejected,
      });
    }
    expect(equal).toBe(false);
  });
});

function countsOf({ rules }: Report): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { rule, count } of rules) counts[rule] = (counts[rule] ?? 0) + count;
  return counts;
}
