import { spawnSync } from 'node:child_process';
import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Cell, OutCell } from '../../../src/platform/xlsx/cell.ts';
import { columnLetters, columnOf } from '../../../src/platform/xlsx/column-letters.ts';
import { LONGEST_TEXT, writeXlsx } from '../../../src/platform/xlsx/write-xlsx.ts';
import { Folder, readAll } from './hand-made.ts';

const RUNS = process.env.LONG_TESTS === undefined ? 100 : 5_000;
const SEED = process.env.TEST_SEED === undefined ? undefined : Number(process.env.TEST_SEED);

const folder = new Folder();
beforeAll(() => folder.open());
afterAll(() => folder.close());

const text = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc.string({ unit: 'binary' }),
  // Where escapes of XML and of cells meet each other.
  fc
    .array(
      fc.constantFrom(
        '_',
        '_x0041_',
        '_x005F_',
        'x000A',
        '\u0001',
        '\r\n',
        '\ufffe',
        '\ud800',
        '&amp;',
        '<',
        ']]>',
        ' ',
      ),
    )
    .map((parts) => parts.join('')),
);
const number = fc
  .tuple(fc.bigInt({ min: -(10n ** 15n), max: 10n ** 15n }), fc.nat({ max: 9_999 }), fc.boolean())
  .map(([whole, fraction, asItIs]) => ({ number: asItIs ? `${whole}` : `${whole}.${fraction}` }));
const time = fc
  .integer({ min: Date.UTC(1900, 2, 1), max: Date.UTC(9999, 11, 31, 23, 59, 59, 999) })
  .map((ms) => ({ wall: new Date(ms).toISOString().replace('T', ' ').replace('Z', '') }));
const cell: fc.Arbitrary<OutCell> = fc.oneof(fc.constant(null), text, number, time);

test('any text, number and time to the millisecond is read back as it was written', { timeout: 300_000 }, async () => {
  let run = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(fc.array(cell, { maxLength: 6 }), { maxLength: 8 }), async (rows) => {
      const path = folder.at(`any-${run++}.xlsx`);
      await writeXlsx(path, [{ name: 'any', header: null, rows }]);
      const read = (await readAll(path)).any!;
      const wanted = rows.map((cells) => trimmed(cells.map(asRead)));
      expect(read).toEqual(
        wanted.map((cells, index) => ({ number: index + 1, cells })).filter(({ cells }) => cells.length > 0),
      );
    }),
    { numRuns: RUNS, seed: SEED },
  );
});

function asRead(cell: OutCell): Cell | null {
  if (cell === null || cell === '') return null;
  if (typeof cell === 'string') return { is: 'text', text: cell };
  return 'wall' in cell ? { is: 'time', wall: cell.wall } : { is: 'number', text: cell.number };
}

function trimmed(cells: (Cell | null)[]): (Cell | null)[] {
  return cells.slice(0, cells.findLastIndex((cell) => cell !== null) + 1);
}

test('a header is the first row, several sheets keep their order, and rows are counted without it', async () => {
  const path = folder.at('several.xlsx');
  const rows = await writeXlsx(path, [
    { name: 'b & "c"', header: ['id', 'name'], rows: [['1', null]] },
    { name: 'empty', header: ['id'], rows: [] },
    { name: 'a', header: null, rows: [['x'], ['y']] },
  ]);
  expect(rows).toEqual({ 'b & "c"': 1, empty: 0, a: 2 });
  const read = await readAll(path);
  expect(Object.entries(read).map(([name, found]) => [name, found.length])).toEqual([
    ['b & "c"', 2],
    ['empty', 1],
    ['a', 2],
  ]);
});

test('the file is for its owner alone, and equal rows make equal bytes', async () => {
  const sheets = () => [
    { name: 'a', header: ['id'], rows: [[{ wall: '2025-03-09 02:30:00.000' }, { number: '242.0' }]] },
  ];
  await writeXlsx(folder.at('one.xlsx'), sheets());
  await writeXlsx(folder.at('two.xlsx'), sheets());
  expect((await stat(folder.at('one.xlsx'))).mode & 0o777).toBe(0o600);
  expect(await readFile(folder.at('one.xlsx'))).toEqual(await readFile(folder.at('two.xlsx')));
});

test('a file that is there stays as it is, unless it is to be replaced', async () => {
  const path = folder.at('there.xlsx');
  await writeFile(path, 'something');
  const sheets = [{ name: 'a', header: null, rows: [['x']] }];
  await expect(writeXlsx(path, sheets)).rejects.toMatchObject({ code: 'EEXIST' });
  expect(await readFile(path, 'utf8')).toBe('something');
  await writeXlsx(path, sheets, { replace: true });
  expect((await readAll(path)).a).toHaveLength(1);
});

test('a file that came while ours was written stays as it is', async () => {
  const path = folder.at('came.xlsx');
  async function* rows() {
    yield ['x'];
    await writeFile(path, 'theirs');
  }
  await expect(writeXlsx(path, [{ name: 'a', header: null, rows: rows() }])).rejects.toMatchObject({ code: 'EEXIST' });
  expect(await readFile(path, 'utf8')).toBe('theirs');
});

test.for<[string, () => Error | null, string | undefined]>([
  ['the rows fail', () => new Error('no more rows'), undefined],
  ['somebody asks to stop', () => null, 'AbortError'],
])('nothing stays when %s, and the rows can let go of what they hold', async ([why, error, name]) => {
  const stop = new AbortController();
  let letGo = false;
  async function* rows() {
    try {
      for (let i = 0; ; i++) {
        yield [`row ${i}`];
        if (i < 50_000) continue;
        const failure = error();
        if (failure !== null) throw failure;
        stop.abort();
      }
    } finally {
      letGo = true;
    }
  }
  const path = folder.at(`fails when ${why}.xlsx`);
  const written = writeXlsx(path, [{ name: 'a', header: null, rows: rows() }], { signal: stop.signal });
  await expect(written).rejects.toThrow(name === undefined ? 'no more rows' : expect.objectContaining({ name }));
  expect(letGo).toBe(true);
  expect((await readdir(folder.at('.'))).filter((file) => file.startsWith('fails when'))).toEqual([]);
});

test('what a writer left that was killed goes when the same file is written next, and what one writes stays', async () => {
  const path = folder.at('left.xlsx');
  const killed = spawnSync(process.execPath, ['-e', '']).pid;
  const left = [killed, process.pid].map((pid) => `left.xlsx.${pid}-0a1b2c3d.unfinished`);
  const others = [`left.xlsx.${process.ppid}-0a1b2c3d.unfinished`, `other.xlsx.${killed}-0a1b2c3d.unfinished`];
  for (const name of [...left, ...others]) await writeFile(folder.at(name), 'rows');
  let meanwhile: string[] = [];
  async function* rows() {
    yield ['x'];
    await writeXlsx(path, [{ name: 'a', header: null, rows: [['y']] }]);
    meanwhile = await readdir(folder.at('.'));
  }
  await writeXlsx(path, [{ name: 'a', header: null, rows: rows() }], { replace: true });
  expect(left.filter((name) => meanwhile.includes(name))).toEqual([]);
  expect(others.filter((name) => meanwhile.includes(name))).toEqual(others);
  expect((await readdir(folder.at('.'))).filter((name) => name.startsWith('left.xlsx'))).toEqual([
    'left.xlsx',
    others[0],
  ]);
});

test('rows are asked for as the disk takes them, not all at once', async () => {
  const path = folder.at('paced.xlsx');
  const ahead: number[] = [];
  let waiting = 0;
  async function* rows() {
    for (let i = 0; i < 200; i++) {
      // A chunk of its own each; what is written by now is seen in the unfinished file.
      yield [crypto.getRandomValues(Buffer.alloc(16_000)).toString('hex')];
      waiting += 1;
      ahead.push(waiting - Math.floor((await unfinished(path)) / 16_000));
    }
  }
  await writeXlsx(path, [{ name: 'a', header: null, rows: rows() }]);
  expect(ahead).toHaveLength(200);
  expect(Math.max(...ahead)).toBeLessThan(100);
});

async function unfinished(path: string): Promise<number> {
  const found = (await readdir(folder.at('.'))).find((file) => file.startsWith('paced.xlsx.'));
  expect(found, path).toBeDefined();
  return (await stat(folder.at(found!))).size;
}

test('a text that no spreadsheet program takes is refused with its place', async () => {
  const rows = [['x'], [null, 'y'.repeat(LONGEST_TEXT + 1)]];
  const written = writeXlsx(folder.at('long.xlsx'), [{ name: 'a', header: ['id', 'text'], rows }]);
  await expect(written).rejects.toMatchObject({ why: 'tooLarge', sheet: 'a', row: 3, column: 'B' });
});

test.for(['1,5', 'NaN', '', '0x10', '1.'])('"%s" is no number to be written', async (number) => {
  const path = folder.at(`number ${number.length}.xlsx`);
  await expect(writeXlsx(path, [{ name: 'a', header: null, rows: [[{ number }]] }])).rejects.toThrow(TypeError);
});

test('columns have the names that spreadsheets give them', () => {
  expect([0, 25, 26, 51, 52, 701, 702, 16_383].map(columnLetters)).toEqual([
    'A',
    'Z',
    'AA',
    'AZ',
    'BA',
    'ZZ',
    'AAA',
    'XFD',
  ]);
  for (let index = 0; index < 16_384; index++) expect(columnOf(`${columnLetters(index)}12`)).toBe(index);
});
