import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { type AccountUrls, accountUrls, readCredentials } from './credentials.ts';
import { type DataFolder, openDataFolder } from './data-folder.ts';
import { findMysqld } from './find-mysqld.ts';
import { endOrphan, type FoundServer, findRunning, untilGone } from './find-running.ts';
import { type FolderLock, folderLockHolder, tryFolderLock } from './folder-lock.ts';
import { initialiseDataFolder } from './initialise-data-folder.ts';
import { type RunningMysqld, startMysqld } from './start-mysqld.ts';
import { readState, type ServerState, writeState } from './state-file.ts';

export interface StartOptions {
  /** Made if missing; mode 0700. */
  readonly dataDir: string;
  /** The setting CAREPORTALS_MYSQLD: a mysqld to use instead of looking for one. */
  readonly mysqld?: string;
  /**
   * For test runs: fast instead of safe against power cuts, and the whole data folder is deleted if this process dies
   * without stop().
   */
  readonly throwaway?: boolean;
  /** Gets one line of plain text a step, without line break. */
  readonly onProgress?: (line: string) => void;
}

/** The private MySQL of a data folder, running. */
export interface PrivateMysql {
  /** False if another process started it; it then runs as long as that process. */
  readonly owned: boolean;
  /** Such as "9.7.4". */
  readonly version: string;
  /** For people: "running already", "CAREPORTALS_MYSQLD", "cache", "system" or "unpacked from Debian packages". */
  readonly origin: string;
  readonly dataDir: string;
  readonly socketPath: string;
  /** On 127.0.0.1. */
  readonly port: number;
  readonly pid: number;
  /** mysql:// addresses with passwords; root and admin over the socket, the others over TCP. */
  readonly urls: AccountUrls;
  /** Resolves when mysqld is gone, asked or not. */
  readonly exited: Promise<void>;
  /** Shuts down cleanly and resolves when it is done. May be called again. Does nothing if not owned. */
  stop(): Promise<void>;
}

/**
 * Starts the MySQL of a data folder, or joins the one that runs there. It ends with this process, however that ends.
 * @throws PrivateMysqlUnavailable if no server program can be had
 */
export async function startPrivateMysql(options: StartOptions): Promise<PrivateMysql> {
  const folder = await openDataFolder(options.dataDir);
  let announced = false;
  for (;;) {
    const lock = tryFolderLock(folder.lock);
    if (lock) return startOwn(folder, lock, options);
    const found = await findRunning(folder);
    // Asked afterwards: a server whose owner died meanwhile answers for a moment more, and then goes.
    const holder = folderLockHolder(folder.lock);
    if (found && holder) return joined(folder, found);
    if (holder && !announced)
      options.onProgress?.(`Waiting for process ${holder.pid}, which has the database of ${folder.path}`);
    announced = true;
    await sleep(100);
  }
}

async function startOwn(folder: DataFolder, lock: FolderLock, options: StartOptions): Promise<PrivateMysql> {
  try {
    const onProgress = options.onProgress ?? (() => {});
    const before = await clearAfterCrash(folder);
    const program = await findMysqld(options.mysqld, onProgress);
    await initialiseDataFolder(folder, program, onProgress);
    const credentials = await readCredentials(folder);
    onProgress(`Starting MySQL ${program.version}`);
    const throwaway = options.throwaway ?? false;
    const running = await startMysqld({ folder, program, credentials, throwaway, formerPort: before?.port });
    await writeState(folder, stateOf(running));
    return owned(folder, lock, running, { origin: program.origin, urls: accountUrls(credentials, running) });
  } catch (error) {
    lock.release();
    throw error;
  }
}

/** What a process left that was killed while it owned the server. */
async function clearAfterCrash(folder: DataFolder): Promise<ServerState | undefined> {
  const state = await readState(folder);
  if (state?.server) await endOrphan(state.server);
  if (state?.socketFolder) await rm(state.socketFolder, { recursive: true, force: true });
  return state;
}

function stateOf({ guarded, port, socketPath, socketFolder }: RunningMysqld): ServerState {
  return { port, socketFolder, server: { ...guarded.process, socketPath } };
}

function owned(
  folder: DataFolder,
  lock: FolderLock,
  running: RunningMysqld,
  about: { origin: string; urls: AccountUrls },
): PrivateMysql {
  const { guarded, version, port, socketPath } = running;
  const exited = guarded.exited.then(() => tidy(folder, lock, running));
  const stop = () => {
    guarded.requestStop();
    return exited;
  };
  const { pid } = guarded.process;
  return { owned: true, version, port, socketPath, pid, dataDir: folder.path, ...about, exited, stop };
}

async function tidy(folder: DataFolder, lock: FolderLock, { port, socketFolder }: RunningMysqld): Promise<void> {
  if (socketFolder) await rm(socketFolder, { recursive: true, force: true });
  // Someone may have deleted the whole folder under the running server; then there is nothing to note.
  if (existsSync(folder.path)) await writeState(folder, { port });
  lock.release();
}

function joined(folder: DataFolder, { server, port, version, credentials }: FoundServer): PrivateMysql {
  const { pid, socketPath } = server;
  const urls = accountUrls(credentials, { socketPath, port });
  const exited = untilGone(server);
  const about = { version, port, socketPath, pid, urls, dataDir: folder.path, exited };
  return { ...about, owned: false, origin: 'running already', stop: async () => {} };
}
