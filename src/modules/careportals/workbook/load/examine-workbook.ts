import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { basename } from 'node:path';
import { fromInstant } from '../../../../platform/database/instant.ts';
import { BrokenWorkbook, FAULTS_SHOWN } from '../broken-workbook.ts';
import type { Fault } from '../finding.ts';
import { KeySet } from '../key-set.ts';
import type { OrderLine } from '../lines.ts';
import type { OnProgress, WorkbookFile } from '../report/report.ts';
import type { Converted, Sheet, Workbook } from '../sheet.ts';

/** What is known of a workbook once all of it was read. */
export interface Examined {
  file: WorkbookFile;
  /** When each customer first ordered, in milliseconds since 1970, by the id that the workbook has. */
  firstOrders: KeySet;
}

const PROGRESS_EVERY_ROWS = 1_000;

/**
 * Reads all of a workbook and writes nothing, so that whatever is wrong with the file is said before a row is loaded.
 * @throws BrokenXlsx; BrokenWorkbook with the first faults and the number of all; an AbortError.
 */
export async function examineWorkbook(
  path: string,
  workbook: Workbook,
  sheets: readonly Sheet<unknown>[],
  { onProgress, signal }: { onProgress?: OnProgress; signal?: AbortSignal },
): Promise<Examined> {
  const firstOrders = new KeySet();
  const faults: Fault[] = [];
  let faulty = 0;
  let rows = 0;
  for (const sheet of sheets.filter(({ name }) => workbook.sheetsFound.includes(name))) {
    for await (const row of workbook.rows(sheet)) {
      rows++;
      // A column of broken formulas may have a million of them.
      if (row.kind === 'fault' && faulty++ < FAULTS_SHOWN) faults.push(row.fault);
      if (sheet.name === 'order.created') noteOrder(firstOrders, row as Converted<OrderLine>);
      if (rows % PROGRESS_EVERY_ROWS !== 0) continue;
      signal?.throwIfAborted();
      onProgress?.({ pass: 1, sheet: sheet.name, rows, totalRows: null });
    }
  }
  if (faulty > 0) throw new BrokenWorkbook(faults, faulty);
  return { file: { name: basename(path), sha256: await hashOf(path), rows }, firstOrders };
}

function noteOrder(firstOrders: KeySet, row: Converted<OrderLine>): void {
  if (row.kind !== 'line') return;
  const { customer_id, created_at } = row.line;
  firstOrders.lower(customer_id, fromInstant(created_at).getTime());
}

async function hashOf(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  return hash.digest('hex');
}
