import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { emptySheet, emptyTally, OUTCOMES } from '../../../src/modules/careportals/workbook/load/tally.ts';
import { askMysql } from '../../../src/modules/careportals/workbook/report/ask-mysql.ts';
import { checksOf } from '../../../src/modules/careportals/workbook/report/checks.ts';
import { describeLoad, progressOn } from '../../../src/modules/careportals/workbook/report/load-progress.ts';
import type { Report } from '../../../src/modules/careportals/workbook/report/report.ts';
import { reportInWords } from '../../../src/modules/careportals/workbook/report/report-in-words.ts';
import { reportPage } from '../../../src/modules/careportals/workbook/report/report-page.ts';
import { RULES } from '../../../src/modules/careportals/workbook/rules.ts';
import { plainQuery } from '../../../src/platform/database/query.ts';
import { createTestDatabase, type TestDatabase } from '../../kit/test-database.ts';
import { loadRows } from './loading.ts';
import { customer, dollars, folderForTest, order, payment, people } from './small-workbook.ts';

const base = people(5);

/** A bit of everything: repeats, a payment without its order, of another amount, refused rows, repairs. */
const odd = {
  ...base,
  customers: [
    ...base.customers,
    { ...customer(1), first_name: 'Needletwin' },
    { ...customer(60), email: 'needle without shape' },
    { ...customer(61), customer_id: 'needle-no-id' },
  ],
  'order.created': [
    ...base['order.created'],
    { ...order(5), total_amount: dollars(1) },
    { ...order(62), total_amount: dollars(-100) },
  ],
  payment_succesful: [{ ...payment(1), amount: dollars(39_999) }, ...base.payment_succesful.slice(1), payment(70)],
};

let database: TestDatabase;
let report: Report;
let list: string;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database?.drop());

describe('the report of an import', () => {
  test('says of every row what became of it, and gives each that was not kept one reason', async () => {
    list = join(await folderForTest(), 'list.jsonl');
    report = await loadRows(database, odd, { list });
    for (const sheet of report.sheets) {
      expect(OUTCOMES.reduce((rows, outcome) => rows + sheet[outcome], 0)).toBe(sheet.read);
    }
    expect(report.sheets.reduce((rows, { read }) => rows + read, 0)).toBe(report.file.rows);
    const lines = (await readFile(list, 'utf8'))
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { rule: keyof typeof RULES });
    const listed = (levels: string[]) => lines.filter(({ rule }) => levels.includes(RULES[rule].level)).length;
    const sum = (outcome: 'rejected' | 'duplicates' | 'parked') =>
      report.sheets.reduce((rows, sheet) => rows + sheet[outcome], 0);
    expect([sum('rejected'), sum('duplicates'), sum('parked')]).toEqual([2, 2, 1]);
    expect([listed(['rejected']), listed(['duplicate']), listed(['parked'])]).toEqual([2, 2, 1]);
    expect(report.rules.reduce((count, rule) => count + rule.count, 0)).toBe(lines.length);
    expect((await stat(list)).mode & 0o777).toBe(0o600);
  });

  test('adds up the money of both sides', () => {
    const totals = [...report.checks, ...(report.database ?? [])].filter(({ id }) => id === 'payments-total');
    expect(totals.map(({ result, count }) => [result, count])).toEqual([
      ['holds', 5 * 40_000 - 1 + 40_000],
      ['holds', 5 * 40_000 - 1],
    ]);
    expect(report.database?.filter(({ result }) => result === 'broken')).toEqual([]);
    expect(report.database?.find(({ id }) => id === 'payment-not-order-total')?.count).toBe(1);
  });

  test('shows nobody’s data, in words or as a page', () => {
    for (const shown of [reportInWords(report), reportPage(report), JSON.stringify(report)]) {
      expect(shown).not.toMatch(/needle|example\.test|404555/i);
    }
    expect(reportInWords(report)).toMatch(/customers: .+\(duplicate-differs\)/);
    const waiting = report.rules.filter(({ level }) => level === 'parked').flatMap(({ examples }) => examples);
    expect(waiting.map(({ was, became }) => [was, became])).toEqual([['9999', null]]);
  });

  test('is a page that runs nothing, loads nothing, and takes no text for markup', () => {
    const page = reportPage({ ...report, file: { ...report.file, name: '<script>&"' } });
    expect(page).toContain('&lt;script&gt;&amp;&quot;');
    expect(page).not.toMatch(/<script|src=|href=|url\(/);
    expect(page).toContain("default-src 'none'");
  });

  test('calls a check broken when a row or a cent is missing', () => {
    const tally = emptyTally();
    const sheet = { ...emptySheet(), read: 3, centsRead: 500 };
    sheet.rows.written = 2;
    sheet.cents.written = 400;
    tally.sheets.payment_succesful = sheet;
    const broken = checksOf(tally, 3).filter(({ result }) => result === 'broken');
    expect(broken.map(({ id }) => id)).toEqual(['rows-accounted', 'payments-total']);
    sheet.rows.rejected = 1;
    sheet.cents.rejected = 100;
    expect(checksOf(tally, 3).filter(({ result }) => result === 'broken')).toEqual([]);
    expect(
      checksOf(tally, 4)
        .filter(({ result }) => result === 'broken')
        .map(({ id }) => id),
    ).toEqual(['rows-accounted']);
  });

  test('calls a check broken when the database has not what it should have', async () => {
    const tally = emptyTally();
    const sheet = emptySheet();
    sheet.database = { ...sheet.database, rows: 1, expected: 2, cents: 100, expectedCents: 200 };
    tally.sheets.payment_succesful = sheet;
    const broken = (await askMysql(await plainQuery(database.orm), tally)).filter(({ result }) => result === 'broken');
    expect(broken.map(({ id }) => id)).toEqual(['rows-accounted', 'payments-total']);
  });
});

describe('progress', () => {
  test('is a line with rate and time left', () => {
    const progress = { pass: 2 as const, sheet: 'order.updated', rows: 12_000, totalRows: 536_700 };
    expect(describeLoad(progress, 'loading', { rows: 9_100, ms: 1_000 })).toBe(
      'loading order.updated, 12,000 of 536,700 rows, 9,100 a second, time left: 58 s',
    );
    const reading = { pass: 1 as const, sheet: 'customers', rows: 1_000, totalRows: null };
    expect(describeLoad(reading, 'loading', { rows: 0, ms: 0 })).toBe('reading customers, 1,000 rows, 0 a second');
  });

  test('is one line that changes on a terminal, and nothing every instant elsewhere', () => {
    const lines = (isTTY: boolean) => {
      const written: string[] = [];
      const onProgress = progressOn({ isTTY, write: (text: string | Uint8Array) => written.push(String(text)) > 0 });
      for (const rows of [1, 2, 3]) onProgress({ pass: 2, sheet: 'customers', rows, totalRows: 3 });
      return written.join('');
    };
    expect(lines(true)).toMatch(/^\r.{3}loading customers, 3 of 3 rows.*\n$/);
    expect(lines(false)).toBe('');
  });
});

test('docs/workbook.md names every rule', async () => {
  const page = await readFile('docs/workbook.md', 'utf8');
  expect(Object.keys(RULES).filter((rule) => !page.includes(`\`${rule}\``))).toEqual([]);
});
