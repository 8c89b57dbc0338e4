import type { Cell, OutCell } from '../../../src/platform/xlsx/cell.ts';
import { openXlsx } from '../../../src/platform/xlsx/open-xlsx.ts';
import { writeXlsx } from '../../../src/platform/xlsx/write-xlsx.ts';

/** Writes a workbook of the first rows of each tab of another one; what they point to may be missing then. */
export async function partOfWorkbook(from: string, to: string, rowsOfTab: number): Promise<string> {
  const file = await openXlsx(from);
  try {
    const sheets = file.sheetNames.map((name) => ({ name, header: null, rows: firstRows(file.rows(name), rowsOfTab) }));
    await writeXlsx(to, sheets);
    return to;
  } finally {
    await file.close();
  }
}

async function* firstRows(rows: AsyncIterable<{ cells: readonly (Cell | null)[] }>, count: number) {
  let given = 0;
  for await (const { cells } of rows) {
    yield cells.map(asWritten);
    if (++given === count) return;
  }
}

function asWritten(cell: Cell | null): OutCell {
  if (cell === null) return null;
  if (cell.is === 'time') return { wall: cell.wall };
  if (cell.is === 'number') return { number: cell.text };
  if (cell.is === 'boolean') return cell.value ? 'TRUE' : 'FALSE';
  return cell.is === 'text' ? cell.text : cell.code;
}
