import { setTimeout as sleep } from 'node:timers/promises';
import type { RunningServer } from '../server-process.ts';
import type { Stand } from '../stand.ts';
import { StatusWriter } from './live-events.ts';
import { Receivers } from './receivers.ts';

/** A collection leaves pages to a second one, and the process gives them back a little later. */
const COLLECTIONS = 2;
const COLLECTION_MS = 300;

/** What each of so many subscribers costs while nothing happens. @param server nobody else's, that is warm and collects at SIGUSR2. */
export async function idleMemory(
  { admin }: Stand,
  server: RunningServer,
  sockets: number,
): Promise<Record<string, number>> {
  const writer = await StatusWriter.open(admin);
  const before = await restingBytes(server);
  const receivers = await Receivers.open(server, sockets);
  await receivers.listen({ sockets, wanting: 'one each' }, (numbers) => writer.write(numbers));
  const after = await restingBytes(server);
  receivers.stop();
  return { sockets, beforeMb: inMb(before), afterMb: inMb(after), kbEach: (after - before) / sockets / 1_000 };
}

async function restingBytes(server: RunningServer): Promise<number> {
  for (let times = 0; times < COLLECTIONS; times++) {
    process.kill(server.pid, 'SIGUSR2');
    await sleep(COLLECTION_MS);
  }
  return server.memoryBytes();
}

function inMb(bytes: number): number {
  return bytes / 1_000_000;
}
