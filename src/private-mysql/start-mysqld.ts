import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Credentials } from './credentials.ts';
import type { DataFolder } from './data-folder.ts';
import { type Guarded, startGuarded } from './guard.ts';
import { PID_FILE, serverOptions } from './mysqld-options.ts';
import type { MysqldProgram } from './mysqld-program.ts';
import { ping } from './ping.ts';

/** A server that answers. */
export interface RunningMysqld {
  readonly guarded: Guarded;
  readonly version: string;
  readonly port: number;
  readonly socketPath: string;
  /** Only where the data folder's own path is too long for a socket. */
  readonly socketFolder?: string;
}

export interface StartRequest {
  readonly folder: DataFolder;
  readonly program: MysqldProgram;
  readonly credentials: Credentials;
  readonly throwaway: boolean;
  /** The port of last time. */
  readonly formerPort?: number;
}

/** The longest socket path that the system takes, without its final zero byte; mysqld aborts above it. */
const SOCKET_PATH_BYTES = process.platform === 'linux' ? 107 : 103;
/** mysqld's message number for a TCP address in use. */
const PORT_TAKEN = 'MY-010262';

/** @throws with the errors of mysqld's log if it ends before it answers */
export async function startMysqld(request: StartRequest): Promise<RunningMysqld> {
  const socket = await placeSocket(request.folder);
  await refuseUnknownServer(request, socket.path);
  const port = await choosePort(request.formerPort);
  const logged = await logLength(request.folder.log);
  const trash = { data: request.throwaway ? request.folder.path : undefined, socket: socket.folder };
  const guarded = await startGuarded(commandLine(request, socket.path, port), request.folder.log, trash);
  const version = await readyOrEnded(request, guarded, socket.path);
  if (version !== undefined) return { guarded, version, port, socketPath: socket.path, socketFolder: socket.folder };

  if (socket.folder) await rm(socket.folder, { recursive: true });
  const errors = await errorsSince(request.folder.log, logged);
  // Another program may take the port between our look and mysqld's start.
  if (errors.some((line) => line.includes(PORT_TAKEN))) return startMysqld({ ...request, formerPort: undefined });
  throw new Error(
    `mysqld ended before it was ready. Its log is ${request.folder.log}\n${errors.slice(0, 8).join('\n')}`,
  );
}

function commandLine({ folder, program, throwaway }: StartRequest, socketPath: string, port: number): string[] {
  // --no-defaults must be the first option, or the machine's my.cnf is read.
  const options = ['--no-defaults', ...program.fileOptions];
  return [...program.command, ...options, ...serverOptions({ data: folder.mysql, socketPath, port, throwaway })];
}

async function placeSocket(folder: DataFolder): Promise<{ path: string; folder?: string }> {
  const inside = join(folder.path, 'mysql.sock');
  if (Buffer.byteLength(inside) <= SOCKET_PATH_BYTES) return { path: inside };
  const short = await mkdtemp(join(tmpdir(), 'careportals-'));
  return { path: join(short, 'mysql.sock'), folder: short };
}

/** Else, with lock and state file lost, the old server's answer would be taken for the new one's. */
async function refuseUnknownServer({ folder, credentials }: StartRequest, socketPath: string): Promise<void> {
  if ((await ping(socketPath, credentials, folder.mysql)) === undefined) return;
  const pidFile = join(folder.mysql, PID_FILE);
  throw new Error(
    `A MySQL that nobody remembers serves ${folder.mysql}. End the process whose number is in ${pidFile}.`,
  );
}

/** The port of last time if it is free, else any free one. */
export async function choosePort(former: number | undefined): Promise<number> {
  const chosen = former === undefined ? undefined : await listenOnce(former);
  const port = chosen ?? (await listenOnce(0));
  if (port === undefined) throw new Error('The system has no free TCP port on 127.0.0.1 for MySQL.');
  return port;
}

function listenOnce(port: number): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') resolve(undefined);
      else reject(error);
    });
    server.listen(port, '127.0.0.1', () => {
      const given = (server.address() as AddressInfo).port;
      server.close(() => resolve(given));
    });
  });
}

/** The server's version once it answers; undefined if it ends first. */
async function readyOrEnded(request: StartRequest, guarded: Guarded, socketPath: string): Promise<string | undefined> {
  let ended = false;
  guarded.exited.then(() => {
    ended = true;
  });
  try {
    while (!ended) {
      const version = await ping(socketPath, request.credentials, request.folder.mysql);
      if (version !== undefined) return version;
      await sleep(20);
    }
    return undefined;
  } catch (error) {
    guarded.requestStop();
    await guarded.exited;
    throw error;
  }
}

async function logLength(log: string): Promise<number> {
  return existsSync(log) ? (await stat(log)).size : 0;
}

async function errorsSince(log: string, start: number): Promise<string[]> {
  const text = (await readFile(log)).subarray(start).toString('utf8');
  const errors = text.split('\n').filter((line) => line.includes('[ERROR]'));
  // Without time and thread, since mysqld repeats some for minutes.
  return [...new Set(errors.map((line) => line.replace(/^\S+ \d+ /, '')))];
}
