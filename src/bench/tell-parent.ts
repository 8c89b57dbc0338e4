/** What a process has used: CPU since its start in milliseconds, and its resident memory in bytes. */
export interface PeerUse {
  cpuMs: number;
  memoryBytes: number;
}

/** The inside of a peer: tells its parent the port once it listens, then what it uses whenever that is asked; ends with the parent. */
export function tellParent(port: number): void {
  process.on('message', () => {
    const { user, system } = process.cpuUsage();
    process.send?.({ cpuMs: (user + system) / 1_000, memoryBytes: process.memoryUsage.rss() } satisfies PeerUse);
  });
  process.once('disconnect', () => process.exit(0));
  process.send?.(port);
}
