import { once } from 'node:events';
import { createWriteStream, type WriteStream } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { finished } from 'node:stream/promises';
import type { OutCell, OutSheet } from '../../../../platform/xlsx/cell.ts';
import { writeXlsx } from '../../../../platform/xlsx/write-xlsx.ts';
import { RULES, type RuleId } from '../rules.ts';
import type { SheetName } from '../sheet.ts';
import type { Form } from './form.ts';
import { FORMS } from './forms.ts';
import type { Place, Planted } from './planted.ts';
import { type RowMade, SetOfRows } from './set-of-rows.ts';

/** More sets would need more rows of order.updated than a sheet has. */
export const MOST_TIMES = 340;

const NEW_AND_PRIVATE = { flag: 'wx', flags: 'wx', mode: 0o600 };

interface Options {
  /** So many true-size sets of rows, each with ids of its own: 1 to 340. */
  times: number;
  /** Equal seeds give equal bytes. */
  seed: string;
  /** Nothing is wrong with any row. */
  plain?: boolean;
}

/**
 * Writes a workbook of fictional rows with all the faults the true one is known for, and beside it what was planted:
 * FILE.xlsx, FILE.planted.json (Planted) and FILE.places.jsonl (a Place a line). None of the three may exist.
 */
export async function generateWorkbook(path: string, options: Options): Promise<Planted> {
  const base = path.replace(/\.xlsx$/i, '');
  const places = createWriteStream(`${base}.places.jsonl`, NEW_AND_PRIVATE);
  await once(places, 'open');
  try {
    const planted = nothingPlanted(options);
    await writeXlsx(path, outSheets(options, planted, places));
    places.end();
    await finished(places);
    await writeFile(`${base}.planted.json`, `${JSON.stringify(planted, null, 2)}\n`, NEW_AND_PRIVATE);
    return planted;
  } catch (error) {
    places.destroy();
    await rm(`${base}.places.jsonl`, { force: true });
    throw error;
  }
}

function nothingPlanted({ seed, times }: Options): Planted {
  const bySheet = <T>(value: () => T) =>
    Object.fromEntries(FORMS.map(({ sheet }) => [sheet, value()])) as Record<SheetName, T>;
  return {
    seed,
    times,
    rows: bySheet(() => 0),
    rules: Object.fromEntries(Object.keys(RULES).map((rule) => [rule, 0])) as Record<RuleId, number>,
    outcomes: bySheet(() => ({ kept: 0, parked: 0, duplicates: 0, rejected: 0 })),
  };
}

/** The tabs of the true workbook, the empty one included. */
function outSheets(options: Options, planted: Planted, places: WriteStream): OutSheet[] {
  const sheets = FORMS.map((form) => ({
    name: form.sheet,
    header: form.hasHeader ? form.columns : null,
    rows: rowsOf(form, options, planted, places),
  }));
  return [...sheets, { name: 'test_log', header: null, rows: [] }];
}

async function* rowsOf(
  form: Form,
  { times, seed, plain = false }: Options,
  planted: Planted,
  places: WriteStream,
): AsyncGenerator<OutCell[], void> {
  let row = form.hasHeader ? 1 : 0;
  for (let number = 0; number < times; number++) {
    const set = new SetOfRows(seed, number, plain);
    for (let index = 0; index < form.rows; index++) {
      const made = set.row(form, index);
      row += 1;
      const place = count(form, made, row, planted);
      if (place !== null && !places.write(`${JSON.stringify(place)}\n`)) await once(places, 'drain');
      yield form.columns.map((column) => made.cells[column] ?? null);
    }
  }
}

/** Where a finding is expected, if one is. */
function count(form: Form, { odd }: RowMade, row: number, planted: Planted): Place | null {
  planted.rows[form.sheet] += 1;
  planted.outcomes[form.sheet][odd?.oddity.fate ?? 'kept'] += 1;
  if (odd === undefined || (odd.oddity.foundOnce && odd.nth > 0)) return null;
  const { rule, column } = odd.oddity;
  planted.rules[rule] += 1;
  return { sheet: form.sheet, tab: form.sheet, row, column, rule };
}
