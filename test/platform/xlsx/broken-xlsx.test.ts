import { mkdir, readFile, truncate, writeFile } from 'node:fs/promises';
import { writeXlsx as writeByHucre } from 'hucre/xlsx';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Random } from '../../../src/modules/careportals/demo/random.ts';
import { BrokenXlsx } from '../../../src/platform/xlsx/broken-xlsx.ts';
import { writeXlsx } from '../../../src/platform/xlsx/write-xlsx.ts';
import { Folder, type HandMade, MAIN, makeXlsx, readAll, rowsOfTexts, sheetXml } from './hand-made.ts';

const CUTS = process.env.LONG_TESTS === undefined ? 20 : 500;
const SEED = Number(process.env.TEST_SEED ?? 1);
const MIB = 1_048_576;

const folder = new Folder();
beforeAll(() => folder.open());
afterAll(() => folder.close());

let made = 0;
const make = (workbook: HandMade) => makeXlsx(folder.at(`made-${made++}.xlsx`), workbook);

async function failure(path: string): Promise<BrokenXlsx> {
  const error = await readAll(path).then(
    () => null,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(BrokenXlsx);
  return error as BrokenXlsx;
}

async function failureOf(content: string | Buffer): Promise<BrokenXlsx> {
  const path = folder.at(`content-${made++}.xlsx`);
  await writeFile(path, content);
  return failure(path);
}

describe('what is no workbook', () => {
  test('a file that is not there, and a folder, are named', async () => {
    const missing = folder.at('missing.xlsx');
    expect(await failure(missing)).toMatchObject({ why: 'unreadable', message: `${missing} cannot be read (ENOENT).` });
    await mkdir(folder.at('folder.xlsx'));
    expect(await failure(folder.at('folder.xlsx'))).toMatchObject({ why: 'unreadable' });
  });

  test.for<[string, string]>([
    ['an empty file', ''],
    ['a list with commas', 'customer_id,email\n1,2\n'],
    ['a web page', '<html><table></table></html>'],
  ])('%s is not an xlsx workbook', async ([, content]) => {
    const error = await failureOf(content);
    expect(error.why).toBe('notXlsx');
    expect(error.message).toContain('is not an xlsx workbook');
    expect(error.message).toContain('In Google Sheets: File, Download');
  });

  test('nor is a zip file of other things', async () => {
    const parts = { 'xl/workbook.xml': null, '_rels/.rels': null };
    expect(await failure(await make({ sheets: {}, parts }))).toMatchObject({ why: 'notXlsx' });
  });

  test('a workbook with a password is told from a broken one', async () => {
    const sheets = [{ name: 'a', rows: [['x']] }];
    const encrypted = await writeByHucre({ sheets, encryption: { password: 'secret', spinCount: 1 } });
    const error = await failureOf(Buffer.from(encrypted));
    expect(error.why).toBe('encrypted');
    expect(error.message).toContain('is encrypted or an old .xls: save it without a password as .xlsx');
  });

  test('so is a zip file with a password', async () => {
    const bytes = await readFile(await make({ sheets: { a: rowsOfTexts(['x']) } }));
    for (let at = bytes.indexOf('PK\x01\x02'); at >= 0; at = bytes.indexOf('PK\x01\x02', at + 4)) bytes[at + 8]! |= 1;
    expect(await failureOf(bytes)).toMatchObject({ why: 'encrypted' });
  });
});

describe('what is cut off', () => {
  test(`a file cut at any of ${CUTS} places is broken, never a shorter workbook`, async () => {
    const path = folder.at('whole.xlsx');
    const rows = Array.from({ length: 2_000 }, (_, i) => [`text ${i}`, { number: String(i * 7_919) }]);
    await writeXlsx(path, [
      { name: 'a', header: ['text', 'number'], rows },
      { name: 'b', header: ['id'], rows: [] },
    ]);
    const { length } = await readFile(path);
    for (let cut = 0; cut < CUTS; cut++) {
      await writeFile(folder.at('cut.xlsx'), await readFile(path));
      await truncate(folder.at('cut.xlsx'), Math.floor((cut * length) / CUTS));
      expect(['truncated', 'notXlsx']).toContain((await failure(folder.at('cut.xlsx'))).why);
    }
  });

  test('XML that ends early tells the sheet and its last row', async () => {
    const xml = sheetXml(rowsOfTexts(Array.from({ length: 812 }, (_, i) => `row ${i}`)));
    const parts = { 'xl/worksheets/tab0.xml': xml.slice(0, xml.indexOf('</sheetData>')) };
    const error = await failure(await make({ sheets: { 'order.updated': '' }, parts }));
    expect(error).toMatchObject({ why: 'truncated', sheet: 'order.updated', row: 812 });
    expect(error.message).toMatch(/^Sheet "order.updated", after row 812: .* is not complete/);
  });

  test('a workbook without one of its parts is damaged', async () => {
    const parts = { 'xl/worksheets/tab0.xml': null };
    expect(await failure(await make({ sheets: { a: '' }, parts }))).toMatchObject({ why: 'damaged' });
  });
});

describe('what is damaged', () => {
  test(`bytes changed at random ${CUTS} times give the same cells or none (TEST_SEED=${SEED})`, async () => {
    const path = folder.at('changed.xlsx');
    const rows = Array.from({ length: 60 }, (_, i) => [`text ${i}`, { number: String(i) }]);
    await writeXlsx(path, [{ name: 'a', header: ['text', 'number'], rows }]);
    const [bytes, whole] = [await readFile(path), await readAll(path)];
    const random = Random.from(`changed bytes ${SEED}`);
    for (let time = 0; time < CUTS; time++) {
      const changed = Buffer.from(bytes);
      for (let i = 0; i <= time % 3; i++) changed[random.below(changed.length)] = random.below(256);
      await writeFile(path, changed);
      const read = await readAll(path).catch((error: unknown) => error);
      if (!(read instanceof BrokenXlsx)) expect(read).toEqual(whole);
    }
  });

  test.for<[string, string, Partial<BrokenXlsx>]>([
    ['a number that is none', '<row r="3"><c r="B3"><v>12a</v></c></row>', { row: 3, column: 'B' }],
    ['a shared text that is not there', '<row r="3"><c r="B3" t="s"><v>7</v></c></row>', { row: 3, column: 'B' }],
    ['a yes or no that is neither', '<row r="3"><c r="B3" t="b"><v>maybe</v></c></row>', { row: 3, column: 'B' }],
    ['a cell in no column', '<row r="3"><c r="3"><v>1</v></c></row>', { row: 3 }],
    ['rows in disorder', '<row r="3"/><row r="2"/>', { row: 3 }],
    ['an element that is not closed', '<row r="3"><c></row>', {}],
    ['an entity of its own', '<row r="3"><c t="str"><v>&mine;</v></c></row>', {}],
    ['elements without end', '<x>'.repeat(1_000), {}],
  ])('%s is refused with its place', async ([, rows, place]) => {
    expect(await failure(await make({ sheets: { a: rows } }))).toMatchObject({ why: 'damaged', sheet: 'a', ...place });
  });

  test('a document type, which could name other files, is refused', async () => {
    const xml = `<!DOCTYPE x [<!ENTITY file SYSTEM "file:///etc/hostname">]>${sheetXml(rowsOfTexts(['&file;']))}`;
    const error = await failure(await make({ sheets: { a: '' }, parts: { 'xl/worksheets/tab0.xml': xml } }));
    expect(error.why).toBe('damaged');
    expect(error.message).toContain('document type');
  });

  test('text that is not UTF-8 is refused', async () => {
    const xml = Buffer.from(sheetXml(rowsOfTexts(['Zoë'])), 'latin1');
    const error = await failure(await make({ sheets: { a: '' }, parts: { 'xl/worksheets/tab0.xml': xml } }));
    expect(error).toMatchObject({ why: 'damaged', sheet: 'a' });
  });

  test('messages hold nothing of the cells', async () => {
    const rows = '<row r="1"><c t="str"><v>needle@example.com</v></c><c><v>needle</v></c></row>';
    const error = await failure(await make({ sheets: { a: rows } }));
    expect(`${error.message} ${JSON.stringify(error)}`).not.toContain('needle');
  });
});

describe('what would grow', () => {
  test('a part that unpacks to far more than it takes in the file is left at 32 MiB', async () => {
    const parts = { 'xl/worksheets/tab0.xml': sheetXml(`<x a="${'0'.repeat(1_000)}"/>`.repeat(64_000)) };
    const error = await failure(await make({ sheets: { bomb: '' }, parts }));
    expect(error).toMatchObject({ why: 'tooLarge', sheet: 'bomb' });
    expect(error.message).toContain('would unpack to more than 32 MiB');
  });

  test.for(['xl/workbook.xml', 'xl/styles.xml', 'xl/_rels/workbook.xml.rels'])('%s is left at 16 MiB', async (part) => {
    const parts = { [part]: `<a xmlns="${MAIN}">${'<b/>'.repeat(4.5 * MIB)}</a>` };
    const error = await failure(await make({ sheets: { a: '' }, styles: '', parts }));
    expect(error.message).toContain('would unpack to more than 16 MiB');
  });

  test('a size that the container understates is counted, not believed', async () => {
    const bytes = await readFile(await make({ sheets: { a: rowsOfTexts(Array.from({ length: 5_000 }, String)) } }));
    for (let at = bytes.indexOf('PK\x01\x02'); at >= 0; at = bytes.indexOf('PK\x01\x02', at + 4)) {
      if (bytes.readUInt32LE(at + 24) > 100_000) bytes.writeUInt32LE(100, at + 24);
    }
    expect(await failureOf(bytes)).toBeInstanceOf(BrokenXlsx);
  });

  test('thousands of parts are refused', async () => {
    const parts = Object.fromEntries(Array.from({ length: 2_001 }, (_, i) => [`xl/media/${i}`, 'x']));
    const error = await failure(await make({ sheets: { a: '' }, parts }));
    expect(error.message).toContain('would unpack to more than 2000 parts');
  });

  test.for<[string, string]>([
    ['a text in a cell', `<row r="1"><c t="inlineStr"><is><t>${'x'.repeat(MIB + 1)}</t></is></c></row>`],
    [
      'a text of many runs',
      `<row r="1"><c t="inlineStr"><is>${`<r><t>${'x'.repeat(MIB / 4)}</t></r>`.repeat(5)}</is></c></row>`,
    ],
    ['a comment', `<!--${'x'.repeat(5 * MIB)}-->`],
    ['a tag', `<row r="1"><c t="${'x'.repeat(5 * MIB)}"/></row>`],
    ['a row', '<row r="1"><c r="XFE1"><v>1</v></c></row>'],
    ['a sheet', '<row r="1048577"><c><v>1</v></c></row>'],
  ])('%s beyond all measure is refused', async ([, rows]) => {
    const error = await failure(await make({ sheets: { a: rows } }));
    expect(error).toMatchObject({ why: 'tooLarge', sheet: 'a' });
    expect(error.message).toContain('would unpack to more than');
  });

  test('a shared text beyond all measure is refused', async () => {
    const strings = `<si><t>${'x'.repeat(MIB + 1)}</t></si>`;
    expect(await failure(await make({ sheets: { a: '' }, strings }))).toMatchObject({ why: 'tooLarge' });
  });
});
