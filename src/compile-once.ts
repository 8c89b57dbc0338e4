import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { tryFolderLock } from './private-mysql/folder-lock.ts';

/** Below the project: what the compiler reads, beside the packages that package-lock.json names. */
const SOURCES = ['src', 'migrations', 'tsconfig.json', 'tsconfig.build.json', 'package-lock.json'];

/** The compiler's own record of what is in dist. It tells when `tsc` was run by somebody else. */
const RECORD = '.tsbuildinfo';

/**
 * Compiles the project to its dist, unless dist is what its sources give: the compiler takes more than a second of CPU
 * to see that nothing has changed, and this some milliseconds. Of several processes at once one compiles, the others wait.
 * @returns whether the compiler ran. @throws Error with the compiler's findings; dist then counts as out of date.
 */
export async function compileOnce(project: string): Promise<boolean> {
  const dist = join(project, 'dist');
  mkdirSync(dist, { recursive: true });
  for (;;) {
    if (isUpToDate(project)) return false;
    const lock = tryFolderLock(join(dist, 'compiling.lock'));
    if (lock === undefined) {
      await sleep(50);
      continue;
    }
    try {
      // Somebody else may have compiled between the two lines above.
      if (isUpToDate(project)) return false;
      await compile(project);
      return true;
    } finally {
      lock.release();
    }
  }
}

/** The stamp goes first: without one, what a compiler that was killed leaves counts for nothing. */
async function compile(project: string): Promise<void> {
  const stamp = stampOf(project);
  rmSync(stamp, { force: true });
  const before = sourcesOf(project);
  await runCompiler(project);
  // Else a file was saved meanwhile, and nobody knows which of its texts was compiled.
  if (sourcesOf(project) !== before) return;
  writeFileSync(`${stamp}.new`, fingerprint(project));
  renameSync(`${stamp}.new`, stamp);
}

function isUpToDate(project: string): boolean {
  const stamp = stampOf(project);
  return existsSync(stamp) && readFileSync(stamp, 'utf8') === fingerprint(project);
}

function stampOf(project: string): string {
  return join(project, 'dist', 'compiled-from.sha256');
}

function fingerprint(project: string): string {
  const record = join(project, 'dist', RECORD);
  return existsSync(record) ? digest([record], sourcesOf(project)) : '';
}

function sourcesOf(project: string): string {
  return digest(SOURCES.flatMap((name) => filesAt(join(project, name))));
}

/** Names count as much as texts do: a file that was deleted or renamed must be noticed. */
function digest(files: string[], start = ''): string {
  const hash = createHash('sha256').update(start);
  for (const path of files) {
    const content = readFileSync(path);
    hash.update(`${path} ${content.length}\n`).update(content);
  }
  return hash.digest('hex');
}

function filesAt(path: string): string[] {
  if (statSync(path).isFile()) return [path];
  const inside = readdirSync(path, { recursive: true, withFileTypes: true });
  return inside
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

async function runCompiler(project: string): Promise<void> {
  const compiler = join(project, 'node_modules', 'typescript', 'bin', 'tsc');
  try {
    await promisify(execFile)(process.execPath, [compiler, '-p', join(project, 'tsconfig.build.json')]);
  } catch (error) {
    const { stdout, stderr } = error as { stdout: string; stderr: string };
    throw new Error(`${stdout}${stderr}The sources do not compile.`, { cause: error });
  }
}
