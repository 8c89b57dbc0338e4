import type { Bench, Benchmark, Goal, Trial, Variant } from '../benchmark.ts';
import type { RunningServer } from '../server-process.ts';
import type { Size, Stand } from '../stand.ts';
import { FanOut } from './fan-out.ts';
import { idleMemory } from './idle-memory.ts';
import { type Audience, TOPICS } from './live-events.ts';
import type { Way } from './live-load.ts';
import { refuseTooManySockets } from './refuse-too-many-sockets.ts';
import { slowReaders } from './slow-readers.ts';
import { warmUp } from './warm-up.ts';

/** What the server must reach of a bare broadcast, and of an execution for each client. */
const OF_BARE = 0.8;
const OF_BARE_ONE_EACH = 0.45;
const OF_PLAIN = 3;
/** Events a second where latency is measured: 20,000 messages to a thousand sockets. */
const PER_SECOND = 20;
const P99_AT_MOST = 3;
const KB_EACH_AT_MOST = 30;
const GROWN_MB_AT_MOST = 64;

const NAMES: Record<Way, string> = {
  bare: 'bare ws broadcast',
  server: 'orderStatusChanged',
  plain: 'graphql-ws, one execution a client',
};

/** One event to many sockets, beside a bare broadcast of the same text and the usual way to serve subscriptions. */
export const live: Benchmark = {
  name: 'live',
  title:
    'Live: messages of the same bytes to sockets that are counted by the same process; as many as go but for "a second".\n' +
    'orderStatusChanged is of rows that another program commits; CPU is that of the process that sends, which has a core\n' +
    'of its own if there is taskset',
  unit: 'message',
  start,
};

async function start(stand: Stand, { sockets }: Size): Promise<Bench> {
  // The process that makes the load has all three at once.
  refuseTooManySockets(3 * sockets);
  const fanOut = await FanOut.open(stand, sockets);
  let quiet: Promise<RunningServer> | null = null;
  const trialServer = () => {
    quiet ??= startQuiet(stand);
    return quiet;
  };
  return {
    ...measures(fanOut, sockets),
    trials: trials(stand, trialServer, sockets),
    verify: async () => fanOut.verify(),
    stop: async () => {
      await Promise.all([fanOut.stop(), quiet?.then((server) => server.stop())]);
    },
  };
}

/** A server that nobody else uses, and that collects its garbage when it is told to. */
async function startQuiet(stand: Stand): Promise<RunningServer> {
  const collect = new URL('./collect-garbage.js', import.meta.url).href;
  const server = await stand.another(['--expose-gc', '--import', collect]);
  await warmUp(stand, server);
  return server;
}

function measures(fanOut: FanOut, sockets: number): Pick<Bench, 'variants' | 'goals'> {
  const few: Audience = { sockets: Math.ceil(sockets / 5), wanting: 'all' };
  const many: Audience = { sockets, wanting: 'all' };
  const oneEach: Audience = { sockets, wanting: 'one each' };
  const variant = (way: Way, what: string, audience: Audience, perSecond?: number): Variant => ({
    name: `${NAMES[way]}, ${what}`,
    clients: audience.sockets,
    run: (milliseconds) => fanOut.deliver(way, audience, { milliseconds, perSecond }),
  });
  const onTime = {
    bare: variant('bare', `${PER_SECOND} a second to all`, few, PER_SECOND),
    server: variant('server', `${PER_SECOND} a second to all`, few, PER_SECOND),
  };
  const most = [
    { what: 'to all', audience: few, ofBare: OF_BARE },
    { what: 'to all', audience: many, ofBare: OF_BARE },
    { what: `to one in ${TOPICS}`, audience: oneEach, ofBare: OF_BARE_ONE_EACH },
  ].map(({ what, audience, ofBare }) => ({
    bare: variant('bare', what, audience),
    server: variant('server', what, audience),
    plain: variant('plain', what, audience),
    ofBare,
  }));
  const goals = most.flatMap(({ bare, server, plain, ofBare }): Goal[] => [
    { variant: server, of: bare, figure: 'perSecond', atLeast: ofBare },
    { variant: server, of: plain, figure: 'perSecond', atLeast: OF_PLAIN },
  ]);
  return {
    variants: [onTime.bare, onTime.server, ...most.flatMap(({ bare, server, plain }) => [bare, server, plain])],
    goals: [{ variant: onTime.server, of: onTime.bare, figure: 'p99', atMost: P99_AT_MOST }, ...goals],
  };
}

function trials(stand: Stand, trialServer: () => Promise<RunningServer>, sockets: number): Trial[] {
  return [
    {
      name: 'idle subscribers, each with one operation',
      wanted: { kbEach: { atMost: KB_EACH_AT_MOST } },
      run: async () => idleMemory(stand, await trialServer(), sockets),
    },
    {
      name: 'clients that do not read',
      wanted: { grownMb: { atMost: GROWN_MB_AT_MOST }, fewestGaps: { atLeast: 1 }, mostGaps: { atMost: 1 } },
      run: async () => slowReaders(stand, await trialServer()),
    },
  ];
}
