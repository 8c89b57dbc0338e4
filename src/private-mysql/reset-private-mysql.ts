import { existsSync } from 'node:fs';
import { readdir, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { type DataFolder, openDataFolder } from './data-folder.ts';
import { isAlive } from './process-identity.ts';
import { readState } from './state-file.ts';
import { lockUnowned } from './stop-private-mysql.ts';

/** What a reset would delete now, as paths; empty if there is nothing. */
export async function resettable(dataDir: string): Promise<string[]> {
  return existsSync(dataDir) ? filesOf(await openDataFolder(dataDir)) : [];
}

/**
 * Deletes the database, its passwords and its state; other files of the data folder stay. Answers the deleted paths.
 * @throws if the server runs
 */
export async function resetPrivateMysql(dataDir: string): Promise<string[]> {
  if (!existsSync(dataDir)) return [];
  const folder = await openDataFolder(dataDir);
  const lock = lockUnowned(folder);
  try {
    const state = await readState(folder);
    if (state?.server && isAlive(state.server)) {
      throw new Error(`MySQL still runs (process ${state.server.pid}). Stop it first: npm run db:stop`);
    }
    const doomed = await filesOf(folder);
    if (state?.socketFolder) await rm(state.socketFolder, { recursive: true, force: true });
    for (const path of doomed) await rm(path, { recursive: true });
    return doomed;
  } finally {
    lock.release();
  }
}

async function filesOf(folder: DataFolder): Promise<string[]> {
  const own = [folder.mysql, folder.credentials, folder.state, folder.log].map((path) => basename(path));
  // Drafts of files and folders whose writer was killed, and the socket of a killed server.
  const ours = (name: string) => own.some((one) => name === one || name.startsWith(`${one}.`));
  const names = (await readdir(folder.path)).filter(ours);
  return names
    .map((name) => join(folder.path, name))
    .filter((path) => !path.startsWith(folder.lock))
    .sort();
}
