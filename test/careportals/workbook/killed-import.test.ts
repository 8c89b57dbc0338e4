import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { compileOnce } from '../../../src/compile-once.ts';
import { Random } from '../../../src/modules/careportals/demo/random.ts';
import { generateWorkbook } from '../../../src/modules/careportals/workbook/generator/generate-workbook.ts';
import { AnotherImportRuns, ImportLock } from '../../../src/modules/careportals/workbook/load/import-lock.ts';
import { type LoadOptions, loadWorkbook } from '../../../src/modules/careportals/workbook/load/load-workbook.ts';
import type { LoadProgress, Report } from '../../../src/modules/careportals/workbook/report/report.ts';
import type { SheetName } from '../../../src/modules/careportals/workbook/sheet.ts';
import { SHEETS } from '../../../src/modules/careportals/workbook/sheets.ts';
import { systemClock } from '../../../src/platform/clock.ts';
import { COMPILE_CACHE } from '../../kit/run-program.ts';
import { createTestDatabase, type TestDatabase } from '../../kit/test-database.ts';
import { loadRows } from './loading.ts';
import { partOfWorkbook } from './part-of-workbook.ts';
import { folderForSuite, folderForTest, people } from './small-workbook.ts';
import { whatStands } from './what-stands.ts';

const KILLS = process.env.LONG_TESTS ? 60 : 1;
const SEED = process.env.TEST_SEED ?? `killed ${Date.now()}`;

const PROJECT = join(import.meta.dirname, '..', '..', '..');

const folder = folderForSuite();
let path: string;
/** What an uninterrupted run leaves, and says. */
let whole: { stands: Record<string, string>; report: Report; list: string };
beforeAll(async () => {
  await compileOnce(PROJECT);
  path = join(folder.path, 'generated.xlsx');
  await generateWorkbook(path, { times: 1, seed: SEED });
  if (!process.env.LONG_TESTS) path = await partOfWorkbook(path, join(folder.path, 'part.xlsx'), 150);
  const database = await createTestDatabase();
  const list = join(folder.path, 'whole.jsonl');
  const report = await loadWorkbook(database.orm, path, { mode: 'import', dryRun: false, clock: systemClock, list });
  whole = { stands: await whatStands(database), report, list: await readFile(list, 'utf8') };
  await database.drop();
});

async function databaseForTest(): Promise<TestDatabase> {
  const database = await createTestDatabase();
  onTestFinished(() => database.drop());
  return database;
}

/** How many sheets the run has begun to write; -1 while there is no run. */
const sheetsDone = async (database: TestDatabase) => {
  const [run] = await database.orm.em
    .getConnection()
    .execute<{ sheet: SheetName | null }[]>('SELECT sheet FROM import_runs');
  return run === undefined ? -1 : SHEETS.findIndex(({ name }) => name === run.sheet) + 1;
};

/** The compiled command: compiling it anew each time would take longer than it runs. */
const importOf = (list: string) => [join(PROJECT, 'dist/src/commands/import.js'), path, '--json', '--list', list];

const environmentOf = (database: TestDatabase) => ({
  PATH: process.env.PATH,
  ...COMPILE_CACHE,
  DATABASE_URL: database.appUrl,
  CAREPORTALS_DATA_DIR: folder.path,
});

/** Asks a run to stop when it has come to this sheet. */
function stopAt(wanted: SheetName): Pick<LoadOptions, 'onProgress' | 'signal'> {
  const stop = new AbortController();
  const onProgress = ({ pass, sheet }: LoadProgress) => {
    if (pass === 2 && sheet === wanted) stop.abort();
  };
  return { onProgress, signal: stop.signal };
}

describe(`an import that is killed (seed ${SEED})`, { timeout: 60_000 * KILLS }, () => {
  test(`ends, once it is run again, as if it had never been: ${KILLS} kills`, async () => {
    const random = Random.from(SEED);
    let landed = 0;
    for (let kill = 1; kill <= KILLS; kill++) {
      const database = await databaseForTest();
      const list = join(await folderForTest(), 'list.jsonl');
      const killed = execFile(process.execPath, importOf(list), { env: environmentOf(database) }, () => undefined);
      const sheets = random.between(0, SHEETS.length - 4);
      await expect.poll(() => sheetsDone(database), { interval: 2, timeout: 30_000 }).toBeGreaterThanOrEqual(sheets);
      await pause(random.between(0, 10));
      killed.kill('SIGKILL');
      const report = await loadWorkbook(database.orm, path, {
        mode: 'import',
        dryRun: false,
        clock: systemClock,
        list,
      });
      if (report.resumed) landed++;
      expect(await whatStands(database)).toEqual(whole.stands);
      if (!report.resumed) continue;
      expect(report.sheets).toEqual(whole.report.sheets);
      expect(report.rules).toEqual(whole.report.rules);
      expect(report.checks).toEqual(whole.report.checks);
      expect(report.database).toEqual(whole.report.database);
      expect(await readFile(list, 'utf8')).toBe(whole.list);
    }
    expect(landed).toBeGreaterThan(0);
  });

  test('is gone on with by the same file alone, and only while nothing was loaded since', async () => {
    const database = await databaseForTest();
    const cut = await loadRows(database, people(3), stopAt('customers'));
    expect([cut.interrupted, cut.database, cut.sheets.reduce((rows, { read }) => rows + read, 0)]).toEqual([
      true,
      null,
      3,
    ]);

    const other = await loadRows(database, people(2));
    expect([other.resumed, other.interrupted]).toEqual([false, false]);
    const again = await loadRows(database, people(3));
    expect(again.resumed).toBe(false);
    expect(again.database?.filter(({ result }) => result === 'broken')).toEqual([]);
  });

  test('has its list whole; where that was taken away, it says so', async () => {
    const database = await databaseForTest();
    const list = join(await folderForTest(), 'list.jsonl');
    const options = { mode: 'import' as const, dryRun: false, clock: systemClock, list };
    await loadWorkbook(database.orm, path, { ...options, ...stopAt('payment_succesful') });
    let lost = 0;
    const elsewhere = join(await folderForTest(), 'list.jsonl');
    const report = await loadWorkbook(database.orm, path, { ...options, list: elsewhere, onListLost: () => lost++ });
    expect([report.resumed, lost]).toEqual([true, 1]);
    expect(report.rules).toEqual(whole.report.rules);
    const lines = await readFile(elsewhere, 'utf8');
    expect(lines.length).toBeGreaterThan(0);
    expect(whole.list.endsWith(lines)).toBe(true);
  });
});

test('two imports of one database: the second refuses, and none is kept out for good', async () => {
  const database = await databaseForTest();
  const lock = await ImportLock.take(database.orm);
  await expect(loadRows(database, people(1))).rejects.toBeInstanceOf(AnotherImportRuns);
  expect((await loadRows(database, people(1), { dryRun: true })).dryRun).toBe(true);
  await lock.release();
  expect((await loadRows(database, people(1))).interrupted).toBe(false);
});
