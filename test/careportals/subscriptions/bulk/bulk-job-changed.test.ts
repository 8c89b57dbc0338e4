import type { Client } from 'graphql-ws';
import { decodeJwt } from 'jose';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestApp, type TestApp } from '../../../kit/test-app.ts';
import { follow } from '../../../kit/transports.ts';
import { openSession, type Session } from '../../schema/session.ts';
import { begin, JOB, type Job, jobOf, makeMany } from './bulk.ts';

let server: TestApp;
let admin: Session;
let support: string;
const open: Client[] = [];

beforeAll(async () => {
  server = await createTestApp();
  admin = await openSession(server.database.adminUrl);
  support = await server.token({ role: 'support' });
});
afterAll(async () => {
  for (const client of open) await client.dispose();
  await admin?.close();
  await server?.stop();
});

const LIVE = `subscription ($id: ID!) { bulkJobChanged(id: $id) { ${JOB} } }`;

function followJob(id: string, token = support) {
  const client = server.socket(token);
  open.push(client);
  return follow<Job>(client, 'bulkJobChanged', LIVE, { id });
}

let stored = 0;

/** A running job whose items no worker takes, since they are due in another century. */
async function restingJob(items: number): Promise<string> {
  const publicId = String(++stored).padStart(32, 'f');
  await admin.rows(
    `INSERT INTO bulk_jobs (public_id, action, arguments, requested_by, requested_role, correlation_id, total, created_at)
      VALUES (?, 'pause', '{}', 'agent', 'support', 'a request', ?, '2026-03-01')`,
    [publicId, items],
  );
  await admin.rows(
    `INSERT INTO bulk_items (job_id, subscription_id, due_at)
      WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?)
      SELECT (SELECT job_id FROM bulk_jobs WHERE public_id = ?), CONCAT('resting-', i), '2126-03-01' FROM n`,
    [items, publicId],
  );
  return `bulkjob_${publicId}`;
}

/** Gives one item that waits a result. */
function finishOne(id: string, status: string): Promise<number> {
  return admin.changed(
    `UPDATE bulk_items SET status = ?, due_at = NULL WHERE status = 'waiting'
      AND job_id = (SELECT job_id FROM bulk_jobs WHERE public_id = ?) LIMIT 1`,
    [status, id.replace('bulkjob_', '')],
  );
}

test('a job that is followed is told as it is, then as it grows, and last with its totals', async () => {
  const ids = await makeMany(admin, 'followed', 200);
  const id = await begin(server, support, { action: 'PAUSE', subscriptionIds: [...ids, 'nobody'] });
  const { events, ended } = followJob(id);
  expect(await ended).toBe('complete');
  expect(events.at(-1)).toMatchObject({
    status: 'DONE',
    total: 201,
    waiting: 0,
    succeeded: 200,
    refused: 1,
    failed: 0,
  });
  expect(events.at(-1)?.finishedAt).not.toBeNull();
  expect(events.length).toBeGreaterThan(2);
  for (const { waiting, succeeded, refused, failed } of events)
    expect(waiting + succeeded + refused + failed).toBe(201);
  const waiting = events.map((event) => event.waiting);
  expect(waiting).toEqual(waiting.toSorted((a, b) => b - a));
  expect(events.filter(({ status }) => status !== 'RUNNING')).toHaveLength(1);
});

test('every change of the counts is told, and nothing while nothing changes', async () => {
  const id = await restingJob(3);
  const { events, atLeast, stop } = followJob(id);
  await atLeast(1);
  await new Promise((resolve) => setTimeout(resolve, 700));
  await finishOne(id, 'succeeded');
  await atLeast(2);
  await finishOne(id, 'refused');
  await atLeast(3);
  await finishOne(id, 'failed');
  await atLeast(4);
  stop();
  const counts = events.map(({ waiting, succeeded, refused, failed }) => [waiting, succeeded, refused, failed]);
  expect(counts.slice(0, 4)).toEqual([
    [3, 0, 0, 0],
    [2, 1, 0, 0],
    [1, 1, 1, 0],
    [0, 1, 1, 1],
  ]);
});

test('a job that is over is told once', async () => {
  const id = await begin(server, support, { action: 'PAUSE', subscriptionIds: ['nobody'] });
  await server.app.jobs.idle();
  const { events, ended } = followJob(id);
  expect(await ended).toBe('complete');
  expect(events).toEqual([await jobOf(server, support, id)]);
});

test('a job that somebody stops is told for the last time with what was done', async () => {
  const id = await restingJob(5);
  const { events, ended, atLeast } = followJob(id);
  await atLeast(1);
  await server.ask(support, `mutation { stopBulkJob(input: { id: "${id}" }) { job { id } } }`);
  expect(await ended).toBe('complete');
  expect(events.map(({ status, waiting }) => [status, waiting])).toEqual([
    ['RUNNING', 5],
    ['STOPPED', 5],
  ]);
});

test('when the client leaves, the job is not looked at any more', async () => {
  const id = await restingJob(1);
  const { atLeast, stop } = followJob(id);
  await atLeast(1);
  const looks = () => server.statements.filter((sql) => sql.includes('bulk_jobs')).length;
  await expect.poll(looks).toBeGreaterThan(4);
  stop();
  const looksMeanwhile = async () => {
    const before = looks();
    await new Promise((resolve) => setTimeout(resolve, 800));
    return looks() - before;
  };
  await expect.poll(looksMeanwhile).toBe(0);
});

test('a token that is revoked ends it with 4403', async () => {
  const id = await restingJob(1);
  const token = await server.token({ role: 'support' });
  const { atLeast, ended } = followJob(id, token);
  await atLeast(1);
  await admin.rows('INSERT INTO access_revocations (jti) VALUES (?)', [decodeJwt(token).jti]);
  expect(await ended).toMatchObject({ code: 4403 });
});

test('an id that is none is BAD_USER_INPUT, and for others than support and admins it is FORBIDDEN', async () => {
  const id = await restingJob(1);
  for (const unknown of [`bulkjob_${'0'.repeat(32)}`, id.replace('bulkjob', 'order'), 'é']) {
    expect(await followJob(unknown).ended).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
  }
  const strangers = [
    { role: 'customer', customerId: 'ann' },
    { role: 'analyst' },
    { role: 'service', scopes: ['feed'] },
  ] as const;
  for (const stranger of strangers) {
    const token = await server.token({ ...stranger, scopes: [...('scopes' in stranger ? stranger.scopes : [])] });
    expect(await followJob(id, token).ended).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);
  }
});
