import type { Finding } from '../finding.ts';
import type { Sheet, Workbook } from '../sheet.ts';
import type { Admitted } from '../table.ts';
import type { Admission } from './admission.ts';
import { amountOf } from './amount-of.ts';

/** Rows of one sheet that follow each other, and are settled and written together. */
export interface Batch {
  sheet: Sheet<unknown>;
  /** Rows that were read, whatever became of them. */
  read: number;
  lastOrdinal: number;
  lines: Admitted<unknown>[];
  /** What the rows themselves gave cause for, by ordinal. */
  findings: Map<number, Finding[]>;
  /** Rows that are neither settled nor written, each with its one reason. */
  dropped: { ordinal: number; finding: Finding; cents: number }[];
}

/** Repeats and refused rows must not pile up either. */
const MOST_READ = 4;

export class ChangedMeanwhile extends Error {
  constructor() {
    super('The file changed while it was being read. Run it again when nobody writes it.');
    this.name = 'ChangedMeanwhile';
  }
}

/**
 * The rows of one sheet as batches.
 * @param after rows up to this ordinal were dealt with before: they are only remembered for repeats.
 * @throws BrokenXlsx, ChangedMeanwhile
 */
export async function* readBatches(
  workbook: Workbook,
  sheet: Sheet<unknown>,
  admission: Admission,
  { batchRows, after }: { batchRows: number; after: number },
): AsyncGenerator<Batch, void> {
  let batch = emptyBatch(sheet);
  for await (const row of workbook.rows(sheet)) {
    if (row.kind === 'fault') throw new ChangedMeanwhile();
    const repeat = row.kind === 'line' ? admission.repeatOf(sheet, row) : null;
    if (row.ordinal <= after) continue;
    batch.read++;
    batch.lastOrdinal = row.ordinal;
    if (row.kind === 'rejected') batch.dropped.push({ ordinal: row.ordinal, finding: row.finding, cents: 0 });
    else if (repeat !== null) {
      batch.dropped.push({ ordinal: row.ordinal, finding: repeat, cents: amountOf(sheet.name, row.line) });
    } else {
      const { ordinal, tab, row: number, line } = row;
      batch.lines.push({ ordinal, tab, row: number, line });
      if (row.findings.length > 0) batch.findings.set(ordinal, row.findings);
    }
    if (batch.lines.length < batchRows && batch.read < MOST_READ * batchRows) continue;
    yield batch;
    batch = emptyBatch(sheet);
  }
  if (batch.read > 0) yield batch;
}

function emptyBatch(sheet: Sheet<unknown>): Batch {
  return { sheet, read: 0, lastOrdinal: 0, lines: [], findings: new Map(), dropped: [] };
}
