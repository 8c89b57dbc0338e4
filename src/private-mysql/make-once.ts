import { mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { tryFolderLock } from './folder-lock.ts';

/** A folder that takes long to make and is then only read. */
export interface Making<T> {
  /** What the finished folder holds; undefined if it is missing or damaged. */
  read(folder: string): Promise<T | undefined>;
  /** Makes the content in `result`, a path that does not exist yet, and may leave other things in `work`. */
  fill(at: { work: string; result: string }): Promise<void>;
  /** Called once if another process is at it. */
  onWait(): void;
}

/**
 * The content of `folder`, made by one process if several ask at once. A reader sees no folder or a finished one; what a
 * killed process left is cleared away by the next.
 * @throws what `fill` throws; another call starts from nothing
 */
export async function makeOnce<T>(folder: string, making: Making<T>): Promise<T> {
  await mkdir(dirname(folder), { recursive: true, mode: 0o700 });
  for (let waiting = false; ; waiting = true) {
    const lock = tryFolderLock(`${folder}.lock`);
    if (lock) {
      try {
        return (await making.read(folder)) ?? (await make(folder, making));
      } finally {
        lock.release();
      }
    }
    if (!waiting) making.onWait();
    await sleep(200);
  }
}

async function make<T>(folder: string, { read, fill }: Making<T>): Promise<T> {
  await removeLeftovers(folder);
  const work = await mkdtemp(`${folder}.making-`);
  try {
    const result = join(work, 'result');
    await fill({ work, result });
    if ((await read(result)) === undefined)
      throw new Error(`what was made for ${folder} does not work on this machine`);
    await remove(folder);
    await rename(result, folder);
  } finally {
    await remove(work);
  }
  const made = await read(folder);
  if (made === undefined) throw new Error(`${folder} was made and vanished`);
  return made;
}

async function removeLeftovers(folder: string): Promise<void> {
  const names = await readdir(dirname(folder));
  const leftovers = names.filter((name) => name.startsWith(`${basename(folder)}.making-`));
  for (const name of leftovers) await remove(join(dirname(folder), name));
}

async function remove(path: string): Promise<void> {
  // Retries, because a program whose starter was killed may still be writing there.
  await rm(path, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
}
