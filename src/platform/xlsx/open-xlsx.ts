import { posix } from 'node:path';
import { damaged } from './broken-xlsx.ts';
import type { XlsxFile } from './cell.ts';
import { readDateStyles } from './date-styles.ts';
import { type Attributes, readXml } from './parse-xml.ts';
import { type Meanings, readSheet } from './read-sheet.ts';
import { SharedStrings } from './shared-strings.ts';
import { notXlsx, ZipParts } from './zip-parts.ts';

const SMALL_MIB = 16;
const STRINGS_MIB = 512;
const SHEET_MIB = 1_024;

/** What a part points to. */
interface Relation {
  type: string;
  path: string;
}

/**
 * Opens a workbook: looks whether it is one, and reads everything but the sheets. Must be closed.
 *
 * @throws BrokenXlsx
 */
export async function openXlsx(path: string): Promise<XlsxFile> {
  const parts = await ZipParts.open(path);
  try {
    return await opened(parts, path);
  } catch (error) {
    parts.close();
    throw error;
  }
}

async function opened(parts: ZipParts, path: string): Promise<XlsxFile> {
  const workbookPath = await findWorkbook(parts, path);
  const relations = await readRelations(parts, workbookPath);
  const { sheets, since1904 } = await readWorkbookPart(parts, workbookPath, relations);
  const meanings = { ...(await readMeanings(parts, relations)), since1904 };
  return {
    sheetNames: [...sheets.keys()],
    rows(sheetName: string) {
      const part = sheets.get(sheetName);
      if (part === undefined) throw new RangeError(`The workbook has no sheet "${sheetName}".`);
      return readSheet(sheetName, parts.text(part, SHEET_MIB), meanings);
    },
    async close() {
      parts.close();
    },
  };
}

async function findWorkbook(parts: ZipParts, path: string): Promise<string> {
  const relations = await readRelations(parts, '');
  const found = targetOf(relations, 'officeDocument') ?? 'xl/workbook.xml';
  if (!parts.has(found) || !found.endsWith('.xml')) throw notXlsx(path);
  return found;
}

function targetOf(relations: ReadonlyMap<string, Relation>, type: string): string | undefined {
  return [...relations.values()].find((relation) => relation.type === type)?.path;
}

/** By id; none if the part has none. */
async function readRelations(parts: ZipParts, of: string): Promise<Map<string, Relation>> {
  const folder = posix.dirname(of);
  const relations = new Map<string, Relation>();
  const path = posix.join(folder, '_rels', `${posix.basename(of)}.rels`);
  if (!parts.has(path)) return relations;
  const opens = (name: string, { Id = '', Type = '', Target = '' }: Attributes) => {
    if (name !== 'Relationship') return;
    relations.set(Id, { type: posix.basename(Type), path: posix.resolve('/', folder, Target).slice(1) });
  };
  await readXml(parts.text(path, SMALL_MIB), { opens });
  return relations;
}

async function readWorkbookPart(parts: ZipParts, path: string, relations: ReadonlyMap<string, Relation>) {
  const sheets = new Map<string, string>();
  let since1904 = false;
  const opens = (name: string, attributes: Attributes) => {
    if (name === 'workbookPr') since1904 = ['1', 'true'].includes(attributes.date1904 ?? '');
    if (name === 'sheet') addSheet(sheets, attributes, relations);
  };
  await readXml(parts.text(path, SMALL_MIB), { opens });
  for (const part of sheets.values()) {
    if (!parts.has(part)) throw damaged(`it lacks its part ${part}`);
  }
  return { sheets, since1904 };
}

/** Leaves out tabs that hold a chart and no cells. */
function addSheet(sheets: Map<string, string>, attributes: Attributes, relations: ReadonlyMap<string, Relation>): void {
  const id = Object.entries(attributes).find(([name]) => name.endsWith(':id'))?.[1] ?? '';
  const relation = relations.get(id);
  if (relation === undefined) throw damaged('it lacks one of its sheets');
  if (relation.type === 'worksheet') sheets.set(attributes.name ?? '', relation.path);
}

async function readMeanings(
  parts: ZipParts,
  relations: ReadonlyMap<string, Relation>,
): Promise<Omit<Meanings, 'since1904'>> {
  const styles = targetOf(relations, 'styles');
  const strings = targetOf(relations, 'sharedStrings');
  return {
    isDate: styles === undefined ? [] : await readDateStyles(parts.text(styles, SMALL_MIB)),
    strings: strings === undefined ? new SharedStrings() : await SharedStrings.read(parts.text(strings, STRINGS_MIB)),
  };
}
