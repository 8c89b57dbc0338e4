import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { ZipFile } from 'yazl';
import type { Row, XlsxFile } from '../../../src/platform/xlsx/cell.ts';
import { openXlsx } from '../../../src/platform/xlsx/open-xlsx.ts';

const SCHEMAS = 'http://schemas.openxmlformats.org';
export const MAIN = `${SCHEMAS}/spreadsheetml/2006/main`;
const RELATIONS = `${SCHEMAS}/officeDocument/2006/relationships`;

/** A folder of its own for a test file. */
export class Folder {
  #path = '';

  async open(): Promise<void> {
    this.#path = await mkdtemp(join(tmpdir(), 'xlsx-test-'));
  }

  at(name: string): string {
    return join(this.#path, name);
  }

  async close(): Promise<void> {
    await rm(this.#path, { recursive: true, force: true });
  }
}

export interface HandMade {
  /** What stands between `<sheetData>` and its end, by tab. */
  sheets: Record<string, string>;
  /** Items of the shared strings. */
  strings?: string;
  /** Inside `<styleSheet>`. */
  styles?: string;
  /** Attributes of workbookPr. */
  properties?: string;
  /** Parts that replace those that would be made, or come along; null leaves one out. */
  parts?: Record<string, string | Buffer | null>;
}

/** Writes a workbook part by part, so that a test can say any XML it likes. */
export async function makeXlsx(path: string, made: HandMade): Promise<string> {
  const zip = new ZipFile();
  for (const [part, content] of Object.entries({ ...partsOf(made), ...made.parts })) {
    if (content !== null) zip.addBuffer(Buffer.from(content), part);
  }
  zip.end();
  await pipeline(zip.outputStream, createWriteStream(path));
  return path;
}

function partsOf({ sheets, strings, styles, properties = '' }: HandMade): Record<string, string> {
  const names = Object.keys(sheets);
  const tabs = names.map((name, i) => `<sheet name="${name}" sheetId="${i + 1}" r:id="s${i}"/>`).join('');
  const targets = [
    ...names.map((_, i) => [`s${i}`, 'worksheet', `worksheets/tab${i}.xml`]),
    ...(styles === undefined ? [] : [['styles', 'styles', 'styles.xml']]),
    // From the root on, as some programs write it.
    ...(strings === undefined ? [] : [['strings', 'sharedStrings', '/xl/sharedStrings.xml']]),
  ];
  const relations = targets.map(
    ([id, type, target]) => `<Relationship Id="${id}" Type="${RELATIONS}/${type}" Target="${target}"/>`,
  );
  return {
    '[Content_Types].xml': '<Types/>',
    '_rels/.rels': `<Relationships><Relationship Id="w" Type="${RELATIONS}/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
    'xl/workbook.xml': `<workbook xmlns="${MAIN}" xmlns:r="${RELATIONS}"><workbookPr ${properties}/><sheets>${tabs}</sheets></workbook>`,
    'xl/_rels/workbook.xml.rels': `<Relationships>${relations.join('')}</Relationships>`,
    ...(styles === undefined ? {} : { 'xl/styles.xml': `<styleSheet xmlns="${MAIN}">${styles}</styleSheet>` }),
    ...(strings === undefined ? {} : { 'xl/sharedStrings.xml': `<sst xmlns="${MAIN}">${strings}</sst>` }),
    ...Object.fromEntries(names.map((name, i) => [`xl/worksheets/tab${i}.xml`, sheetXml(sheets[name]!)])),
  };
}

export function sheetXml(rows: string): string {
  return `<worksheet xmlns="${MAIN}"><sheetData>${rows}</sheetData></worksheet>`;
}

/** Inline text in A1, A2, … */
export function rowsOfTexts(texts: readonly string[]): string {
  return texts
    .map((text, i) => `<row r="${i + 1}"><c r="A${i + 1}" t="inlineStr"><is><t>${text}</t></is></c></row>`)
    .join('');
}

export async function rowsOf(file: XlsxFile, sheet: string): Promise<Row[]> {
  return allOf(file.rows(sheet));
}

export async function allOf<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}

/** All rows of all tabs. */
export async function readAll(path: string): Promise<Record<string, Row[]>> {
  const file = await openXlsx(path);
  try {
    const sheets: Record<string, Row[]> = {};
    for (const name of file.sheetNames) sheets[name] = await rowsOf(file, name);
    return sheets;
  } finally {
    await file.close();
  }
}
