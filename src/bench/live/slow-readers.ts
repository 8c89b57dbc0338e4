import { setTimeout as sleep } from 'node:timers/promises';
import type { RunningServer } from '../server-process.ts';
import type { Stand } from '../stand.ts';
import { orderIdOf, StatusWriter } from './live-events.ts';
import { type Listener, Receiver } from './receiver.ts';

const READERS = 20;
const EVENTS = 300;
/** Characters of the field that makes an event large. */
const LINK = 50_000;
/** Orders that the events are about. */
const NUMBERS = [0, 1, 2];
const EVENTS_AT_ONCE = 10;
const SAMPLE_MS = 50;
/** How long one is waited for that does not come, in milliseconds. */
const PATIENCE_MS = 10_000;

const DOCUMENT = `subscription ($orderIds: [ID!]) {
  orderStatusChanged(filter: { orderIds: $orderIds }) { cursor kind updateId order { orderId trackingLink } }
}`;

/**
 * Clients that do not read while large events are sent, and then do: what they cost meanwhile, and whether they learn
 * that they missed something. One more reads all the time, so that it is known how far the server is.
 * @param server nobody else's, and warm.
 */
export async function slowReaders({ admin }: Stand, server: RunningServer): Promise<Record<string, number>> {
  await admin.query('UPDATE orders SET tracking_link = ? WHERE order_id IN (?)', [
    'x'.repeat(LINK),
    NUMBERS.map(orderIdOf),
  ]);
  const writer = await StatusWriter.open(admin);
  const readers = await Promise.all(Array.from({ length: READERS + 1 }, (_, number) => Reader.open(server, number)));
  const [witness, ...slow] = readers as [Reader, ...Reader[]];
  try {
    await untilAllListen(readers, writer);
    for (const reader of slow) reader.pause();
    const grownMb = await grownBy(server, () => sendAll(writer, witness));
    for (const reader of slow) reader.resume();
    await Promise.all(slow.map((reader) => reader.until(() => reader.isOver || reader.changes >= witness.changes)));
    const gaps = slow.map((reader) => reader.gaps);
    return { readers: READERS, events: EVENTS, grownMb, fewestGaps: Math.min(...gaps), mostGaps: Math.max(...gaps) };
  } finally {
    for (const reader of readers) reader.close();
  }
}

/** Some may not listen yet when the first event comes. */
async function untilAllListen(readers: readonly Reader[], writer: StatusWriter): Promise<void> {
  for (const giveUpAt = Date.now() + PATIENCE_MS; readers.some(({ changes }) => changes === 0); ) {
    if (Date.now() > giveUpAt) throw new Error('The server does not send large events.');
    await writer.write(NUMBERS.slice(0, 1));
    await sleep(SAMPLE_MS * 4);
  }
}

async function sendAll(writer: StatusWriter, witness: Reader): Promise<void> {
  for (let sent = 0; sent < EVENTS; sent += EVENTS_AT_ONCE) {
    const due = witness.changes + EVENTS_AT_ONCE;
    await writer.write(Array.from({ length: EVENTS_AT_ONCE }, (_, index) => NUMBERS[index % NUMBERS.length] ?? 0));
    if (!(await witness.until(() => witness.changes >= due)))
      throw new Error('A client that reads is not told any more.');
  }
}

/** By how many megabytes the server's resident memory is above what it was, at most, while something is done. */
async function grownBy(server: RunningServer, work: () => Promise<void>): Promise<number> {
  const before = await server.memoryBytes();
  let most = before;
  const sample = async () => {
    most = Math.max(most, await server.memoryBytes());
  };
  let isDone = false;
  const working = work().finally(() => {
    isDone = true;
  });
  while (!isDone) {
    await sample();
    await Promise.race([working, sleep(SAMPLE_MS)]);
  }
  await working;
  await sample();
  return (most - before) / 1_000_000;
}

/** What one client was told. */
class Reader implements Listener {
  changes = 0;
  gaps = 0;
  /** Its operation was ended by the server. */
  isOver = false;
  #last = 0n;
  #receiver: Receiver | null = null;
  #waiting: { isReached(): boolean; resolve(reached: boolean): void; reject(error: Error): void } | null = null;
  #broken: Error | null = null;

  static async open({ url, token }: RunningServer, number: number): Promise<Reader> {
    const reader = new Reader();
    reader.#receiver = await Receiver.open(number, new URL(url), token, reader);
    reader.#receiver.subscribe(DOCUMENT, { orderIds: NUMBERS.map(orderIdOf) });
    return reader;
  }

  pause(): void {
    this.#receiver?.pause();
  }

  resume(): void {
    this.#receiver?.resume();
  }

  close(): void {
    this.#receiver?.close();
  }

  /** Gives whether it came to be, within PATIENCE_MS. */
  async until(isReached: () => boolean): Promise<boolean> {
    if (this.#broken !== null) throw this.#broken;
    if (isReached()) return true;
    const { promise, resolve, reject } = Promise.withResolvers<boolean>();
    this.#waiting = { isReached, resolve, reject };
    const giveUp = setTimeout(() => resolve(false), PATIENCE_MS);
    return promise.finally(() => clearTimeout(giveUp));
  }

  wantsText(): boolean {
    return true;
  }

  onMessage(_receiver: Receiver, _bytes: number, text: string | null): void {
    const { type, payload } = JSON.parse(text ?? '') as Message;
    const event = payload?.data?.orderStatusChanged;
    if (type === 'complete') this.isOver = true;
    else if (event?.kind === 'GAP') this.gaps++;
    else if (event?.updateId != null && this.#isNext(event.updateId)) this.changes++;
    else this.onBroken(new Error(`Not what was to come: ${text?.slice(0, 200)}`));
    if (this.#waiting?.isReached()) this.#waiting.resolve(true);
  }

  onBroken(error: Error): void {
    this.#broken ??= error;
    this.#waiting?.reject(error);
  }

  /** Nobody else writes, so a number that is missing was lost without a word. */
  #isNext(updateId: string): boolean {
    const number = BigInt(updateId);
    const isNext = this.gaps === 0 && (this.#last === 0n || number === this.#last + 1n);
    this.#last = number;
    return isNext;
  }
}

interface Message {
  type: string;
  payload?: { data?: { orderStatusChanged?: { kind: string; updateId: string | null } } };
}
