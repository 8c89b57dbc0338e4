import { fork } from 'node:child_process';
import { optionsOfStart, type RunningServer } from './server-process.ts';
import type { PeerUse } from './tell-parent.ts';

/** A process that the server is measured against. */
export type Peer = Pick<RunningServer, 'url' | 'pid' | 'cpuMs' | 'memoryBytes' | 'stop'>;

/** @param program a compiled file that calls tellParent; @param settings what it is given to start with. */
export async function startPeer(program: URL, settings: object = {}): Promise<Peer> {
  const child = fork(program, [JSON.stringify(settings)], {
    // What makes our server's collector faster does so for any.
    execArgv: await optionsOfStart(),
    // What libraries do for development only is not to be measured.
    env: { ...process.env, NODE_ENV: 'production' },
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const told = <Told>() =>
    new Promise<Told>((resolve, reject) => {
      child.once('message', (message) => resolve(message as Told));
      void ended.then(() => reject(new Error(`${program.pathname} has ended.`)));
    });
  const use = () => {
    child.send('use');
    return told<PeerUse>();
  };
  const stop = () => {
    if (child.connected) child.disconnect();
    return ended;
  };
  return {
    url: `http://127.0.0.1:${await told<number>()}`,
    pid: child.pid ?? 0,
    cpuMs: async () => (await use()).cpuMs,
    memoryBytes: async () => (await use()).memoryBytes,
    stop,
  };
}
