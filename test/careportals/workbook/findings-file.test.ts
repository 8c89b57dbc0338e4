import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { lstat, readdir, readFile, rmdir } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadWorkbook } from '../../../src/modules/careportals/workbook/load/load-workbook.ts';
import { FindingsFile } from '../../../src/modules/careportals/workbook/report/findings-file.ts';
import { systemClock } from '../../../src/platform/clock.ts';
import { createTestDatabase, type TestDatabase } from '../../kit/test-database.ts';
import { customer, folderForTest, writeSmallWorkbook } from './small-workbook.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database?.drop());

test('two dry runs of one file do not write into the list of each other', async () => {
  const path = join(await folderForTest(), 'list.jsonl');
  const [one, other] = [await FindingsFile.open(path, true), await FindingsFile.open(path, true)];
  const bytes = await one.writeAt([{ rule: 'phone-null' }], 0);
  await other.writeAt([{ rule: 'value-dropped' }], 0);
  await one.finish(bytes);
  expect(await readFile(path, 'utf8')).toBe('{"rule":"phone-null"}\n');
  await other.discard();
  expect(await readdir(join(path, '..'))).toEqual(['list.jsonl']);
});

test.each([false, true])('a list takes the place of no device, socket or folder (dry run: %s)', async (isDry) => {
  const path = join(await folderForTest(), 'socket');
  const server = createServer().listen(path);
  await once(server, 'listening');
  await expect(FindingsFile.open(path, isDry)).rejects.toThrow('is no file');
  expect((await lstat(path)).isSocket()).toBe(true);
  server.close();
});

describe('a run that is cut short at its very end', () => {
  test('is gone on with if its list could not get its name, and says all that it did', async () => {
    const [load, list] = await loading(1);
    await expect(load(() => mkdirSync(list, { recursive: true }))).rejects.toThrow('EISDIR');
    await rmdir(list);
    const report = await load();
    expect(report.resumed).toBe(true);
    expect(await rulesIn(list)).toEqual(['phone-null']);
  });

  test('keeps its list if that had its name already', async () => {
    const [load, list] = await loading(2);
    const whole = await load();
    const written = await readFile(list, 'utf8');
    await database.orm.em
      .getConnection()
      .execute('UPDATE import_runs SET finished_at = NULL ORDER BY run_id DESC LIMIT 1');
    const again = await load();
    expect(again.sheets).toEqual(whole.sheets);
    expect(await readFile(list, 'utf8')).toBe(written);
    expect(await rulesIn(list)).toEqual(['phone-null']);
  });
});

/** A workbook with one finding, and where its list is to be. */
async function loading(n: number) {
  const folder = await folderForTest();
  const list = join(folder, 'list.jsonl');
  const rows = { customers: [{ ...customer(n), phone: '0' }] };
  const path = await writeSmallWorkbook(join(folder, 'small.xlsx'), rows);
  const options = { mode: 'import' as const, dryRun: false, clock: systemClock, list };
  return [(onProgress?: () => void) => loadWorkbook(database.orm, path, { ...options, onProgress }), list] as const;
}

async function rulesIn(list: string): Promise<string[]> {
  const lines = (await readFile(list, 'utf8')).trimEnd().split('\n');
  return lines.map((line) => (JSON.parse(line) as { rule: string }).rule);
}
