import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { access, link, rename, rm } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { ZipFile } from 'yazl';
import { unfinishedFile } from '../unfinished-file.ts';
import { BrokenXlsx } from './broken-xlsx.ts';
import type { OutCell, OutSheet } from './cell.ts';
import { columnLetters } from './column-letters.ts';
import { escapeCell } from './escape-xml.ts';
import { MOST_ROWS } from './sheet-size.ts';
import { serialOf } from './wall-time.ts';
import { DATE_STYLE, SHEET_BEGINS, SHEET_ENDS, sheetPath, workbookParts } from './workbook-parts.ts';

/** The longest text that spreadsheet programs take into a cell. */
export const LONGEST_TEXT = 32_767;

const CHUNK = 65_536;
const NUMBER = /^-?\d+(\.\d+)?([eE][-+]?\d+)?$/;

// As spreadsheet programs date their parts: the same content makes the same bytes.
const DATED = { mtime: new Date(Date.UTC(1980, 0, 1)) };

/**
 * Writes a workbook row by row, readable by its owner alone; it is there whole or not at all. What the rows' iterators
 * throw comes back as it is.
 *
 * @returns how many rows each sheet has, without its header
 * @throws an Error with code EEXIST if the file is there and is not to be replaced; BrokenXlsx (`tooLarge`) for a text
 *   or a number of rows that no spreadsheet program takes
 */
export async function writeXlsx(
  path: string,
  sheets: readonly OutSheet[],
  options: { replace?: boolean; signal?: AbortSignal } = {},
): Promise<Record<string, number>> {
  const unfinished = await unfinishedFile(path, 'unfinished');
  if (!options.replace) await refuseIfThere(path);
  try {
    const rows = await write(unfinished, sheets, options.signal);
    // A link, unlike a renaming, fails if somebody else has made the file meanwhile.
    await (options.replace ? rename(unfinished, path) : link(unfinished, path));
    return rows;
  } finally {
    await rm(unfinished, { force: true });
  }
}

async function refuseIfThere(path: string): Promise<void> {
  const there = await access(path).then(
    () => true,
    () => false,
  );
  if (there) throw Object.assign(new Error(`There is a file at ${path} already.`), { code: 'EEXIST', path });
}

async function write(path: string, sheets: readonly OutSheet[], signal?: AbortSignal): Promise<Record<string, number>> {
  const rows = Object.fromEntries(sheets.map(({ name }) => [name, 0]));
  const zip = new ZipFile();
  const output = zip.outputStream as Readable;
  let sheetNow: Readable | undefined;
  const fail = (error: Error) => output.destroy(error);
  zip.on('error', fail);
  addParts(zip, sheets, (sheet) => {
    sheetNow = Readable.from(sheetXml(sheet, rows), { highWaterMark: 1 }).on('error', fail);
    return sheetNow;
  });
  try {
    await pipeline(output, createWriteStream(path, { flags: 'wx', mode: 0o600, flush: true }), { signal });
  } finally {
    await stop(sheetNow);
  }
  return rows;
}

function addParts(zip: ZipFile, sheets: readonly OutSheet[], begin: (sheet: OutSheet) => Readable): void {
  const parts = workbookParts(sheets.map(({ name }) => name));
  for (const [part, text] of parts) zip.addBuffer(Buffer.from(text), part, DATED);
  for (const [index, sheet] of sheets.entries()) {
    zip.addReadStreamLazy(`xl/${sheetPath(index)}`, DATED, (take) => take(null, begin(sheet)));
  }
  zip.end();
}

/** yazl does not tell its sources that nobody reads on; the rows' iterator must be able to let go of what it holds. */
async function stop(stream: Readable | undefined): Promise<void> {
  if (stream === undefined || stream.closed) return;
  stream.destroy();
  await once(stream, 'close');
}

async function* sheetXml(sheet: OutSheet, rows: Record<string, number>): AsyncGenerator<string, void> {
  let xml = SHEET_BEGINS;
  let number = 0;
  if (sheet.header !== null) xml += rowXml(sheet.header, ++number, sheet.name);
  for await (const row of sheet.rows) {
    if (++number > MOST_ROWS) throw tooManyRows(sheet.name);
    xml += rowXml(row, number, sheet.name);
    rows[sheet.name]! += 1;
    if (xml.length < CHUNK) continue;
    yield xml;
    xml = '';
  }
  yield xml + SHEET_ENDS;
}

function tooManyRows(sheet: string): BrokenXlsx {
  const says = `Sheet "${sheet}" would have more than ${MOST_ROWS} rows, which no spreadsheet program opens.`;
  return new BrokenXlsx('tooLarge', says, { sheet });
}

function rowXml(cells: readonly OutCell[], row: number, sheet: string): string {
  let xml = `<row r="${row}">`;
  for (let index = 0; index < cells.length; index++) {
    const cell = cells[index] ?? null;
    if (cell !== null && cell !== '') xml += cellXml(cell, { row, column: letters(index), sheet });
  }
  return `${xml}</row>`;
}

function cellXml(cell: Exclude<OutCell, null>, at: { row: number; column: string; sheet: string }): string {
  const place = `r="${at.column}${at.row}"`;
  if (typeof cell === 'string') return textXml(cell, place, at);
  if ('wall' in cell) {
    const serial = serialOf(cell.wall);
    return serial === null ? textXml(cell.wall, place, at) : `<c ${place} s="${DATE_STYLE}"><v>${serial}</v></c>`;
  }
  if (!NUMBER.test(cell.number)) throw new TypeError('A number to be written must be decimal text such as 149.5.');
  return `<c ${place}><v>${cell.number}</v></c>`;
}

function textXml(text: string, place: string, at: { row: number; column: string; sheet: string }): string {
  if (text.length > LONGEST_TEXT) {
    const says = `Sheet "${at.sheet}", row ${at.row}, column ${at.column}: a cell takes ${LONGEST_TEXT} characters, this text has ${text.length}.`;
    throw new BrokenXlsx('tooLarge', says, at);
  }
  return `<c ${place} t="inlineStr"><is><t xml:space="preserve">${escapeCell(text)}</t></is></c>`;
}

const LETTERS: string[] = [];

function letters(index: number): string {
  LETTERS[index] ??= columnLetters(index);
  return LETTERS[index]!;
}
