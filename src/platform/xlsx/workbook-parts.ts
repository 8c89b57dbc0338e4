import { escapeAttribute } from './escape-xml.ts';

/** The few small files around the sheets of a workbook that we write: one look for dates, no shared strings. */

const SCHEMAS = 'http://schemas.openxmlformats.org';
const MAIN = `${SCHEMAS}/spreadsheetml/2006/main`;
const RELATIONS = `${SCHEMAS}/officeDocument/2006/relationships`;
const PACKAGE = `${SCHEMAS}/package/2006`;
const TYPES = 'application/vnd.openxmlformats-officedocument.spreadsheetml';

const XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>';

/** The place of the date look in styles.xml. */
export const DATE_STYLE = 1;

export const SHEET_BEGINS = `${XML}<worksheet xmlns="${MAIN}"><sheetFormatPr defaultColWidth="24" defaultRowHeight="15"/><sheetData>`;
export const SHEET_ENDS = '</sheetData></worksheet>';

export function sheetPath(index: number): string {
  return `worksheets/sheet${index + 1}.xml`;
}

/** By path. */
export function workbookParts(names: readonly string[]): Map<string, string> {
  return new Map([
    ['[Content_Types].xml', contentTypes(names)],
    ['_rels/.rels', relations([['officeDocument', 'xl/workbook.xml']])],
    ['xl/workbook.xml', workbook(names)],
    ['xl/_rels/workbook.xml.rels', relations([...names.map(sheetRelation), ['styles', 'styles.xml']])],
    ['xl/styles.xml', STYLES],
  ]);
}

function contentTypes(names: readonly string[]): string {
  const part = (path: string, type: string) => `<Override PartName="/xl/${path}" ContentType="${TYPES}.${type}+xml"/>`;
  const sheets = names.map((_, index) => part(sheetPath(index), 'worksheet')).join('');
  const defaults =
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>' +
    '<Default Extension="xml" ContentType="application/xml"/>';
  const own = part('workbook.xml', 'sheet.main') + part('styles.xml', 'styles');
  return `${XML}<Types xmlns="${PACKAGE}/content-types">${defaults}${own}${sheets}</Types>`;
}

function sheetRelation(_: string, index: number): [string, string] {
  return ['worksheet', sheetPath(index)];
}

function relations(targets: readonly (readonly [string, string])[]): string {
  const one = ([type, target]: readonly [string, string], index: number) =>
    `<Relationship Id="rId${index + 1}" Type="${RELATIONS}/${type}" Target="${target}"/>`;
  return `${XML}<Relationships xmlns="${PACKAGE}/relationships">${targets.map(one).join('')}</Relationships>`;
}

function workbook(names: readonly string[]): string {
  const sheet = (name: string, index: number) =>
    `<sheet name="${escapeAttribute(name)}" sheetId="${index + 1}" r:id="rId${index + 1}"/>`;
  return `${XML}<workbook xmlns="${MAIN}" xmlns:r="${RELATIONS}"><sheets>${names.map(sheet).join('')}</sheets></workbook>`;
}

const STYLES =
  `${XML}<styleSheet xmlns="${MAIN}">` +
  '<numFmts count="1"><numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd hh:mm:ss.000"/></numFmts>' +
  '<fonts count="1"><font/></fonts><fills count="1"><fill/></fills><borders count="1"><border/></borders>' +
  '<cellStyleXfs count="1"><xf/></cellStyleXfs>' +
  '<cellXfs count="2"><xf/><xf numFmtId="164" applyNumberFormat="1"/></cellXfs></styleSheet>';
