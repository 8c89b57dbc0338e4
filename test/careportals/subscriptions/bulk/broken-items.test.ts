import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { createTestApp, type TestApp } from '../../../kit/test-app.ts';
import { type MovingClock, movingClock } from '../../../platform/inbox/inbox-bench.ts';
import { openSession, type Session } from '../../schema/session.ts';
import { begin, countsOf, entriesEach, itemsOf, jobOf, makeMany } from './bulk.ts';

let server: TestApp;
let admin: Session;
let clock: MovingClock;
let support: string;

beforeAll(async () => {
  clock = movingClock();
  server = await createTestApp({ clock });
  admin = await openSession(server.database.adminUrl);
  support = await server.token({ role: 'support' });
});
afterEach(() => admin.run('DROP TRIGGER IF EXISTS refuse_some'));
afterAll(async () => {
  await admin?.close();
  await server?.stop();
});

beforeEach(() =>
  admin.run(
    `CREATE TRIGGER refuse_some BEFORE INSERT ON subscriptions_audit_log FOR EACH ROW
      BEGIN IF NEW.subscription_id LIKE 'broken-%' THEN SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'no'; END IF; END`,
  ),
);

/** Enough for the longest pause between two tries of an item. */
const A_MINUTE = 60_000;

test('an item that breaks is tried five times, with pauses, and then failed, while the others are done', async () => {
  const broken = await makeMany(admin, 'broken', 2);
  const sound = await makeMany(admin, 'sound', 10);
  const subscriptionIds = [broken[0], ...sound.slice(0, 5), broken[1], ...sound.slice(5)];
  const id = await begin(server, support, { action: 'PAUSE', subscriptionIds });
  for (let tries = 1; tries < 5; tries++) {
    await server.app.jobs.idle();
    expect(await countsOf(server, support, id)).toEqual({ status: 'RUNNING', total: 12, waiting: 2, succeeded: 10 });
    expect(await admin.rows("SELECT DISTINCT attempts FROM bulk_items WHERE subscription_id LIKE 'broken-%'")).toEqual([
      { attempts: tries },
    ]);
    clock.advance(A_MINUTE);
  }
  await server.app.jobs.idle();
  expect(await jobOf(server, support, id)).toMatchObject({ status: 'DONE', waiting: 0, succeeded: 10, failed: 2 });
  for (const item of await itemsOf(server, support, id, { status: ['FAILED'] })) {
    expect(item).toMatchObject({ code: 'INTERNAL_ERROR', subscription: { status: 'ACTIVE' }, auditEntry: null });
    expect(item.message).toMatch(/MySQL 1644/);
    expect(item.message).not.toContain('no,');
  }
  expect(await entriesEach(admin, 'broken')).toEqual({ 0: 2 });
  expect(await entriesEach(admin, 'sound')).toEqual({ 1: 10 });
});

test('an item that breaks once is done by the next try, once', async () => {
  const [id = ''] = await makeMany(admin, 'broken-once', 1);
  const job = await begin(server, support, { action: 'PAUSE', subscriptionIds: [id] });
  await server.app.jobs.idle();
  await admin.run('DROP TRIGGER refuse_some');
  await server.app.jobs.idle();
  expect(await countsOf(server, support, job)).toEqual({ status: 'RUNNING', total: 1, waiting: 1 });
  clock.advance(A_MINUTE);
  await server.app.jobs.idle();
  expect(await countsOf(server, support, job)).toEqual({ status: 'DONE', total: 1, succeeded: 1 });
  expect(await entriesEach(admin, 'broken-once')).toEqual({ 1: 1 });
});

test('a subscription that another program holds neither holds up the others nor counts as broken', async () => {
  const [held = ''] = await makeMany(admin, 'held', 1);
  const free = await makeMany(admin, 'free', 20);
  const other = await openSession(server.database.adminUrl);
  await other.run('BEGIN', `SELECT 1 FROM subscriptions WHERE subscription_id = '${held}' FOR UPDATE`);
  const id = await begin(server, support, { action: 'PAUSE', subscriptionIds: [held, ...free] });
  await server.app.jobs.idle();
  expect(await countsOf(server, support, id)).toEqual({ status: 'RUNNING', total: 21, waiting: 1, succeeded: 20 });
  await other.run('ROLLBACK');
  await other.close();
  clock.advance(A_MINUTE);
  await server.app.jobs.idle();
  expect(await countsOf(server, support, id)).toEqual({ status: 'DONE', total: 21, succeeded: 21 });
  expect(await admin.rows(`SELECT attempts FROM bulk_items WHERE subscription_id = '${held}'`)).toEqual([
    { attempts: 0 },
  ]);
});
