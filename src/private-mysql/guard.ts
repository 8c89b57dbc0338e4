import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import type { Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { mysqldEnvironment } from './mysqld-program.ts';
import { identify, isAlive, type ProcessIdentity } from './process-identity.ts';

/**
 * A shell between us and mysqld. It holds the reading end of a pipe from us: when the pipe ends, for whatever reason
 * (even SIGKILL), it asks mysqld to shut down. "stop" is written before an intended end; without it the trash is
 * deleted once mysqld is gone, since nobody else is left to do it.
 */
const SCRIPT = `
umask 077
exec 3<&0 </dev/null
"$@" 3<&- 1>&2 &
server=$!
echo "$server"
exec 1>&-
(
  said=
  while read -r line; do said=$line; done
  kill -TERM "$server"
  [ "$said" = stop ]
) <&3 &
watcher=$!
exec 3<&-
wait "$server"
kill "$watcher" 2>/dev/null
wait "$watcher"
if [ $? = 1 ]; then
  for trash in "$TRASH_DATA" "$TRASH_SOCKET"; do
    [ -z "$trash" ] || rm -rf -- "$trash"
  done
fi
`;

/** A server process that cannot outlive this one. */
export interface Guarded {
  readonly process: ProcessIdentity;
  readonly exited: Promise<void>;
  /** Asks for a clean shutdown, and may do so again; `exited` tells when it is done. */
  requestStop(): void;
}

/** Folders to delete if we die without stopping the server. */
export interface Trash {
  readonly data?: string;
  readonly socket?: string;
}

/**
 * Starts `command` in a session of its own, so that Ctrl-C in the terminal does not reach it before we have finished.
 * It does not keep our own process alive.
 * @param log gets what the command prints
 */
export async function startGuarded(command: readonly string[], log: string, trash: Trash): Promise<Guarded> {
  const logFile = openSync(log, 'a', 0o600);
  const guard = spawn('/bin/sh', ['-c', SCRIPT, 'guard', ...command], {
    detached: true,
    cwd: '/',
    env: { ...mysqldEnvironment(), TRASH_DATA: trash.data ?? '', TRASH_SOCKET: trash.socket ?? '' },
    stdio: ['pipe', 'pipe', logFile],
  }) as ChildProcessByStdio<Socket, Socket, null>;
  closeSync(logFile);
  await once(guard, 'spawn');
  const ended = once(guard, 'exit');
  // An end of the guard before its pipe is read is not our error.
  guard.stdin.on('error', () => guard.stdin.destroy());
  const server = await firstLine(guard.stdout);
  guard.stdout.destroy();
  guard.unref();
  guard.stdin.unref();
  const started = identify(Number(server));
  const exited = ended.then(() => (started ? gone(started) : undefined));
  return {
    process: started ?? { pid: Number(server), started: 'ended' },
    exited,
    requestStop: () => {
      // From here on our process has to stay until mysqld is gone.
      guard.ref();
      guard.stdin.end('stop\n');
    },
  };
}

async function firstLine(output: Socket): Promise<string> {
  for await (const line of createInterface({ input: output })) return line;
  throw new Error('/bin/sh could not be started to guard mysqld.');
}

/** If only the guard was killed, mysqld may live on for a moment. */
async function gone(server: ProcessIdentity): Promise<void> {
  while (isAlive(server)) await sleep(50);
}
