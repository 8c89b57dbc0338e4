import { writeFile } from 'node:fs/promises';
import { utils, write as writeBySheetJs } from '@e965/xlsx';
import { writeXlsx as writeByHucre } from 'hucre/xlsx';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { generateWorkbook } from '../../../src/modules/careportals/workbook/generator/generate-workbook.ts';
import type { Cell } from '../../../src/platform/xlsx/cell.ts';
import { openXlsx } from '../../../src/platform/xlsx/open-xlsx.ts';
import { readSheet } from '../../../src/platform/xlsx/read-sheet.ts';
import { SharedStrings } from '../../../src/platform/xlsx/shared-strings.ts';
import { writeXlsx } from '../../../src/platform/xlsx/write-xlsx.ts';
import { allOf, Folder, type HandMade, MAIN, makeXlsx, readAll, rowsOfTexts } from './hand-made.ts';
import { toldByHucre, toldBySheetJs, toldByUs } from './other-readers.ts';

const folder = new Folder();
beforeAll(() => folder.open());
afterAll(() => folder.close());

let made = 0;
const make = (workbook: HandMade) => makeXlsx(folder.at(`made-${made++}.xlsx`), workbook);

/** The cells of the first row of the first tab. */
async function firstRow(workbook: HandMade): Promise<readonly (Cell | null)[]> {
  const [rows] = Object.values(await readAll(await make(workbook)));
  return rows![0]!.cells;
}

const STYLES =
  '<numFmts><numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd"/><numFmt numFmtId="165" formatCode="&quot;days&quot;\\ 0"/>' +
  '<numFmt numFmtId="166" formatCode="[Red]0.00"/><numFmt numFmtId="167" formatCode="[h]:mm:ss"/></numFmts>' +
  '<cellStyleXfs><xf numFmtId="14"/></cellStyleXfs>' +
  '<cellXfs><xf/><xf numFmtId="22"/><xf numFmtId="164"/><xf numFmtId="165"/><xf numFmtId="166"/><xf numFmtId="167"/></cellXfs>';

test.for<[string, string, Cell | null]>([
  ['a shared text', '<c t="s"><v>1</v></c>', { is: 'text', text: 'second' }],
  ['a text of its own', '<c t="inlineStr"><is><t>own</t></is></c>', { is: 'text', text: 'own' }],
  ['a text made by a formula', '<c t="str"><f>A1&amp;"x"</f><v>made</v></c>', { is: 'text', text: 'made' }],
  ['an empty text', '<c t="str"><f>""</f><v></v></c>', null],
  ['a text of blanks', '<c t="inlineStr"><is><t xml:space="preserve">  </t></is></c>', { is: 'text', text: '  ' }],
  [
    'a text with codes',
    '<c t="inlineStr"><is><t>a_x000D_b_x005F_x0041_</t></is></c>',
    { is: 'text', text: 'a\rb_x0041_' },
  ],
  ['a text in a CDATA section', '<c t="inlineStr"><is><t><![CDATA[<&>]]></t></is></c>', { is: 'text', text: '<&>' }],
  ['a number', '<c><v>242.0</v></c>', { is: 'number', text: '242.0' }],
  [
    'a number with a hair beside the cent',
    '<c t="n"><v>349.00000000000006</v></c>',
    { is: 'number', text: '349.00000000000006' },
  ],
  ['a number with an exponent', '<c><v>1.5E3</v></c>', { is: 'number', text: '1.5E3' }],
  ['a sum', '<c><f>1+1</f><v>2</v></c>', { is: 'number', text: '2' }],
  ['no value', '<c s="1"><v></v></c>', null],
  ['no value at all', '<c s="1"/>', null],
  ['yes', '<c t="b"><v>1</v></c>', { is: 'boolean', value: true }],
  ['no', '<c t="b"><v>false</v></c>', { is: 'boolean', value: false }],
  ['an error', '<c t="e"><f>X</f><v>#REF!</v></c>', { is: 'error', code: '#REF!' }],
  ['an error with a text of its own', '<c t="e"><v>Demo Person</v></c>', { is: 'error', code: null }],
  [
    'a date in a look that programs have',
    '<c s="1"><v>45725.5</v></c>',
    { is: 'time', wall: '2025-03-09 12:00:00.000' },
  ],
  ['a date in a look of its own', '<c s="2"><v>45725</v></c>', { is: 'time', wall: '2025-03-09 00:00:00.000' }],
  ['a span of time', '<c s="5"><v>1.5</v></c>', { is: 'time', wall: '1900-01-01 12:00:00.000' }],
  ['a number with letters around it', '<c s="3"><v>30</v></c>', { is: 'number', text: '30' }],
  ['a number in a colour', '<c s="4"><v>30</v></c>', { is: 'number', text: '30' }],
  ['a negative number in a date look', '<c s="1"><v>-1</v></c>', { is: 'number', text: '-1' }],
  [
    'a date as a text of ISO 8601',
    '<c t="d"><v>2025-03-09T02:30:00.5</v></c>',
    { is: 'time', wall: '2025-03-09 02:30:00.500' },
  ],
])('%s is read as what it is', async ([, cell, wanted]) => {
  const strings = '<si><t>first</t></si><si><t>second</t></si>';
  const row = `<row r="1">${cell}<c t="inlineStr"><is><t>end</t></is></c></row>`;
  expect(await firstRow({ sheets: { a: row }, strings, styles: STYLES })).toEqual([
    wanted,
    { is: 'text', text: 'end' },
  ]);
});

test('runs of rich text are one text, and how it is pronounced is left out', async () => {
  const rich =
    '<r><rPr><b/></rPr><t>Tobi</t></r><r><t xml:space="preserve">as </t></r><rPh sb="0" eb="2"><t>TOBI</t></rPh><r><t>B</t></r>';
  const row = `<row r="1"><c t="s"><v>0</v></c><c t="inlineStr"><is>${rich}</is></c></row>`;
  const wanted = { is: 'text', text: 'Tobias B' };
  expect(await firstRow({ sheets: { a: row }, strings: `<si>${rich}</si>` })).toEqual([wanted, wanted]);
});

test.for([
  ['0', '1900-01-00 is before the calendar, like a clock without a day', '1899-12-31 00:00:00.000'],
  ['1', 'the first day', '1900-01-01 00:00:00.000'],
  ['59.5', 'before the leap day that never was', '1900-02-28 12:00:00.000'],
  ['61', 'after the leap day that never was', '1900-03-01 00:00:00.000'],
  ['45725.104166666664', 'to the millisecond, though the number cannot be exact', '2025-03-09 02:30:00.000'],
  ['45964.06248842593', 'to the second', '2025-11-03 01:29:59.000'],
])('day %s: %s', async ([serial, , wall]) => {
  const row = `<row r="1"><c s="1"><v>${serial}</v></c></row>`;
  expect(await firstRow({ sheets: { a: row }, styles: STYLES })).toEqual([{ is: 'time', wall }]);
});

test('a workbook that counts its days from 1904 has the same times', async () => {
  const row = '<row r="1"><c s="1"><v>44263.104166666664</v></c><c s="1"><v>0</v></c></row>';
  expect(await firstRow({ sheets: { a: row }, styles: STYLES, properties: 'date1904="1"' })).toEqual([
    { is: 'time', wall: '2025-03-09 02:30:00.000' },
    { is: 'time', wall: '1904-01-01 00:00:00.000' },
  ]);
});

test('cells and rows stand where they say, and rows without a value are not given', async () => {
  const rows =
    '<row r="2"><c r="B2"><v>1</v></c><c r="AB2"><v>2</v></c></row><row r="3"/><row r="4"><c r="A4" s="1"/></row>' +
    '<row r="9"><c><v>3</v></c><c><v>4</v></c></row><row><c r="C10"><v>5</v></c></row>';
  const read = (await readAll(await make({ sheets: { a: rows } }))).a!;
  expect(read.map(({ number, cells }) => [number, cells.length])).toEqual([
    [2, 28],
    [9, 2],
    [10, 3],
  ]);
  expect(read[0]!.cells.findLastIndex((cell) => cell !== null)).toBe(27);
  expect(read[0]!.cells[0]).toBeNull();
});

test('tabs come in their order, hidden ones too; a tab that is a chart is none', async () => {
  const path = await make({
    sheets: { 'order.updated': rowsOfTexts(['x']), '&lt;b&gt;': rowsOfTexts(['y']), Hidden: rowsOfTexts(['z']) },
    parts: {
      'xl/workbook.xml':
        `<workbook xmlns="${MAIN}" xmlns:r="r"><sheets><sheet name="Hidden" state="hidden" r:id="s2"/>` +
        '<sheet name="chart" r:id="c"/><sheet name="order.updated" r:id="s0"/><sheet name="&lt;b&gt;" r:id="s1"/></sheets></workbook>',
      'xl/_rels/workbook.xml.rels':
        '<Relationships><Relationship Id="s0" Type="x/worksheet" Target="worksheets/tab0.xml"/>' +
        '<Relationship Id="s1" Type="x/worksheet" Target="/xl/worksheets/tab1.xml"/><Relationship Id="s2" Type="x/worksheet" ' +
        'Target="worksheets/../worksheets/tab2.xml"/><Relationship Id="c" Type="x/chartsheet" Target="chart.xml"/></Relationships>',
    },
  });
  expect(Object.keys(await readAll(path))).toEqual(['Hidden', 'order.updated', '<b>']);
});

test('elements may have a prefix', async () => {
  const path = await make({
    sheets: { a: '' },
    parts: {
      'xl/worksheets/tab0.xml': `<x:worksheet xmlns:x="${MAIN}"><x:sheetData><x:row r="1"><x:c r="A1"><x:v>7</x:v></x:c></x:row></x:sheetData></x:worksheet>`,
    },
  });
  expect((await readAll(path)).a).toEqual([{ number: 1, cells: [{ is: 'number', text: '7' }] }]);
});

test('a sheet can be left in its middle and read again', async () => {
  const file = await openXlsx(
    await make({ sheets: { a: rowsOfTexts(Array.from({ length: 20_000 }, (_, i) => `row ${i}`)) } }),
  );
  for (let time = 0; time < 3; time++) {
    for await (const row of file.rows('a')) if (row.number === 100) break;
  }
  expect(await allOf(file.rows('a'))).toHaveLength(20_000);
  await file.close();
});

test('a sheet is read only as far as its rows are asked for', async () => {
  let asked = 0;
  async function* pieces() {
    yield '<worksheet><sheetData>';
    for (asked = 1; asked <= 1_000; asked++) yield `<row r="${asked}"><c><v>${asked}</v></c></row>`;
    yield '</sheetData></worksheet>';
  }
  const rows = readSheet('a', pieces(), { strings: new SharedStrings(), isDate: [], since1904: false });
  for (let number = 1; number <= 50; number++) {
    expect((await rows.next()).value).toMatchObject({ number });
    expect(asked).toBe(number);
  }
  await rows.return();
});

const ROWS = [
  ['customer_id', 'amount', 'datetime', 'is it'],
  ['68ab01', 149.5, new Date('2025-03-09T02:30:00Z'), true],
  ['  blanks around  ', 0.1 + 0.2, new Date('2025-11-02T01:30:00Z'), false],
  [null, -7, null, null],
  ['Zoë & <O\'Marrin> "q" 漢字 😀', 1e21, new Date('1999-12-31T23:59:59Z'), true],
  ['two\nlines\tand a tab', 242, new Date('2099-01-01T09:00:00Z'), null],
];

const WRITERS: [string, (path: string) => Promise<unknown>][] = [
  ['us', (path) => writeXlsx(path, [{ name: 'a.b', header: null, rows: ROWS.map((row) => row.map(asOut)) }])],
  ['our generator', (path) => generateWorkbook(path, { times: 1, seed: 'other readers' })],
  ['hucre, with shared texts', (path) => byHucre(path, 'shared')],
  ['hucre, with texts in the cells', (path) => byHucre(path, 'inline')],
  ['SheetJS, with shared texts', (path) => bySheetJs(path, true)],
  ['SheetJS, with texts in the cells', (path) => bySheetJs(path, false)],
];

function asOut(value: (typeof ROWS)[number][number]) {
  if (value === null || typeof value === 'string') return value;
  if (value instanceof Date) return { wall: value.toISOString().replace('T', ' ').replace('Z', '') };
  return typeof value === 'number' ? { number: String(value) } : String(value);
}

async function byHucre(path: string, stringMode: 'shared' | 'inline') {
  await writeFile(
    path,
    await writeByHucre({
      sheets: [
        { name: 'a.b', rows: ROWS },
        { name: 'empty', rows: [] },
      ],
      stringMode,
    }),
  );
}

async function bySheetJs(path: string, bookSST: boolean) {
  const book = utils.book_new();
  utils.book_append_sheet(book, utils.aoa_to_sheet(ROWS, { UTC: true, cellDates: true }), 'a.b');
  await writeFile(
    path,
    writeBySheetJs(book, { type: 'buffer', bookType: 'xlsx', bookSST, cellDates: false, compression: true }),
  );
}

test.for(WRITERS)(
  'a workbook written by %s has the same cells for two other readers',
  { timeout: 60_000 },
  async ([, write]) => {
    const path = folder.at(`written-${made++}.xlsx`);
    await write(path);
    const told = await toldByUs(path);
    expect(Object.values(told).flat().length).toBeGreaterThanOrEqual(ROWS.length);
    expect(told).toEqual(await toldByHucre(path));
    expect(told).toEqual(await toldBySheetJs(path));
  },
);
