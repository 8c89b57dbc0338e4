import { afterAll, beforeAll, expect, it } from 'vitest';
import { foldedCode, learnLetters } from '../../../src/modules/careportals/workbook/convert/coupon-code.ts';
import { plainQuery, type Query } from '../../../src/platform/database/query.ts';
import { createTestDatabase, type TestDatabase } from '../../kit/test-database.ts';
import { loadRows, outcomesOf } from './loading.ts';
import { order, people } from './small-workbook.ts';

let database: TestDatabase;
let query: Query;

beforeAll(async () => {
  database = await createTestDatabase();
  query = await plainQuery(database.orm);
  await learnLetters(query);
});

afterAll(() => database.drop());

/** Codes as people type them, and what may slip in. */
const CODES = [
  'SAVE10',
  'save10',
  'Sàve10',
  'SAVE10 ',
  'SAVE 10',
  'SAVE-10',
  'SAVE\u00ad10',
  'SAVE\u200b10',
  'SAVE\u200d10',
  'SAVE\u200e10',
  'SAVE\u2060\ufeff10',
  'ΟΔΟΣ',
  'οδος',
  'SAVE1O',
  'STRASSE',
  'straße',
  'Ñandú',
  'nandu',
  'ﬁrst',
  'FIRST',
  'ＦＩＲＳＴ',
  'GIFT🙂',
  'GIFT🙃',
  'GIFT',
  '½OFF',
  '1/2OFF',
  'İSTANBUL',
  'istanbul',
  'ISTANBUL',
  'ølkrone',
  'olkrone',
  'Σας',
  'σασ',
  'GIFT\u202a',
  'GIFT\u202e',
  'GIFT\u2069',
  'カ',
  'か',
  'ガ',
  'SAVE\u0661\u0660',
  'SAVE\uff11\uff10',
  '\u8c48',
  '\uf900',
  'GIFT\ufffd',
];

it('two codes are one to the workbook where they are one to MySQL', async () => {
  const pairs = CODES.flatMap((a, index) => CODES.slice(index + 1).map((b) => [a, b] as const));
  const equal = pairs.map(() => '? = ?').join(' UNION ALL SELECT ');
  const rows = await database.orm.em
    .getConnection()
    .execute<{ same: number }[]>(
      `SELECT ${equal.replaceAll('? = ?', '(CONVERT(? USING utf8mb4) COLLATE utf8mb4_unicode_ci = CONVERT(? USING utf8mb4) COLLATE utf8mb4_unicode_ci) AS same')}`,
      pairs.flat(),
    );
  const differing = pairs.filter(
    ([a, b], index) => (foldedCode(a) === foldedCode(b)) !== (Number(rows[index]?.same) === 1),
  );
  expect(rows.filter(({ same }) => Number(same) === 1).length).toBeGreaterThan(5);
  expect(differing).toEqual([]);
});

/** Groups of codes, in an order of their own. */
function groupsBy(codes: readonly string[], keyOf: (code: string, index: number) => string): string[] {
  const groups = new Map<string, string[]>();
  codes.forEach((code, index) => {
    const key = keyOf(code, index);
    groups.set(key, [...(groups.get(key) ?? []), code]);
  });
  return [...groups.values()].map((group) => group.join('|')).sort();
}

/** In which groups MySQL puts them; the codes themselves tell apart what sorts alike. */
async function groupsOfMysql(codes: readonly string[]): Promise<string[]> {
  const rows = await query<{ w: string }>(
    `SELECT HEX(WEIGHT_STRING(asked.k)) AS w FROM JSON_TABLE(?, '$[*]' COLUMNS (n FOR ORDINALITY,
      k VARCHAR(50) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci PATH '$')) asked ORDER BY asked.n`,
    [JSON.stringify(codes)],
  );
  return groupsBy(codes, (_, index) => rows[index]?.w ?? '');
}

it('so is every character that there is, and what characters make together', async () => {
  const units = Array.from({ length: 0x1_00_00 - 0x21 }, (_, n) => n + 0x21).filter((n) => n < 0xd800 || n > 0xdfff);
  const codes = units.map((unit) => `A${String.fromCharCode(unit)}B`);
  // Each character beside its neighbours too: some scripts have letters that are made of two.
  const pairs = units
    .filter((unit) => unit < 0x3400)
    .map((unit) => `${String.fromCharCode(unit, unit + 1)}C${String.fromCharCode(unit)}.`);
  for (const some of [codes, pairs]) expect(groupsBy(some, foldedCode)).toEqual(await groupsOfMysql(some));
  expect(codes.length).toBeGreaterThan(63_000);
});

it('an import with codes that are one to MySQL alone keeps the first, and a dry run says the same', async () => {
  const { coupons, ...base } = people(4);
  const [coupon = {}] = coupons;
  const named = ['GIFT', 'GIFT\u202a', 'カ', 'か', 'SAVE\u202c', 'SAVE'].map((code) => ({
    ...coupon,
    coupon_id: code,
  }));
  const orders = ['NEW\u202a', 'NEW', '\u0661', 'か'].map((code, index) => ({ ...order(index + 1), coupon: code }));
  const rows = { ...base, coupons: named, 'order.created': orders };
  const dry = await loadRows(database, rows, { dryRun: true });
  const report = await loadRows(database, rows);
  expect(outcomesOf(report, 'coupons')).toEqual({ written: 3, duplicates: 3 });
  expect(dry.rules).toEqual(report.rules);
  expect(dry.sheets).toEqual(report.sheets);
  const stubs = report.rules.filter(({ rule }) => rule === 'coupon-stubbed').map(({ count }) => count);
  expect(stubs).toEqual([2]);
  expect(await query('SELECT coupon_code FROM coupons')).toHaveLength(5);
  expect(outcomesOf(await loadRows(database, rows), 'coupons')).toEqual({ unchanged: 3, duplicates: 3 });
});
