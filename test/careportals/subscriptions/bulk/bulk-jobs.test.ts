import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestApp, type TestApp } from '../../../kit/test-app.ts';
import { makeCustomer } from '../../schema/make-rows.ts';
import { openSession, type Session } from '../../schema/session.ts';
import { begin, bulk, countsOf, entriesEach, itemsOf, jobOf, makeMany } from './bulk.ts';

let server: TestApp;
let admin: Session;
let support: string;
let boss: string;

beforeAll(async () => {
  server = await createTestApp();
  admin = await openSession(server.database.adminUrl);
  for (const id of ['ann', 'bob']) await makeCustomer(admin, id);
  await admin.run(
    `INSERT INTO products (product_id, list_price, renewal_cycle_duration, active)
      VALUES ('monthly', 34900, 28, TRUE), ('other', 34900, 28, TRUE)`,
  );
  support = await server.token({ role: 'support', subject: 'agent-7' });
  boss = await server.token({ role: 'admin', subject: 'boss' });
});
afterAll(async () => {
  await admin?.close();
  await server?.stop();
});

const done = () => server.app.jobs.idle();

async function jobsStored(): Promise<number> {
  const [row] = await admin.rows<{ n: number }>('SELECT COUNT(*) AS n FROM bulk_jobs');
  return Number(row?.n);
}

describe('a bulk action by ids', () => {
  test('gives every id its result, in the order given: done, refused by the rules, or unknown', async () => {
    const [one = '', two = ''] = await makeMany(admin, 'byid', 2);
    const [paused = ''] = await makeMany(admin, 'byid-paused', 1, 'paused');
    const id = await begin(server, support, { action: 'PAUSE', subscriptionIds: [two, 'nobody', paused, one] });
    await done();
    const items = await itemsOf(server, support, id);
    expect(
      items.map(({ subscriptionId, status, code, subscription }) => [subscriptionId, status, code, subscription]),
    ).toEqual([
      [two, 'SUCCEEDED', null, { status: 'PAUSED' }],
      ['nobody', 'REFUSED', 'NOT_FOUND', null],
      [paused, 'REFUSED', 'INVALID_TRANSITION', { status: 'PAUSED' }],
      [one, 'SUCCEEDED', null, { status: 'PAUSED' }],
    ]);
    expect(items.map(({ message }) => message)).toEqual([
      null,
      'There is no such subscription.',
      'The subscription is paused already.',
      null,
    ]);
    expect(items.map(({ finishedAt }) => finishedAt)).toEqual(Array(4).fill(expect.stringMatching(/^20.*Z$/)));
    expect(await jobOf(server, support, id)).toEqual({
      id,
      status: 'DONE',
      total: 4,
      waiting: 0,
      succeeded: 2,
      refused: 2,
      failed: 0,
      finishedAt: expect.stringMatching(/^20.*Z$/),
    });
  });

  test('counts an id that is given twice once', async () => {
    const [one = ''] = await makeMany(admin, 'twice', 1);
    const id = await begin(server, support, { action: 'PAUSE', subscriptionIds: [one, one, 'nobody', one, 'nobody'] });
    await done();
    expect(await countsOf(server, support, id)).toEqual({ status: 'DONE', total: 2, succeeded: 1, refused: 1 });
    expect(await entriesEach(admin, 'twice')).toEqual({ 1: 1 });
  });

  test('audits each item in the name and role of who asked, with reason and comment, and leads to the job', async () => {
    const ids = await makeMany(admin, 'audited', 2);
    const words = { reason: 'delivery_problem', comment: 'The warehouse is closed' };
    const id = await begin(server, boss, { action: 'CANCEL', subscriptionIds: ids, ...words });
    await done();
    const entry = {
      triggerType: 'cancel',
      effect: 'moved',
      actor: 'boss',
      actorRole: 'admin',
      source: 'job',
      ...words,
    };
    expect((await itemsOf(server, boss, id)).map(({ auditEntry }) => auditEntry)).toEqual(
      ids.map((subscriptionId) => ({ subscriptionId, ...entry, correlationId: id })),
    );
    const { data } = await server.ask(
      support,
      `{ bulkJob(id: "${id}") { action reason comment requestedBy requestedRole correlationId } }`,
    );
    const correlationId = expect.stringMatching(/^[0-9a-f-]{36}$/);
    expect(data?.bulkJob).toEqual({
      action: 'CANCEL',
      ...words,
      requestedBy: 'boss',
      requestedRole: 'admin',
      correlationId,
    });
  });

  test('does each item in the role of who asked: what is for admins is refused to support, item by item', async () => {
    const ids = await makeMany(admin, 'forAdmins', 2, 'cancelled');
    const asked = { action: 'REACTIVATE', subscriptionIds: ids };
    const refused = await begin(server, support, asked);
    await done();
    expect((await itemsOf(server, support, refused)).map(({ code }) => code)).toEqual(['NOT_ALLOWED', 'NOT_ALLOWED']);
    const allowed = await begin(server, boss, asked);
    await done();
    expect(await countsOf(server, boss, allowed)).toEqual({ status: 'DONE', total: 2, succeeded: 2 });
  });
});

describe('a bulk action by filter', () => {
  test('is about all that fit when it is asked for, and only those', async () => {
    await makeMany(admin, 'fits', 30, 'active', { customerId: 'ann', productId: 'monthly' });
    await makeMany(admin, 'fits-paused', 5, 'paused', { customerId: 'ann', productId: 'monthly' });
    await makeMany(admin, 'fits-not', 5, 'active', { customerId: 'bob', productId: 'monthly' });
    const filter = { customerId: 'ann', productId: ['monthly', 'other'], status: ['ACTIVE', 'PAUSED'] };
    const id = await begin(server, support, { action: 'PAUSE', filter });
    const later = await makeMany(admin, 'fits-late', 1, 'active', { customerId: 'ann', productId: 'monthly' });
    await done();
    expect(await countsOf(server, support, id)).toEqual({ status: 'DONE', total: 35, succeeded: 30, refused: 5 });
    const items = await itemsOf(server, support, id);
    expect(items.map((item) => item.subscriptionId)).toEqual(items.map((item) => item.subscriptionId).toSorted());
    expect(items.map((item) => item.subscriptionId)).not.toContain(later[0]);
    expect(await entriesEach(admin, 'fits-not')).toEqual({ 0: 5 });
  });

  test('that fits nothing is a job that is done at once', async () => {
    const { job, userErrors } = await bulk(server, support, { action: 'PAUSE', filter: { customerId: 'nobody' } });
    expect(userErrors).toEqual([]);
    expect(job).toMatchObject({ status: 'DONE', total: 0, waiting: 0, finishedAt: expect.any(String) });
  });

  test('may be about 50,000 subscriptions; more are refused with their number', async () => {
    await makeMany(admin, 'crowd', 50_000, 'paused', { customerId: 'bob' });
    await makeMany(admin, 'crowd-one', 1, 'cancelled', { customerId: 'bob' });
    const before = await jobsStored();
    const filter = { customerId: 'bob', status: ['PAUSED', 'CANCELLED'] };
    expect((await bulk(server, support, { action: 'SKIP', filter })).userErrors).toEqual([
      {
        code: 'VALIDATION',
        message: 'The filter fits 50001 subscriptions; a job may be about 50000. Narrow it.',
        path: ['input', 'filter'],
      },
    ]);
    expect(await jobsStored()).toBe(before);
    const { job } = await bulk(server, support, { action: 'SKIP', filter: { ...filter, status: ['PAUSED'] } });
    expect(job).toMatchObject({ status: 'RUNNING', total: 50_000 });
    const stopped = await server.ask<{ s: { job: { waiting: number; refused: number } } }>(
      support,
      `mutation { s: stopBulkJob(input: { id: "${job?.id}" }) { job { waiting refused } } }`,
    );
    const { waiting = 0, refused = 0 } = stopped.data?.s.job ?? {};
    expect(waiting + refused).toBe(50_000);
    await done();
    expect(await jobOf(server, support, job?.id ?? '')).toMatchObject({ status: 'STOPPED', waiting, refused });
  });
});

describe('the idempotency key', () => {
  test('makes ten requests at once one job, and each is answered with it', async () => {
    const ids = await makeMany(admin, 'keyed', 20);
    const before = await jobsStored();
    const input = { action: 'PAUSE', subscriptionIds: ids, idempotencyKey: 'a key' };
    const answers = await Promise.all(Array.from({ length: 10 }, () => bulk(server, support, input)));
    expect(new Set(answers.map(({ job }) => job?.id)).size).toBe(1);
    expect(await jobsStored()).toBe(before + 1);
    await done();
    expect(await entriesEach(admin, 'keyed')).toEqual({ 1: 20 });
    expect((await bulk(server, support, input)).job).toMatchObject({ id: answers[0]?.job?.id, succeeded: 20 });
  });

  test('is refused with other input, and is another key from somebody else', async () => {
    const input = { action: 'PAUSE', subscriptionIds: ['keyed-other'], idempotencyKey: 'another key' };
    const first = await begin(server, support, input);
    const reused = await bulk(server, support, { ...input, action: 'SKIP' });
    expect([reused.job, reused.userErrors.map(({ code }) => code)]).toEqual([null, ['IDEMPOTENCY_KEY_REUSED']]);
    expect(await begin(server, boss, input)).not.toBe(first);
  });

  test('is the same request however it is spelt: ids in another order or twice, null for what is left out', async () => {
    const input = { action: 'PAUSE', subscriptionIds: ['keyed-a', 'keyed-b'], idempotencyKey: 'a spelt key' };
    const first = await begin(server, support, input);
    const subscriptionIds = ['keyed-b', 'keyed-a', 'keyed-b'];
    expect(await begin(server, support, { ...input, subscriptionIds, reason: null, comment: '', cycles: null })).toBe(
      first,
    );
  });

  test('is not used up by a dry run', async () => {
    const input = { action: 'PAUSE', subscriptionIds: ['keyed-dry'], idempotencyKey: 'a dry key' };
    await bulk(server, support, { ...input, dryRun: true });
    expect((await bulk(server, support, { ...input, action: 'SKIP' })).userErrors).toEqual([]);
  });
});

describe('stopBulkJob', () => {
  const stop = async (id: string) => {
    const text = `mutation ($input: StopBulkJobInput!) { s: stopBulkJob(input: $input) {
      job { status waiting succeeded finishedAt } userErrors { code message path } } }`;
    const { data } = await server.ask<{ s: { job: Record<string, unknown>; userErrors: { code: string }[] } }>(
      support,
      text,
      {
        input: { id },
      },
    );
    if (data === null) throw new Error('no answer');
    return data.s;
  };

  test('leaves what is done done and what waits undone, for good', async () => {
    await makeMany(admin, 'stopped', 300);
    const ids = Array.from({ length: 300 }, (_, n) => `stopped-${String(n + 1).padStart(5, '0')}`);
    const id = await begin(server, support, { action: 'PAUSE', subscriptionIds: ids });
    await expect.poll(async () => (await jobOf(server, support, id)).succeeded).toBeGreaterThan(5);
    const { job, userErrors } = await stop(id);
    expect(userErrors).toEqual([]);
    expect(job).toMatchObject({ status: 'STOPPED', finishedAt: expect.any(String) });
    const { waiting, succeeded } = job as { waiting: number; succeeded: number };
    expect([waiting > 0, waiting + succeeded]).toEqual([true, 300]);
    await done();
    expect(await jobOf(server, support, id)).toMatchObject({ status: 'STOPPED', waiting, succeeded });
    expect(await entriesEach(admin, 'stopped')).toEqual({ 0: waiting, 1: succeeded });
    expect((await stop(id)).userErrors).toMatchObject([{ code: 'INVALID_TRANSITION' }]);
  });

  test('refuses what is done or unknown', async () => {
    const id = await begin(server, support, { action: 'PAUSE', subscriptionIds: ['nobody'] });
    await done();
    expect((await stop(id)).userErrors).toMatchObject([{ code: 'INVALID_TRANSITION', path: ['input', 'id'] }]);
    for (const unknown of [`bulkjob_${'0'.repeat(32)}`, id.replace('bulkjob', 'order'), 'x']) {
      const { job, userErrors } = await stop(unknown);
      expect([job, userErrors]).toEqual([null, [expect.objectContaining({ code: 'NOT_FOUND' })]]);
    }
  });
});

test('bulk jobs are listed newest first, by status, with their counts in one statement', async () => {
  const id = await begin(server, support, { action: 'PAUSE', subscriptionIds: ['nobody', 'nobody-else'] });
  await done();
  server.statements.length = 0;
  const { data } = await server.ask<{ bulkJobs: { nodes: { id: string; refused: number }[] } }>(
    support,
    '{ bulkJobs(first: 5, filter: { status: [DONE] }) { nodes { id status waiting succeeded refused failed } } }',
  );
  expect(data?.bulkJobs.nodes).toHaveLength(5);
  expect(data?.bulkJobs.nodes[0]).toEqual({ id, status: 'DONE', waiting: 0, succeeded: 0, refused: 2, failed: 0 });
  expect(server.statements).toHaveLength(2);
});

test('the items of a job can be asked for by what became of them', async () => {
  const ids = await makeMany(admin, 'became', 3);
  const id = await begin(server, support, { action: 'PAUSE', subscriptionIds: [...ids, 'nobody'] });
  await done();
  expect((await itemsOf(server, support, id, { status: ['REFUSED'] })).map((item) => item.subscriptionId)).toEqual([
    'nobody',
  ]);
  expect(await itemsOf(server, support, id, { status: ['SUCCEEDED', 'FAILED'] })).toHaveLength(3);
});
