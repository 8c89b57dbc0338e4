import type { SheetName } from '../sheet.ts';

/** The workbook's name among the sources of the inbox. */
export const WORKBOOK = 'workbook';

/** What a delivery of the workbook holds: a line that came before what it refers to. */
export interface WorkbookDelivery {
  sheet: SheetName;
  tab: string;
  row: number;
  line: unknown;
}

/** Where the line stands, for support; no patient data. */
export function placeOf({ tab, row }: Pick<WorkbookDelivery, 'tab' | 'row'>): string {
  return `Sheet ${tab}, row ${row}`;
}
