import { randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, renameSync, rmdirSync, rmSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { identify, isAlive, type ProcessIdentity } from './process-identity.ts';

/** Held by this process until released; a lock whose holder died counts as free. */
export interface FolderLock {
  release(): void;
}

/**
 * Takes the lock at `path`, or answers undefined while a living process holds it.
 *
 * The lock is a folder with one file that names its holder. Renaming a folder onto another one succeeds only if that one
 * is missing or empty, so one of many takers wins; and a dead holder is removed by its own file name, so a taker can
 * never remove the one who came just before it.
 */
export function tryFolderLock(path: string): FolderLock | undefined {
  if (folderLockHolder(path)) return undefined;
  const claim = mkdtempSync(`${path}.claim-`);
  const mark = markOf(ownIdentity());
  writeFileSync(join(claim, mark), '');
  while (!renamed(claim, path)) {
    if (folderLockHolder(path)) {
      rmSync(claim, { recursive: true });
      return undefined;
    }
    for (const stale of marksIn(path)) removeMark(path, stale);
  }
  return { release: () => release(path, mark) };
}

/** The living process that holds the lock, if any. */
export function folderLockHolder(path: string): ProcessIdentity | undefined {
  return marksIn(path)
    .map(readMark)
    .find((holder) => holder !== undefined && isAlive(holder));
}

function release(path: string, mark: string): void {
  removeMark(path, mark);
  try {
    rmdirSync(path);
  } catch (error) {
    // The next holder may be in already, or have tidied up.
    if (!hasCode(error, 'ENOTEMPTY', 'EEXIST', 'ENOENT')) throw error;
  }
}

function removeMark(path: string, mark: string): void {
  try {
    unlinkSync(join(path, mark));
  } catch (error) {
    if (!hasCode(error, 'ENOENT')) throw error;
  }
}

function renamed(from: string, to: string): boolean {
  try {
    renameSync(from, to);
    return true;
  } catch (error) {
    if (hasCode(error, 'ENOTEMPTY', 'EEXIST')) return false;
    throw error;
  }
}

function marksIn(path: string): string[] {
  try {
    return readdirSync(path);
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return [];
    throw error;
  }
}

function ownIdentity(): ProcessIdentity {
  const own = identify(process.pid);
  if (!own) throw new Error('The system does not say when this process started; is /proc mounted?');
  return own;
}

function markOf({ pid, started }: ProcessIdentity): string {
  return `${pid}_${started}_${randomBytes(6).toString('hex')}`;
}

function readMark(mark: string): ProcessIdentity | undefined {
  const [pid, started] = mark.split('_');
  return started === undefined ? undefined : { pid: Number(pid), started };
}

function hasCode(error: unknown, ...codes: string[]): boolean {
  return codes.includes((error as NodeJS.ErrnoException).code ?? '');
}
