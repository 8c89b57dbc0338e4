import { CompiledQuery } from 'kysely';
import type { Orm } from '../../../../platform/database/connect.ts';
import { type Instant, toInstant } from '../../../../platform/database/instant.ts';
import { plainQuery, type Query, queryIn } from '../../../../platform/database/query.ts';
import { inTransaction } from '../../../../platform/database/transaction.ts';
import type { Tables, Tx } from '../../tables.ts';
import type { WorkbookFile } from '../report/report.ts';
import type { SheetName } from '../sheet.ts';
import { newestRows } from './added-rows.ts';
import { emptyTally, type Tally } from './tally.ts';

/** How far a run has come: all rows of earlier sheets, and of this one up to this ordinal. */
export interface Mark {
  sheet: SheetName;
  ordinal: number;
}

export interface ImportRun {
  runId: string;
  startedAt: Instant;
  resumed: boolean;
  mark: Mark | null;
  tally: Tally;
}

/** A run of this file that was cut short, if nothing was loaded since; else a new one. */
export async function beginRun(
  orm: Orm,
  command: 'import' | 'sync',
  file: WorkbookFile,
  now: Date,
): Promise<ImportRun> {
  return inTransaction<Tables, ImportRun>(orm, async (tx) => {
    const query = queryIn(tx);
    return (await cutShort(query, command, file)) ?? (await newRun(query, command, file, now));
  });
}

interface Row {
  run_id: string;
  command: string;
  file_sha256: string;
  sheet: SheetName | null;
  last_ordinal: string;
  tally: Tally;
  started_at: Instant;
  finished_at: Instant | null;
}

/** Only the newest run may go on: a later one may have replaced what this one has written. */
async function cutShort(query: Query, command: string, file: WorkbookFile): Promise<ImportRun | null> {
  const [row] = await query<Row>('SELECT * FROM import_runs ORDER BY run_id DESC LIMIT 1');
  if (row === undefined || row.finished_at !== null) return null;
  if (row.command !== command || row.file_sha256 !== file.sha256) return null;
  const mark = row.sheet === null ? null : { sheet: row.sheet, ordinal: Number(row.last_ordinal) };
  return { runId: String(row.run_id), startedAt: row.started_at, resumed: true, mark, tally: row.tally };
}

async function newRun(query: Query, command: string, file: WorkbookFile, now: Date): Promise<ImportRun> {
  const startedAt = toInstant(now);
  const tally = emptyTally(await newestRows(query));
  await query('INSERT INTO import_runs (command, file_sha256, file_rows, tally, started_at) VALUES (?, ?, ?, ?, ?)', [
    command,
    file.sha256,
    file.rows,
    JSON.stringify(tally),
    startedAt,
  ]);
  const [made] = await query<{ id: unknown }>('SELECT LAST_INSERT_ID() AS id');
  return { runId: String(made?.id), startedAt, resumed: false, mark: null, tally };
}

/** Belongs into the transaction of the batch: it is there if, and only if, the batch is. */
export async function saveMark(tx: Tx, runId: string, mark: Mark, tally: Tally): Promise<void> {
  await tx.executeQuery(
    CompiledQuery.raw('UPDATE import_runs SET sheet = ?, last_ordinal = ?, tally = ? WHERE run_id = ?', [
      mark.sheet,
      mark.ordinal,
      JSON.stringify(tally),
      runId,
    ]),
  );
}

/** Whether a batch was committed whose connection was lost in the COMMIT. */
export async function hasMark(orm: Orm, runId: string, { sheet, ordinal }: Mark): Promise<boolean> {
  const query = await plainQuery(orm);
  const [row] = await query<Row>('SELECT sheet, last_ordinal FROM import_runs WHERE run_id = ?', [runId]);
  return row?.sheet === sheet && Number(row.last_ordinal) === ordinal;
}

export async function finishRun(orm: Orm, runId: string, now: Date): Promise<void> {
  await inTransaction<Tables, unknown>(orm, (tx) =>
    queryIn(tx)('UPDATE import_runs SET finished_at = ? WHERE run_id = ?', [toInstant(now), runId]),
  );
}
