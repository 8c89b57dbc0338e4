import { afterAll, beforeAll, expect, it } from 'vitest';
import { foldedCode } from '../../../src/modules/careportals/workbook/convert/coupon-code.ts';
import { createTestDatabase, type TestDatabase } from '../../kit/test-database.ts';

let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
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
