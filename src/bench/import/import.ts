import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Connection } from 'mysql2/promise';
import { generateWorkbook, MOST_TIMES } from '../../modules/careportals/workbook/generator/generate-workbook.ts';
import { prepareDatabase } from '../../platform/database/prepare-database.ts';
import type { AccountUrls } from '../../private-mysql/index.ts';
import { databasePlan } from '../../startup.ts';
import type { Bench, Benchmark } from '../benchmark.ts';
import type { Stand } from '../stand.ts';
import { countRows, insertBareRows } from './bare-rows.ts';
import { runImport } from './run-import.ts';

/** Of the rate of bare inserts. */
const RATIO = 0.3;
const RESIDENT_MB = 300;
const BATCH_MS = 1_000;
/** A round of two seconds asks for a workbook a hundred times as large as the true one. */
const MS_EACH = 20;
const MB = 1_024 * 1_024;

const SCHEMAS = { imported: 'careportals_bench_imported', bare: 'careportals_bench_bare' };

/** A workbook is imported by the command itself, and the rows that came of it inserted once more by mysql2 alone. */
export const importing: Benchmark = {
  name: 'import',
  title: 'Import: a workbook, beside bare multi-row inserts of the rows that came of it',
  unit: 'row',
  start,
};

async function start(stand: Stand): Promise<Bench> {
  const folder = await mkdtemp(join(tmpdir(), 'cp-bench-import-'));
  const stop = () => rm(folder, { recursive: true, force: true });
  const name = 'a workbook and the rows that came of it';
  const wanted = {
    ratio: { atLeast: RATIO },
    residentMb: { atMost: RESIDENT_MB },
    slowestBatchMs: { atMost: BATCH_MS },
  };
  const run = (milliseconds: number) => tryImport(stand, folder, timesOf(milliseconds));
  return { variants: [], goals: [], trials: [{ name, wanted, run }], verify: () => verify(stand.admin), stop };
}

function timesOf(milliseconds: number): number {
  return Math.min(Math.max(Math.round(milliseconds / MS_EACH), 1), MOST_TIMES);
}

async function tryImport(stand: Stand, folder: string, times: number): Promise<Record<string, number>> {
  const file = join(folder, 'workbook.xlsx');
  await generateWorkbook(file, { times, seed: 'bench' });
  const imported = await freshSchema(stand, SCHEMAS.imported);
  const bare = await freshSchema(stand, SCHEMAS.bare);
  const { report, seconds, residentBytes } = await runImport(file, imported);
  const inserted = await insertBareRows(imported.app, bare.app);
  const importRate = inserted.rows / seconds;
  const bareRate = inserted.rows / inserted.seconds;
  return {
    times,
    rowsOfWorkbook: report.file.rows,
    rows: inserted.rows,
    seconds,
    importRowsPerSecond: importRate,
    bareRowsPerSecond: bareRate,
    ratio: importRate / bareRate,
    residentMb: residentBytes / MB,
    slowestBatchMs: report.slowestBatchMs,
  };
}

async function freshSchema({ admin, urls }: Stand, schema: string): Promise<Pick<AccountUrls, 'app' | 'admin'>> {
  await admin.query(`DROP DATABASE IF EXISTS ${schema}`);
  await admin.query(`CREATE DATABASE ${schema} CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci`);
  const made = { app: withSchema(urls.app, schema), admin: withSchema(urls.admin, schema) };
  await prepareDatabase(made, databasePlan());
  return made;
}

function withSchema(url: string, schema: string): string {
  const address = new URL(url);
  address.pathname = `/${schema}`;
  return address.href;
}

async function verify(admin: Connection): Promise<void> {
  const [imported, bare] = [await countRows(admin, SCHEMAS.imported), await countRows(admin, SCHEMAS.bare)];
  const different = Object.keys(imported).filter((table) => imported[table] !== bare[table]);
  if (different.length === 0) return;
  const counts = different.map((table) => `${table}: ${imported[table]} and ${bare[table]}`);
  throw new Error(`Import and bare inserts have left different numbers of rows. ${counts.join(', ')}.`);
}
