import { existsSync } from 'node:fs';
import { type DataFolder, openDataFolder } from './data-folder.ts';
import { endOrphan } from './find-running.ts';
import { type FolderLock, folderLockHolder, tryFolderLock } from './folder-lock.ts';
import { isAlive } from './process-identity.ts';
import { readState, writeState } from './state-file.ts';

/**
 * Shuts down a server that was left behind. Answers whether there was one.
 * @throws if a living process owns it, naming that process: stopping its database would only make it fail
 */
export async function stopPrivateMysql(dataDir: string): Promise<boolean> {
  if (!existsSync(dataDir)) return false;
  const folder = await openDataFolder(dataDir);
  const lock = lockUnowned(folder);
  try {
    const state = await readState(folder);
    if (!state?.server || !isAlive(state.server)) return false;
    await endOrphan(state.server);
    await writeState(folder, { port: state.port, socketFolder: state.socketFolder });
    return true;
  } finally {
    lock.release();
  }
}

/** @throws if a living process has the folder, naming it */
export function lockUnowned(folder: DataFolder): FolderLock {
  const lock = tryFolderLock(folder.lock);
  if (lock) return lock;
  const holder = folderLockHolder(folder.lock)?.pid ?? 'unknown';
  throw new Error(`The MySQL of ${folder.path} belongs to process ${holder}. Stop that one: Ctrl-C, or kill ${holder}`);
}
