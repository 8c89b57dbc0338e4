import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** A way to a server that can be cut at any moment, as networks do: without a close frame. */
export interface CuttableProxy {
  /** e.g. `127.0.0.1:40123` */
  address: string;
  /** Connections that were let through so far. */
  connections: number;
  /** The most that were open at one time. */
  mostAtOnce: number;
  cut(): void;
  stop(): Promise<void>;
}

export async function cuttableProxy(port: number): Promise<CuttableProxy> {
  const open = new Set<Socket>();
  const server = createServer((near) => {
    const far = connect(port, '127.0.0.1');
    open.add(near);
    proxy.connections += 1;
    proxy.mostAtOnce = Math.max(proxy.mostAtOnce, open.size);
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      // A cut is an error on both sides, and the reason why this is here.
      from.on('error', () => to.destroy());
      from.on('close', () => to.destroy());
      from.pipe(to);
    }
    near.on('close', () => open.delete(near));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const cut = () => {
    for (const socket of open) socket.resetAndDestroy();
    open.clear();
  };
  const proxy: CuttableProxy = {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    connections: 0,
    mostAtOnce: 0,
    cut,
    stop: async () => {
      cut();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return proxy;
}
