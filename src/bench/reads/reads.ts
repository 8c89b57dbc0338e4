import type { Bench, Benchmark, Bounds, Figure, Goal, Variant } from '../benchmark.ts';
import { type LoadProcess, startLoad } from '../load-process.ts';
import { onOwnCores } from '../own-cores.ts';
import { type Result, ratioOf } from '../run-rounds.ts';
import type { RunningServer } from '../server-process.ts';
import type { Size, Stand } from '../stand.ts';
import { type Peer, startPeer } from '../start-peer.ts';
import { throughServer } from '../through-server.ts';
import { chartOf, type Group } from './chart.ts';
import { memorySlope, secondsOfSlope } from './memory-slope.ts';
import { type Operation, operations } from './operations.ts';
import type { ReadPeerSettings } from './peer.ts';
import type { ReadsLoadSettings, ReadsRound } from './reads-load.ts';
import { seedPeople } from './seed-people.ts';
import { WAYS, type Way } from './way.ts';

const CLIENTS = 16;
/** Requests of an operation that differ from each other. */
const REQUESTS = 200;

const NAMES: Record<Way, string> = {
  limit: 'hand-written SQL and JSON',
  server: 'this server',
  loader: 'Apollo as it comes, DataLoader',
  populate: 'Apollo, MikroORM populate',
};

/** What this server must reach of the hand-written one: requests a second, and CPU a request. */
const OF_LIMIT: Record<Operation['name'], Partial<Record<Figure, Bounds>>> = {
  A: { perSecond: { atLeast: 0.7 }, cpuMs: { atMost: 1.8 } },
  B: { perSecond: { atLeast: 0.8 }, cpuMs: { atMost: 1.5 } },
  C: { perSecond: { atLeast: 0.95 }, cpuMs: {} },
};
/** And of the others. */
const OF_LOADER: Record<Operation['name'], Bounds> = { A: { atLeast: 2 }, B: {}, C: {} };
const OF_POPULATE: Record<Operation['name'], Bounds> = { A: { atLeast: 8 }, B: {}, C: {} };
const MB_PER_MINUTE = 1;

/** Operations on the graph, beside the same answers written by hand and the usual ways to make them. */
export const reads: Benchmark = {
  name: 'reads',
  title: [
    'Reads: the same answers from four servers, on a core of their own if there is taskset, as many as go',
    'All answers were compared byte for byte before the rounds, and each one again while it was measured',
    ...operations.map(({ name, title }) => `${name}: ${title}`),
  ].join('\n'),
  unit: 'request',
  start,
};

type Servers = Record<Way, Peer>;

async function start(stand: Stand, { customers }: Size, signal: AbortSignal): Promise<Bench> {
  await seedPeople(stand, customers, signal);
  const opened: (() => Promise<unknown>)[] = [];
  const stop = async () => {
    await Promise.all(opened.splice(0).map((close) => close()));
  };
  try {
    const servers = await startServers(stand, opened);
    const load = startLoad<ReadsRound>(new URL('./reads-load.js', import.meta.url), await loadSettings(stand, servers));
    opened.push(() => load.stop());
    await onOwnCores({ measured: WAYS.map((way) => servers[way].pid), load: [load.pid] });
    await load.run({ way: 'limit', operation: 'A', clients: 1, operations: 0 });
    return { ...measures(servers, load), verify: async () => undefined, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** A server of its own: the stand's follows the changes that were made until now. */
async function startServers(
  stand: Stand,
  opened: (() => Promise<unknown>)[],
): Promise<Servers & { server: RunningServer }> {
  const server = await stand.another([]);
  opened.push(() => server.stop());
  const settings: ReadPeerSettings = { url: stand.urls.app, tokens: server.tokens };
  const peer = async (program: string) => {
    const started = await startPeer(new URL(program, import.meta.url), settings);
    opened.push(() => started.stop());
    return started;
  };
  return {
    server,
    limit: await peer('./limit-server.js'),
    loader: await peer('./loader-server.js'),
    populate: await peer('./populate-server.js'),
  };
}

async function loadSettings(
  { admin }: Stand,
  servers: Awaited<ReturnType<typeof startServers>>,
): Promise<ReadsLoadSettings> {
  const requests = operations.map(async ({ name, document, variables }) => {
    return [name, { document, variables: await variables(admin, REQUESTS) }];
  });
  return {
    urls: Object.fromEntries(WAYS.map((way) => [way, servers[way].url])) as ReadsLoadSettings['urls'],
    token: servers.server.token,
    clients: CLIENTS,
    requests: Object.fromEntries(await Promise.all(requests)) as ReadsLoadSettings['requests'],
  };
}

function measures(servers: Servers, load: LoadProcess<ReadsRound>): Omit<Bench, 'verify' | 'stop'> {
  const run = (way: Way, { name: operation }: Operation, milliseconds: number) =>
    throughServer(servers[way], () => load.run({ way, operation, clients: CLIENTS, milliseconds }));
  const variant = (way: Way, operation: Operation): Variant => ({
    name: `${operation.name}, ${NAMES[way]}`,
    clients: CLIENTS,
    run: (milliseconds) => run(way, operation, milliseconds),
  });
  const measured = operations.map((operation) => {
    const variants = Object.fromEntries(WAYS.map((way) => [way, variant(way, operation)])) as Record<Way, Variant>;
    return { operation, variants, goals: goalsOf(operation.name, variants) };
  });
  return {
    variants: measured.flatMap(({ variants }) => Object.values(variants)),
    goals: measured.flatMap(({ goals }) => goals),
    chart: (results) => chartOf(measured.map(({ operation, variants }) => groupOf(operation, variants, results))),
    trials: [
      {
        name: 'resident memory, all operations in turn, as many as go',
        wanted: { mbPerMinute: { atMost: MB_PER_MINUTE } },
        takes: secondsOfSlope,
        run: (milliseconds, onProgress) => {
          const work = (slice: number) =>
            run('server', operations[slice % operations.length] as Operation, milliseconds);
          return memorySlope(servers.server, milliseconds, work, onProgress);
        },
      },
    ],
  };
}

function goalsOf(name: Operation['name'], { server, limit, loader, populate }: Record<Way, Variant>): Goal[] {
  const ofLimit = Object.entries(OF_LIMIT[name]) as [Figure, Bounds][];
  return [
    ...ofLimit.map(([figure, bounds]): Goal => ({ variant: server, of: limit, figure, ...bounds })),
    { variant: server, of: loader, figure: 'perSecond', ...OF_LOADER[name] },
    { variant: server, of: populate, figure: 'perSecond', ...OF_POPULATE[name] },
  ];
}

function groupOf({ name, title }: Operation, variants: Record<Way, Variant>, results: readonly Result[]): Group {
  const servers = WAYS.map((way) => {
    const variant = variants[way];
    const rate = ratioOf({ variant, of: variants.limit, figure: 'perSecond' }, results);
    // The limit's by the other's, since less of it is better.
    const perCpu = ratioOf({ variant: variants.limit, of: variant, figure: 'cpuMs' }, results);
    const cpuMs = results.find((result) => result.variant === variant)?.cpuMs ?? Number.NaN;
    return { name: NAMES[way], rate, perCpu, cpuMs };
  });
  return { title: `${name}: ${title}`, servers };
}
