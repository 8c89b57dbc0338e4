import { existsSync } from 'node:fs';
import { realpath } from 'node:fs/promises';
import { type DataFolder, dataFolder } from './data-folder.ts';
import { findRunning } from './find-running.ts';
import { folderLockHolder } from './folder-lock.ts';

/** What can be said of a data folder's server without starting it. */
export interface PrivateMysqlStatus {
  readonly running: boolean;
  readonly dataDir: string;
  /** False before the first start and after a reset. */
  readonly initialised: boolean;
  /** JSON with the passwords; exists once initialised. */
  readonly credentialsFile: string;
  readonly logFile: string;
  /** The process that has the folder, perhaps still starting the server. */
  readonly ownerPid?: number;
  readonly version?: string;
  readonly port?: number;
  readonly socketPath?: string;
  readonly pid?: number;
}

export async function privateMysqlStatus(dataDir: string): Promise<PrivateMysqlStatus> {
  const folder = dataFolder(existsSync(dataDir) ? await realpath(dataDir) : dataDir);
  return { ...ofFolder(folder), ...(await ofServer(folder)) };
}

function ofFolder(folder: DataFolder) {
  return {
    dataDir: folder.path,
    initialised: existsSync(folder.mysql),
    credentialsFile: folder.credentials,
    logFile: folder.log,
    ownerPid: folderLockHolder(folder.lock)?.pid,
  };
}

async function ofServer(folder: DataFolder) {
  const found = await findRunning(folder);
  if (!found) return { running: false };
  const { server, port, version } = found;
  return { running: true, version, port, socketPath: server.socketPath, pid: server.pid };
}
