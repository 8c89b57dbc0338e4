import { setTimeout as sleep } from 'node:timers/promises';
import { type Credentials, readCredentials } from './credentials.ts';
import type { DataFolder } from './data-folder.ts';
import { ping } from './ping.ts';
import { isAlive } from './process-identity.ts';
import { readState, type ServerState } from './state-file.ts';

export type ServerRecord = NonNullable<ServerState['server']>;

/** A server of this data folder that answered just now. */
export interface FoundServer {
  readonly server: ServerRecord;
  readonly port: number;
  readonly version: string;
  readonly credentials: Credentials;
}

/** The folder's running server: remembered, alive, and answering as itself through its socket. */
export async function findRunning(folder: DataFolder): Promise<FoundServer | undefined> {
  const state = await readState(folder);
  if (!state?.server || !isAlive(state.server)) return undefined;
  const credentials = await readCredentials(folder);
  const version = await ping(state.server.socketPath, credentials, folder.mysql);
  return version === undefined ? undefined : { server: state.server, port: state.port, version, credentials };
}

/** Resolves when the process is gone. Does not keep our own process alive. */
export async function untilGone(server: ServerRecord): Promise<void> {
  while (isAlive(server)) await sleep(250, undefined, { ref: false });
}

/**
 * Ends a server that nobody owns. Its guard is doing so already, unless that was killed too.
 * @throws if it does not end within a minute
 */
export async function endOrphan(server: ServerRecord): Promise<void> {
  if (isAlive(server)) process.kill(server.pid, 'SIGTERM');
  for (let waited = 0; isAlive(server); waited += 50) {
    if (waited >= 60_000)
      throw new Error(`mysqld (process ${server.pid}) does not end. End it by hand, then try again.`);
    await sleep(50);
  }
}
