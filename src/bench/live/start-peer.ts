import { fork } from 'node:child_process';

/** A process that the server is measured against. */
export interface Peer {
  url: string;
  pid: number;
  /** CPU that it has used since its start, in milliseconds. */
  cpuMs(): Promise<number>;
  /** Resolves when it has ended. */
  stop(): Promise<void>;
}

/** @param program a compiled file that calls servePeer. */
export async function startPeer(program: URL): Promise<Peer> {
  const child = fork(program, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const port = await new Promise<number>((resolve, reject) => {
    child.once('message', (message) => resolve(message as number));
    void ended.then(() => reject(new Error(`${program.pathname} ended before it listened.`)));
  });
  const url = `http://127.0.0.1:${port}`;
  const stop = () => {
    if (child.connected) child.disconnect();
    return ended;
  };
  return { url, pid: child.pid ?? 0, cpuMs: async () => Number(await (await fetch(url)).text()), stop };
}
