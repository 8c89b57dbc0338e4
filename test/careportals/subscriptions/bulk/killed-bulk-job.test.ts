import { once } from 'node:events';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { verifyAuditChains } from '../../../../src/modules/careportals/subscriptions/verify-audit-chain.ts';
import { plainQuery, type Query } from '../../../../src/platform/database/query.ts';
import { compileServer, type ServerProcess, untilNothingIsOpen } from '../../../kit/server-process.ts';
import { createTestDatabase, type TestDatabase } from '../../../kit/test-database.ts';
import { openSession, type Session } from '../../schema/session.ts';
import { contradictions } from '../standing.ts';
import { entriesEach, makeMany } from './bulk.ts';

const ROUNDS = process.env.LONG_TESTS === undefined ? 1 : 10;
const ITEMS = 400;

let server: ServerProcess;
let database: TestDatabase;
let query: Query;
let admin: Session;
let token: string;
beforeAll(async () => {
  database = await createTestDatabase();
  server = await compileServer(database);
  query = await plainQuery(database.orm);
  admin = await openSession(database.adminUrl);
  token = await server.token({ role: 'support' });
});
afterAll(async () => {
  await server?.remove();
  await admin?.close();
  await database?.drop();
});

async function begin(url: string, subscriptionIds: string[]): Promise<void> {
  const text = `mutation ($input: BulkSubscriptionActionInput!) { done: bulkSubscriptionAction(input: $input) { job { total } } }`;
  const answer = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify({ query: text, variables: { input: { action: 'PAUSE', subscriptionIds } } }),
  });
  expect(await answer.json()).toMatchObject({ data: { done: { job: { total: subscriptionIds.length } } } });
}

/** Locks a subscription, so that no job is through with it, however slow we are to kill. */
async function hold(id: string): Promise<() => Promise<void>> {
  const holder = await openSession(database.adminUrl);
  await holder.run('START TRANSACTION', `SELECT 1 FROM subscriptions WHERE subscription_id = '${id}' FOR UPDATE`);
  return async () => {
    await holder.run('ROLLBACK');
    await holder.close();
  };
}

/** Items of the newest job by what became of them. */
async function items(): Promise<Record<string, number>> {
  const rows = await query<{ status: string; n: string }>(
    `SELECT status, COUNT(*) AS n FROM bulk_items WHERE job_id = (SELECT MAX(job_id) FROM bulk_jobs) GROUP BY status`,
  );
  return Object.fromEntries(rows.map(({ status, n }) => [status, Number(n)]));
}

async function status(): Promise<string | undefined> {
  return (await query<{ status: string }>('SELECT status FROM bulk_jobs ORDER BY job_id DESC LIMIT 1'))[0]?.status;
}

test(`kill -9 of the server in the middle of a job of ${ITEMS} leaves each item done and marked or untouched, and the next start does the rest`, {
  timeout: 120_000 * ROUNDS,
}, async () => {
  for (let round = 0; round < ROUNDS; round++) {
    const prefix = `killed${round}`;
    const ids = await makeMany(admin, prefix, ITEMS);
    const letGo = await hold(ids.at(-1)!);
    const first = await server.start();
    const ended = once(first.child, 'exit');
    await begin(first.url, ids);
    await expect.poll(async () => (await items()).succeeded ?? 0, { interval: 10 }).toBeGreaterThan(ITEMS / 4);
    first.child.kill('SIGKILL');
    expect(await ended).toEqual([null, 'SIGKILL']);
    await letGo();
    await untilNothingIsOpen(database);

    const { succeeded = 0, waiting = 0 } = await items();
    expect(waiting).toBeGreaterThan(0);
    expect(succeeded + waiting).toBe(ITEMS);
    expect(await entriesEach(admin, prefix)).toEqual({ 0: waiting, 1: succeeded });
    expect(await status()).toBe('running');

    const second = await server.start();
    await expect.poll(status, { timeout: 30_000 }).toBe('done');
    expect(await items()).toEqual({ succeeded: ITEMS });
    expect(await entriesEach(admin, prefix)).toEqual({ 1: ITEMS });
    const gone = once(second.child, 'exit');
    second.child.kill('SIGTERM');
    await gone;
  }
  expect(await contradictions(query)).toEqual([]);
  expect((await verifyAuditChains(query)).broken).toEqual([]);
});
