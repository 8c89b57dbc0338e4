import type { Instant } from '../../../platform/database/instant.ts';
import type { Cell, Row, XlsxFile } from '../../../platform/xlsx/cell.ts';
import { openXlsx } from '../../../platform/xlsx/open-xlsx.ts';
import { BrokenWorkbook } from './broken-workbook.ts';
import { convertRow, faultsIn, type Layout, latestOf } from './convert/convert.ts';
import type { Fault } from './finding.ts';
import type { Converted, Sheet, SheetName, Workbook } from './sheet.ts';
import { SHEETS } from './sheets.ts';

/**
 * Opens a workbook and finds its tabs and headers.
 * @throws BrokenXlsx if the file is no whole xlsx
 * @throws BrokenWorkbook if a tab or a column is missing, all of them at once.
 */
export async function readWorkbook(path: string, now: Date): Promise<Workbook> {
  const file = await openXlsx(path);
  try {
    return await workbookOf(file, now);
  } catch (error) {
    await file.close();
    throw error;
  }
}

/** A tab of a sheet that has rows, and where its columns stand. */
interface Tab {
  name: string;
  layout: Layout;
}

/** The same of a file that is open. @throws BrokenWorkbook */
export async function workbookOf(file: XlsxFile, now: Date): Promise<Workbook> {
  const faults: Fault[] = [];
  const tabs = new Map<SheetName, Tab[]>();
  for (const sheet of SHEETS) tabs.set(sheet.name, await tabsOf(file, sheet, faults));
  if (faults.length > 0) throw new BrokenWorkbook(faults);
  return {
    sheetsFound: SHEETS.filter(({ name }) => (tabs.get(name) ?? []).length > 0).map(({ name }) => name),
    rows: (sheet) => rowsOf(file, sheet, tabs.get(sheet.name) ?? [], latestOf(now)),
    close: () => file.close(),
  };
}

async function tabsOf(file: XlsxFile, sheet: Sheet<unknown>, faults: Fault[]): Promise<Tab[]> {
  const names = sheet.tabs.flatMap((tab) => file.sheetNames.filter((name) => name.trim().toLowerCase() === tab));
  if (names.length === 0 && sheet.required) faults.push(missing(sheet, file));
  const tabs: Tab[] = [];
  const empty: string[] = [];
  for (const name of names) {
    const first = await firstRow(file, name);
    if (sheet.hasHeader && first === null) empty.push(name);
    else tabs.push({ name, layout: layoutOf(sheet, name, first, faults) });
  }
  // A second tab beside a filled one, and an optional one, may well be empty.
  if (sheet.required && tabs.length === 0) faults.push(...empty.map(isEmpty));
  return tabs;
}

async function firstRow(file: XlsxFile, tab: string): Promise<Row | null> {
  for await (const row of file.rows(tab)) {
    if (!isBlank(row.cells)) return row;
  }
  return null;
}

function isBlank(cells: readonly (Cell | null)[]): boolean {
  return cells.every((cell) => cell === null || (cell.is === 'text' && cell.text.trim() === ''));
}

function layoutOf(sheet: Sheet<unknown>, tab: string, first: Row | null, faults: Fault[]): Layout {
  if (!sheet.hasHeader) return new Map(sheet.columns.map(({ header }, index) => [header, index]));
  const headers = (first?.cells ?? []).map((cell) => (cell?.is === 'text' ? cell.text.trim() : ''));
  const found = headers.map((header) => header.toLowerCase());
  const layout = new Map<string, number>();
  for (const { header, alsoNamed = [] } of sheet.columns) {
    const at = [header, ...alsoNamed].map((name) => found.indexOf(name.toLowerCase())).find((index) => index >= 0);
    if (at !== undefined) layout.set(header, at);
  }
  const absent = sheet.columns.filter(({ header, needed }) => needed && !layout.has(header));
  const says = missingColumn(layout.size > 0 ? headers : []);
  faults.push(...absent.map(({ header }) => ({ tab, row: first?.number ?? null, column: header, says })));
  return layout;
}

/** A first row without any known header may be a person's: then its texts are not told. */
function missingColumn(headers: readonly string[]): string {
  const there = headers.filter((header) => header !== '').map((header) => `"${header}"`);
  if (there.length === 0) return 'is missing, as are all others; is the row of headers gone?';
  return `is missing; the headers are ${there.join(', ')}`;
}

function missing({ name }: Sheet<unknown>, { sheetNames }: XlsxFile): Fault {
  const there = sheetNames.map((tab) => `"${tab}"`).join(', ');
  return { tab: name, row: null, column: null, says: `is missing; the workbook has ${there}` };
}

function isEmpty(tab: string): Fault {
  return { tab, row: null, column: null, says: 'is empty; a sheet without data still has its row of headers' };
}

async function* rowsOf<Line>(
  file: XlsxFile,
  sheet: Sheet<Line>,
  tabs: readonly Tab[],
  latest: Instant,
): AsyncGenerator<Converted<Line>, void> {
  let ordinal = 0;
  for (const { name: tab, layout } of tabs) {
    let isHeader = sheet.hasHeader;
    for await (const { number: row, cells } of file.rows(tab)) {
      if (isBlank(cells)) continue;
      if (isHeader) {
        isHeader = false;
        continue;
      }
      ordinal++;
      const placed = { tab, row, ordinal, cells };
      const faults = faultsIn(sheet, layout, placed);
      if (faults.length === 0) yield convertRow(sheet, layout, placed, latest);
      for (const fault of faults) yield { ordinal, kind: 'fault', fault };
    }
  }
}
