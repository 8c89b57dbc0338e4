import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import type { Report } from '../../modules/careportals/workbook/report/report.ts';
import type { AccountUrls } from '../../private-mysql/index.ts';

export interface ImportRun {
  report: Report;
  /** From the start of the process to its end. */
  seconds: number;
  /** The most it had in memory. */
  residentBytes: number;
}

const PROJECT = join(import.meta.dirname, '..', '..', '..', '..');
/** Beside the compiled benchmarks: compiling is no part of an import. */
const IMPORT = join(import.meta.dirname, '..', '..', 'commands', 'import.js');
const TELL_MEMORY = new URL('./tell-memory.js', import.meta.url).href;

/** What `npm run import` gives to node. */
async function optionsOfImport(): Promise<string[]> {
  const { scripts } = JSON.parse(await readFile(join(PROJECT, 'package.json'), 'utf8')) as {
    scripts: { import: string };
  };
  return scripts.import.match(/--\S+/g) ?? [];
}

/**
 * `npm run import -- FILE --json` in a process of its own.
 * @throws with what it said if it does not end with 0.
 */
export async function runImport(file: string, urls: Pick<AccountUrls, 'app' | 'admin'>): Promise<ImportRun> {
  const began = performance.now();
  const child = spawn(
    process.execPath,
    [...(await optionsOfImport()), '--import', TELL_MEMORY, IMPORT, file, '--json'],
    {
      cwd: dirname(file),
      env: { PATH: process.env.PATH, HOME: dirname(file), DATABASE_URL: urls.app, DATABASE_ADMIN_URL: urls.admin },
      stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
    },
  );
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  const [code, stdout, stderr, memory] = await Promise.all([
    ended,
    text(child.stdout as Readable),
    text(child.stderr as Readable),
    text(child.stdio[3] as Readable),
  ]);
  if (code !== 0) throw new Error(`The import ended with ${code}:\n${stderr.slice(-2_000)}${stdout.slice(-2_000)}`);
  const seconds = (performance.now() - began) / 1_000;
  return { report: JSON.parse(stdout) as Report, seconds, residentBytes: Number(memory) };
}
