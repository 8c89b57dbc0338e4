import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { Random } from '../../src/modules/careportals/demo/random.ts';
import { openSession, type Session } from '../careportals/schema/session.ts';
import { compileServer, type ServerProcess } from '../kit/server-process.ts';
import { createTestDatabase, type TestDatabase } from '../kit/test-database.ts';
import { gather, type Listener } from './audience.ts';
import { type Cast, makeCast } from './cast.ts';
import { CuttingProxy } from './cutting-proxy.ts';
import type { Told } from './follower.ts';
import { Instances, type Source } from './instances.ts';
import { newTally, writeUntil } from './writers.ts';

const LONG = process.env.LONG_TESTS !== undefined;
const SEED = process.env.TEST_SEED ?? 'cuts';
const LONGEST_HOLD_MS = LONG ? 2_000 : 1_000;

interface Run {
  name: string;
  /** What each instance follows the tables with. */
  sources: Source[];
  cuts: number;
  /** After so many cuts an instance is ended. */
  endEvery: number;
}

const COUNTS = { cuts: LONG ? 1_000 : 20, endEvery: LONG ? 60 : 12 };
const EACH: Run[] = [
  { name: 'the tail read', sources: ['tail', 'tail'], ...COUNTS },
  { name: 'the binary log', sources: ['log', 'log'], ...COUNTS },
];
/** Clients go from one source to the other; with few counts other-programs.test.ts shows that by itself. */
const MIXED: Run = { name: 'one of each', sources: ['tail', 'log'], ...COUNTS };
const RUNS = LONG ? [...EACH, MIXED] : EACH;

let database: TestDatabase;
let server: ServerProcess;
let instances: Instances;
let session: Session;
beforeAll(async () => {
  database = await createTestDatabase();
  [server, session] = await Promise.all([compileServer(database), openSession(database.adminUrl)]);
  instances = new Instances(server, database.feedUrl);
});
afterAll(async () => {
  await server?.remove();
  await session?.close();
  await database?.drop();
});

test.each(RUNS)(
  `clients that follow by $name are cut off $cuts times while 16 writers commit out of order: each is told every change once, in order (TEST_SEED=${SEED})`,
  { timeout: LONG ? 600_000 : 180_000 },
  async (run) => {
    const random = Random.from(`${SEED} ${run.name}`);
    const cast = await makeCast(session);
    await instances.become(run.sources);
    expect(await instances.sources(await server.token({ role: 'admin' }))).toEqual(run.sources);
    const proxy = await startProxy(random.branch(0));
    const listeners = await gather(proxy.url, server, session, cast);
    const { tally, stop } = await startWriters(random.branch(1), cast);

    await cutAndEnd(run, random, proxy, (cuts) => progress(run.name, cuts, tally, listeners));
    // Or the test would say little. The cuts may be over before a slow server has answered a first mutation.
    const fewest = () => Math.min(tally.committed, tally.rolledBack, tally.mutations, tally.webhooks);
    await expect.poll(fewest, { timeout: 60_000 }).toBeGreaterThan(0);
    await stop();
    await expect.poll(undone, { timeout: 60_000, interval: 50 }).toBe(0);
    for (const listener of listeners) await expectAllTold(listener);
  },
);

async function startProxy(random: Random): Promise<CuttingProxy> {
  const proxy = new CuttingProxy(random);
  proxy.toAnyOf(instances.ports);
  await proxy.listen();
  onTestFinished(() => proxy.close());
  return proxy;
}

async function startWriters(random: Random, cast: Cast) {
  const tally = newTally();
  const token = await server.token({ role: 'support' });
  const desk = { cast, tally, token, adminUrl: database.adminUrl, longestHoldMs: LONGEST_HOLD_MS };
  const evening = new AbortController();
  const written = writeUntil(evening.signal, { ...desk, urls: () => instances.urls }, random);
  const stop = async () => {
    evening.abort();
    await written;
  };
  onTestFinished(stop);
  return { tally, stop };
}

/** Cuts connections at random moments, some soon after one another, and ends an instance now and then, mostly by kill -9. */
async function cutAndEnd(
  { cuts, endEvery, sources }: Run,
  random: Random,
  proxy: CuttingProxy,
  onProgress: (cuts: number) => void,
): Promise<void> {
  let restarted = Promise.resolve();
  for (let made = 0; made < cuts; ) {
    await pause(random.below(random.chance(0.3) ? 30 : 250));
    if (!proxy.cutOne()) continue;
    made++;
    if (LONG && made % 100 === 0) onProgress(made);
    if (made % endEvery !== 0) continue;
    await restarted;
    const how = random.chance(0.7) ? 'SIGKILL' : 'SIGTERM';
    restarted = instances.replace(random.below(sources.length), how).then(() => proxy.toAnyOf(instances.ports));
  }
  await restarted;
}

/** Webhooks that were accepted and have had no effect yet; those that met a lock are tried again at once. */
async function undone(): Promise<number> {
  await session.run("UPDATE webhook_inbox SET next_attempt_at = received_at WHERE status = 'pending'");
  return (await session.rows("SELECT 1 FROM webhook_inbox WHERE status = 'pending'")).length;
}

/** Waits until a client was told as much as there is; then it must be the same, order by order, without a GAP. */
async function expectAllTold({ name, follower, told, expected }: Listener): Promise<void> {
  await expect
    .poll(async () => [name, follower.error, missing(told(), await expected())], {
      timeout: 60_000,
      interval: 50,
    })
    .toEqual([name, null, []]);
  expect([name, follower.gaps, inOrder(told())]).toEqual([name, 0, inOrder(await expected())]);
}

function missing(told: Told[], expected: Told[]): Told[] {
  const ids = new Set(told.map(({ id }) => id));
  return expected.filter(({ id }) => !ids.has(id));
}

/** What each order or subscription went through, one after the other. */
function inOrder(rows: Told[]): Record<string, string[]> {
  const each = Object.entries(Object.groupBy(rows, ({ subject }) => subject));
  return Object.fromEntries(
    each.map(([subject, some]) => [subject, (some ?? []).map(({ id, status }) => `${id} ${status}`)]),
  );
}

function progress(name: string, cuts: number, tally: object, listeners: Listener[]): void {
  const sum = (count: (listener: Listener) => number) => listeners.map(count).reduce((a, b) => a + b);
  const told = {
    told: sum(({ follower }) => follower.told.length),
    tries: sum(({ follower }) => follower.tries),
    gaps: sum(({ follower }) => follower.gaps),
  };
  process.stdout.write(`${name}: ${cuts} cuts, TEST_SEED=${SEED}, ${JSON.stringify({ ...tally, ...told })}\n`);
}
