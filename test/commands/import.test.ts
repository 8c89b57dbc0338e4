import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { PrivatePage } from '../../src/commands/private-page.ts';
import type { Comparison } from '../../src/modules/careportals/workbook/compare/comparison.ts';
import { generateWorkbook } from '../../src/modules/careportals/workbook/generator/generate-workbook.ts';
import type { Report } from '../../src/modules/careportals/workbook/report/report.ts';
import { BadSettings } from '../../src/platform/config.ts';
import { people, writeSmallWorkbook } from '../careportals/workbook/small-workbook.ts';
import { runProgram } from '../kit/run-program.ts';
import { createTestDatabase, type TestDatabase } from '../kit/test-database.ts';

let database: TestDatabase;
let folder: string;
let file: string;
beforeAll(async () => {
  database = await createTestDatabase();
  folder = await mkdtemp(join(tmpdir(), 'cp-import-'));
  file = await writeSmallWorkbook(join(folder, 'small.xlsx'), people(5));
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
  await database?.drop();
});

const run = (name: string, ...args: string[]) =>
  runProgram(`commands/${name}`, args, { DATABASE_URL: database.appUrl, CAREPORTALS_DATA_DIR: folder }).ended;

/** The most that a process had in memory so far; 0 once it is gone. */
async function residentMb(pid: number | undefined): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  return Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1_024;
}

describe('the commands of the workbook', { timeout: 60_000 }, () => {
  test('import, compare and sync end with 0 where all is well, and 3 where workbook and database differ', async () => {
    const empty = await run('compare', file);
    expect(empty.code).toBe(3);
    expect(empty.stdout).toMatch(/^customers +5 +- +- +5 /m);

    const imported = await run('import', file, '--html', join(folder, 'page.html'));
    expect(imported.code).toBe(0);
    expect(imported.stdout).toMatch(/^Import\. small\.xlsx, \d+ rows/);
    expect(imported.stdout).toContain(join(folder, 'small.import.jsonl'));
    expect(imported.stderr).not.toContain('\r');

    const same = await run('compare', file, '--json');
    expect([same.code, (JSON.parse(same.stdout) as Comparison).equal]).toEqual([0, true]);

    const synced = await run('sync', file, '--dry-run', '--json', '--list', join(folder, 'dry.jsonl'));
    const report = JSON.parse(synced.stdout) as Report;
    expect([synced.code, report.dryRun]).toEqual([0, true]);
    expect(report.sheets.every(({ read, unchanged }) => read === unchanged)).toBe(true);

    for (const { stdout, stderr } of [empty, imported, same, synced]) {
      expect(stdout + stderr).not.toMatch(/needle|404555/i);
    }
    for (const name of ['page.html', 'dry.jsonl', 'small.import.jsonl', 'small.compare.jsonl']) {
      expect([name, (await stat(join(folder, name))).mode & 0o777]).toEqual([name, 0o600]);
    }
    expect(await readFile(join(folder, 'page.html'), 'utf8')).not.toMatch(/needle/i);
  });

  // Each is a program of its own, which takes a second or more.
  test.runIf(process.env.LONG_TESTS)('name what is wrong with a file on stderr, and end with 1', async () => {
    const text = join(folder, 'text.xlsx');
    await writeFile(text, 'customer_id,email\n');
    for (const name of ['import', 'sync', 'compare']) {
      const { code, stdout, stderr } = await run(name, text);
      expect([code, stdout]).toEqual([1, '']);
      expect(stderr).toContain('is not an xlsx workbook');
      expect(stderr).not.toContain('    at ');
    }
    const gone = await run('import', join(folder, 'gone.xlsx'));
    expect(gone.code).toBe(1);
    expect(gone.stderr).toContain('cannot be read');
  });

  test.runIf(process.env.LONG_TESTS)(
    'ten times the rows stay below 300 MB of memory',
    { timeout: 300_000 },
    async () => {
      const path = join(folder, 'ten.xlsx');
      await generateWorkbook(path, { times: 10, seed: 'ten' });
      const { scripts } = JSON.parse(await readFile('package.json', 'utf8')) as { scripts: { import: string } };
      const flags = scripts.import.match(/--\S+/g) ?? [];
      const child = spawn(process.execPath, [...flags, 'dist/src/commands/import.js', path, '--json'], {
        env: { PATH: process.env.PATH, DATABASE_URL: database.appUrl, CAREPORTALS_DATA_DIR: folder },
        stdio: 'ignore',
      });
      const ended = once(child, 'close');
      let mostMb = 0;
      while (child.exitCode === null) {
        mostMb = Math.max(mostMb, await residentMb(child.pid));
        await pause(100);
      }
      expect(await ended).toEqual([0, null]);
      expect(mostMb).toBeGreaterThan(50);
      expect(mostMb).toBeLessThanOrEqual(300);
    },
  );

  test('write nothing over the workbook', async () => {
    const before = await readFile(file);
    const { code, stdout, stderr } = await run('import', file, '--list', file);
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toContain('FILE and --list are the same file');
    expect(stderr).not.toContain('    at ');
    expect(await readFile(file)).toEqual(before);
  });

  test('try the place of the page before anything is loaded', async () => {
    await expect(PrivatePage.at(join(folder, 'nowhere', 'page.html'))).rejects.toThrow(BadSettings);
    await expect(PrivatePage.at('/dev/null')).rejects.toThrow('is no file');
    if (!process.env.LONG_TESTS) return;
    const { code, stdout, stderr } = await run('sync', file, '--html', join(folder, 'nowhere', 'page.html'));
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toContain('The page cannot be written');
    expect(stderr).not.toContain('loading');
  });

  test.runIf(process.env.LONG_TESTS)('end with 2 when they are called wrongly', async () => {
    expect((await run('compare', file, '--html', 'x')).code).toBe(2);
  });
});
