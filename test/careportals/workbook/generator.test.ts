import { readdir, readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { generateWorkbook } from '../../../src/modules/careportals/workbook/generator/generate-workbook.ts';
import type { Place, Planted } from '../../../src/modules/careportals/workbook/generator/planted.ts';
import { RULES, type RuleId } from '../../../src/modules/careportals/workbook/rules.ts';
import type { Cell, Row } from '../../../src/platform/xlsx/cell.ts';
import { Folder, readAll } from '../../platform/xlsx/hand-made.ts';

const folder = new Folder();
beforeAll(() => folder.open());
afterAll(() => folder.close());

/** Rows of one set, by tab, in the order of the tabs. */
const TRUE_SIZE = {
  'order.created': 476,
  payment_succesful: 438,
  'refund.created': 121,
  'subscription.active': 206,
  'subscription.paused': 15,
  'subscription.cancelled': 53,
  'order.updated': 3_081,
  'order.cancelled': 71,
  customers: 281,
  addresses: 248,
  products: 26,
  coupons: 4,
  questionnaire_structure: 146,
  'subscription.full_log': 202,
  Subscription_Errors: 0,
};

async function placesOf(name: string): Promise<Place[]> {
  const text = await readFile(folder.at(`${name}.places.jsonl`), 'utf8');
  return text.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line) as Place]));
}

function without(header: number, sheet: readonly Row[]): readonly Row[] {
  return sheet.slice(header);
}

test('one set has the 16 tabs and the rows of the true workbook, and its list says so', async () => {
  const planted = await generateWorkbook(folder.at('one.xlsx'), { times: 1, seed: 'one' });
  const read = await readAll(folder.at('one.xlsx'));
  expect(Object.keys(read)).toEqual([...Object.keys(TRUE_SIZE), 'test_log']);
  const counts = Object.entries(read).map(([tab, rows]) => [
    tab,
    without(tab === 'questionnaire_structure' || tab === 'test_log' ? 0 : 1, rows).length,
  ]);
  expect(Object.fromEntries(counts)).toEqual({ ...TRUE_SIZE, test_log: 0 });
  expect(planted.rows).toEqual(TRUE_SIZE);
  expect(JSON.parse(await readFile(folder.at('one.planted.json'), 'utf8'))).toEqual(planted);
});

/** These need rows that the database had before. */
const OF_OTHER_ROWS: RuleId[] = ['intent-kept', 'key-taken'];

test('every rule is planted, and each planted finding has a place of its own', async () => {
  const planted = await generateWorkbook(folder.at('rules.xlsx'), { times: 1, seed: 'rules' });
  expect(Object.keys(planted.rules).sort()).toEqual(Object.keys(RULES).sort());
  const without = Object.entries(planted.rules).filter(([, count]) => count === 0);
  expect(without.map(([rule]) => rule)).toEqual(OF_OTHER_ROWS);
  const places = await placesOf('rules');
  expect({ ...Object.fromEntries(without), ...countedBy(places, ({ rule }) => rule) }).toEqual(planted.rules);
  expect(new Set(places.map(({ tab, row }) => `${tab} ${row}`)).size).toBe(places.length);
});

test('what becomes of the rows adds up, and parked, repeated and refused ones are as many as their rules', async () => {
  const { rows, rules, outcomes } = await generateWorkbook(folder.at('sums.xlsx'), { times: 2, seed: 'sums' });
  for (const [sheet, { kept, parked, duplicates, rejected }] of Object.entries(outcomes)) {
    expect([sheet, kept + parked + duplicates + rejected]).toEqual([sheet, rows[sheet as keyof Planted['rows']]]);
  }
  const total = (fate: 'parked' | 'duplicates' | 'rejected') =>
    Object.values(outcomes).reduce((sum, outcome) => sum + outcome[fate], 0);
  const ofLevel = (level: string) =>
    Object.entries(rules).reduce((sum, [rule, count]) => sum + (RULES[rule as RuleId].level === level ? count : 0), 0);
  expect([total('parked'), total('duplicates'), total('rejected')]).toEqual([
    ofLevel('parked'),
    ofLevel('duplicate'),
    ofLevel('rejected'),
  ]);
});

test('an equal seed makes equal bytes, another seed makes others', async () => {
  for (const [name, seed] of Object.entries({ a: 'same', b: 'same', c: 'other' })) {
    await generateWorkbook(folder.at(`bytes-${name}.xlsx`), { times: 1, seed });
  }
  const [a, b, c] = await Promise.all(['a', 'b', 'c'].map((name) => readFile(folder.at(`bytes-${name}.xlsx`))));
  expect(b).toEqual(a);
  expect(c).not.toEqual(a);
  expect(await placesOf('bytes-b')).toEqual(await placesOf('bytes-a'));
});

/** By tab: the column whose values must not be met in two sets. */
const KEYS: Record<string, number[]> = {
  'order.created': [1, 2],
  payment_succesful: [0, 1],
  'refund.created': [0],
  'subscription.active': [0],
  customers: [0, 1],
  addresses: [0],
  products: [0],
  coupons: [0],
  'order.updated': [2],
  'order.cancelled': [1],
  questionnaire_structure: [2],
};

test('three sets have three times the rows and findings, and no id in common', async () => {
  const one = await generateWorkbook(folder.at('set.xlsx'), { times: 1, seed: 'sets' });
  const three = await generateWorkbook(folder.at('sets.xlsx'), { times: 3, seed: 'sets' });
  expect(three.rules).toEqual(Object.fromEntries(Object.entries(one.rules).map(([rule, count]) => [rule, count * 3])));
  const read = await readAll(folder.at('sets.xlsx'));
  for (const [tab, columns] of Object.entries(KEYS)) {
    const rows = without(tab === 'questionnaire_structure' ? 0 : 1, read[tab]!);
    for (const column of columns) expectApart(rows, column, TRUE_SIZE[tab as keyof typeof TRUE_SIZE], tab);
  }
});

/** What is wrong by design (a note in an id's place, the id of an empty address) is the same in each set. */
const THE_SAME = /^(merged by hand|by telephone|paid in cash|see the notes|d41d8cd98f00b204e9800998ecf8427e)$/;

function expectApart(rows: readonly Row[], column: number, perSet: number, tab: string): void {
  const setOf = new Map<string, number>();
  let met = 0;
  for (const [index, { cells }] of rows.entries()) {
    const value = said(cells[column] ?? null);
    if (value === null || THE_SAME.test(value)) continue;
    const set = Math.floor(index / perSet);
    if ((setOf.get(value) ?? set) !== set) met += 1;
    setOf.set(value, set);
  }
  expect([tab, column, met]).toEqual([tab, column, 0]);
}

function said(cell: Cell | null): string | null {
  return cell !== null && (cell.is === 'text' || cell.is === 'number') ? cell.text : null;
}

test('a plain workbook has the same size and nothing planted', async () => {
  const planted = await generateWorkbook(folder.at('plain.xlsx'), { times: 1, seed: 'plain', plain: true });
  expect(planted.rows).toEqual(TRUE_SIZE);
  expect(Object.values(planted.rules).every((count) => count === 0)).toBe(true);
  expect(await placesOf('plain')).toEqual([]);
});

test('files that are there stay, and a refused run leaves none of its own', async () => {
  await generateWorkbook(folder.at('kept.xlsx'), { times: 1, seed: 'first' });
  const before = await readFile(folder.at('kept.xlsx'));
  await expect(generateWorkbook(folder.at('kept.xlsx'), { times: 1, seed: 'second' })).rejects.toThrow(/EEXIST/);
  expect(await readFile(folder.at('kept.xlsx'))).toEqual(before);
  expect((await readdir(folder.at('.'))).filter((file) => file.startsWith('kept.')).sort()).toEqual([
    'kept.places.jsonl',
    'kept.planted.json',
    'kept.xlsx',
  ]);
});

function countedBy<T>(items: readonly T[], key: (item: T) => string): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const item of items) counts[key(item)] = (counts[key(item)] ?? 0) + 1;
  return counts;
}
