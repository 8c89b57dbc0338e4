import type { Connection, RowDataPacket } from 'mysql2/promise';
import type { Bench, Benchmark, Measured, Variant } from '../benchmark.ts';
import { startLoad } from '../load-process.ts';
import type { Stand } from '../stand.ts';
import { throughServer } from '../through-server.ts';
import type { GraphqlLoadSettings } from './graphql-load.ts';
import { makeSubscriptions } from './make-subscriptions.ts';
import type { RawLoadSettings } from './raw-load.ts';

/** Enough that clients hardly ever want the same row. */
const SUBSCRIPTIONS = 2_000;
const CLIENTS = [1, 16] as const;
const MOST_CLIENTS = Math.max(...CLIENTS);

/** What GraphQL must reach of the hand-written loop. */
const AT_LEAST = 0.6;

/** Pausing and resuming: through GraphQL, and by hand-written statements that leave the same rows. */
export const lifecycle: Benchmark = {
  name: 'lifecycle',
  title: 'Pause and resume: the move, its audit entry, outbox note and idempotency key, one flushed transaction each',
  unit: 'mutation',
  start,
};

async function start({ urls, server, admin }: Stand): Promise<Bench> {
  const ids = {
    raw: await makeSubscriptions(admin, 'raw', SUBSCRIPTIONS),
    graphql: await makeSubscriptions(admin, 'graphql', SUBSCRIPTIONS),
  };
  const raw = startLoad(new URL('./raw-load.js', import.meta.url), {
    url: urls.app,
    clients: MOST_CLIENTS,
    subscriptionIds: ids.raw,
  } satisfies RawLoadSettings);
  const graphql = startLoad(new URL('./graphql-load.js', import.meta.url), {
    url: server.url,
    token: server.token,
    clients: MOST_CLIENTS,
    subscriptionIds: ids.graphql,
  } satisfies GraphqlLoadSettings);

  const done = { raw: 0, graphql: 0 };
  const rawVariant = (clients: number): Variant => ({
    name: 'hand-written mysql2',
    clients,
    run: (milliseconds) => counted(done, 'raw', raw.run({ clients, milliseconds })),
  });
  const graphqlVariant = (clients: number): Variant => ({
    name: 'GraphQL',
    clients,
    run: (milliseconds) =>
      counted(
        done,
        'graphql',
        throughServer(server, () => graphql.run({ clients, milliseconds })),
      ),
  });
  const goals = CLIENTS.map((clients) => {
    const of = rawVariant(clients);
    return { variant: graphqlVariant(clients), of, figure: 'perSecond' as const, atLeast: AT_LEAST };
  });
  const stop = async () => {
    await Promise.all([raw.stop(), graphql.stop()]);
  };
  return {
    variants: goals.flatMap(({ of, variant }) => [of, variant]),
    goals,
    trials: [],
    verify: () => verify(admin, done),
    stop,
  };
}

async function counted(done: Done, name: keyof Done, running: Promise<Measured>): Promise<Measured> {
  const measured = await running;
  done[name] += measured.operations;
  return measured;
}

interface Done {
  raw: number;
  graphql: number;
}

/** Every move of both must have left a version, an audit entry, an outbox note and a key: else they did not do the same. */
async function verify(admin: Connection, done: Done): Promise<void> {
  for (const name of ['raw', 'graphql'] as const) {
    const left = await rowsOf(admin, name);
    const wrong = Object.entries(left).filter(([, count]) => count !== done[name]);
    if (wrong.length === 0) continue;
    throw new Error(`${name} did ${done[name]} moves, but left ${JSON.stringify(Object.fromEntries(wrong))}.`);
  }
}

/** What the moves of one load process left, counted. */
export async function rowsOf(admin: Connection, prefix: string): Promise<Record<string, number>> {
  const like = `${prefix}-%`;
  const [[row]] = await admin.query<(RowDataPacket & Record<string, string>)[]>(
    `SELECT
      (SELECT SUM(version - 1) FROM subscriptions WHERE subscription_id LIKE ?) AS moves,
      (SELECT COUNT(*) FROM subscriptions_audit_log WHERE subscription_id LIKE ?) AS audit_entries,
      (SELECT COUNT(*) FROM outbox WHERE subject_id LIKE ?) AS outbox_notes,
      (SELECT COUNT(*) FROM idempotency_keys WHERE result->>'$.subscriptionId' LIKE ?) AS idempotency_keys`,
    [like, like, like, like],
  );
  return Object.fromEntries(Object.entries(row ?? {}).map(([name, count]) => [name, Number(count)]));
}
