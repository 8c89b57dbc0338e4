import { once } from 'node:events';
import { WebSocket } from 'ws';
import type { Measured } from '../benchmark.ts';
import { latencyOf, onSchedule } from '../pace.ts';
import type { LoadAnswer } from '../serve-rounds.ts';
import { openConnection } from '../stand.ts';
import { type Audience, BARE_TABLE, receiversOf, StatusWriter, TOPICS } from './live-events.ts';
import type { PeerOrder } from './peer-server.ts';
import { Receivers, type Target } from './receivers.ts';

/** The three ways that events are delivered. */
export type Way = 'bare' | 'server' | 'plain';

/** What the process is started with. */
export interface LiveLoadSettings {
  targets: Record<Way, Target>;
  /** mysql:// address of an account that may write. */
  url: string;
  /** Most sockets to each. */
  sockets: number;
}

/** What it is asked for: to have an audience listen, or to make events for it. */
export type LiveRound = { way: Way; audience: Audience } & (
  | { listen: true }
  /** As many as are taken. */
  | { milliseconds: number }
  | { milliseconds: number; perSecond: number }
);

/** With the mean length of a message in bytes. */
export type LiveMeasured = Measured & { messageBytes: number };

/** Messages that may be on their way for each socket: so that no server ever waits for the next event. */
const ON_THE_WAY = 4;
/** Events are asked for when there is room for a quarter, so that one statement makes many of them. */
const ROOM = 4;

/** Makes events of these numbers, which follow each other; gives the moment at which they were there. */
type Publish = (numbers: readonly number[]) => Promise<number>;

// First, as opening takes a while.
process.once('disconnect', () => process.exit(0));

const settings = JSON.parse(process.argv[2] ?? '') as LiveLoadSettings;
const writer = await StatusWriter.open(await openConnection(settings.url));
const receivers = {
  server: await Receivers.open(settings.targets.server, settings.sockets),
  bare: await Receivers.open(settings.targets.bare, settings.sockets),
  plain: await Receivers.open(settings.targets.plain, settings.sockets),
};
await receivers.server.listen({ sockets: TOPICS, wanting: 'one each' }, (numbers) => writer.write(numbers));
const { texts } = receivers.server;
const orders = { bare: await orderTaker(settings.targets.bare), plain: await orderTaker(settings.targets.plain) };

process.on('message', (round: LiveRound) => {
  work(round).then(answer, (error: unknown) => answer({ failed: (error as Error).stack ?? String(error) }));
});

function answer(answer: LoadAnswer | object): void {
  process.send?.(answer);
}

/** A peer, told what the server's own messages are. */
async function orderTaker({ url }: Target): Promise<(order: PeerOrder) => void> {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/orders`);
  await once(socket, 'open');
  const give = (order: PeerOrder) => socket.send(JSON.stringify(order));
  give({ texts });
  return give;
}

async function work(round: LiveRound): Promise<object> {
  const { way, audience } = round;
  if (!('listen' in round)) return measure(round);
  await receivers[way].listen(audience, publisher(round));
  return {};
}

async function measure(round: Exclude<LiveRound, { listen: true }>): Promise<LiveMeasured> {
  const all = receivers[round.way];
  all.begin();
  const startedAt = performance.now();
  const publishedAt = 'perSecond' in round ? await onTime(round) : await saturating(round);
  await all.until(publishedAt.length * receiversOf(round.audience));
  all.verify(publishedAt.length);
  const { numbers, times } = all.arrivals;
  return {
    operations: times.length,
    seconds: ((times.at(-1) ?? startedAt) - startedAt) / 1_000,
    // That of the process that sends counts; whoever asked for this round reads it.
    cpuMs: 0,
    latency: latencyOf(times.map((time, index) => time - (publishedAt[numbers[index] ?? -1] ?? Number.NaN))),
    messageBytes: all.messageBytes,
  };
}

/** The next events begin when the messages of earlier ones have come. Gives the moment of each event. */
async function saturating(round: LiveRound & { milliseconds: number }): Promise<number[]> {
  const publish = publisher(round);
  const all = receivers[round.way];
  const each = receiversOf(round.audience);
  const most = Math.max(1, Math.floor((ON_THE_WAY * settings.sockets) / each));
  const room = Math.ceil(most / ROOM);
  const publishedAt: number[] = [];
  for (const endAt = performance.now() + round.milliseconds; performance.now() < endAt; ) {
    await all.until((publishedAt.length - most + room) * each);
    const from = publishedAt.length;
    const count = most - (from - Math.floor(all.delivered / each));
    const at = await publish(Array.from({ length: count }, (_, index) => from + index));
    for (let index = 0; index < count; index++) publishedAt.push(at);
  }
  return publishedAt;
}

async function onTime(round: LiveRound & { milliseconds: number; perSecond: number }): Promise<number[]> {
  const publish = publisher(round);
  const publishedAt: number[] = [];
  await onSchedule({ clients: 1, ...round }, async () => {
    publishedAt.push(await publish([publishedAt.length]));
  });
  return publishedAt;
}

/**
 * The server's events are committed rows and count from the answer to their commit. The peers are told theirs. Where
 * latency is measured the same row is committed first, in a table that nobody follows, and what counts begins in the
 * same place, when the writer has its answer: so both have the disk and the processor shared with the same MySQL, and
 * what is compared is the way from a commit that is known to the client.
 */
function publisher(round: LiveRound): Publish {
  const { way } = round;
  if (way === 'server') {
    return async (numbers) => {
      await writer.write(numbers);
      return performance.now();
    };
  }
  return async (numbers) => {
    if ('perSecond' in round) await writer.write(numbers, BARE_TABLE);
    const at = performance.now();
    orders[way]({ from: numbers[0] ?? 0, count: numbers.length });
    return at;
  };
}
