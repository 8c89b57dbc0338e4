import { afterAll, beforeAll, expect, test } from 'vitest';
import { verifyAuditChains } from '../../../../src/modules/careportals/subscriptions/verify-audit-chain.ts';
import { plainQuery } from '../../../../src/platform/database/query.ts';
import { createTestApp, type TestApp } from '../../../kit/test-app.ts';
import { createTestDatabase, type TestDatabase } from '../../../kit/test-database.ts';
import { openSession, type Session } from '../../schema/session.ts';
import { contradictions } from '../standing.ts';
import { begin, countsOf, entriesEach, jobOf, makeMany } from './bulk.ts';

const ITEMS = process.env.LONG_TESTS === undefined ? 300 : 3_000;

let database: TestDatabase;
let servers: TestApp[];
let admin: Session;
let support: string;

beforeAll(async () => {
  database = await createTestDatabase();
  servers = [await createTestApp({ database }), await createTestApp({ database })];
  admin = await openSession(database.adminUrl);
  support = await app(0).token({ role: 'support' });
});
afterAll(async () => {
  for (const server of servers ?? []) await server.stop();
  await admin?.close();
  await database?.drop();
});

function app(n: number): TestApp {
  const server = servers[n];
  if (server === undefined) throw new Error(`There is no instance ${n}.`);
  return server;
}

/** Both at once, as when each is woken by a change of its own. */
async function bothIdle(): Promise<void> {
  await Promise.all(servers.map((server) => server.app.jobs.idle()));
}

test(`two instances share a job of ${ITEMS}, each item is done once, and it ends once`, {
  timeout: 120_000,
}, async () => {
  const ids = await makeMany(admin, 'shared', ITEMS);
  const id = await begin(app(0), support, { action: 'PAUSE', subscriptionIds: ids });
  await bothIdle();
  expect(await countsOf(app(1), support, id)).toEqual({ status: 'DONE', total: ITEMS, succeeded: ITEMS });
  expect(await entriesEach(admin, 'shared')).toEqual({ 1: ITEMS });
  const links = await admin.rows(
    `SELECT 1 FROM bulk_items i JOIN subscriptions_audit_log l
      ON l.log_id = i.audit_id AND l.subscription_id = i.subscription_id WHERE i.subscription_id LIKE 'shared-%'`,
  );
  expect(links).toHaveLength(ITEMS);
  const query = await plainQuery(database.orm);
  expect(await contradictions(query)).toEqual([]);
  expect((await verifyAuditChains(query)).broken).toEqual([]);
});

test('several jobs take turns: a small one does not wait for the end of a large one', async () => {
  const large = await begin(app(0), support, { action: 'PAUSE', subscriptionIds: await makeMany(admin, 'large', 400) });
  await begin(app(0), support, { action: 'PAUSE', subscriptionIds: await makeMany(admin, 'small', 5) });
  await bothIdle();
  const [after] = await admin.rows<{ n: number | string }>(
    `SELECT COUNT(*) AS n FROM bulk_items WHERE subscription_id LIKE 'large-%' AND finished_at > (
      SELECT MAX(finished_at) FROM bulk_items WHERE subscription_id LIKE 'small-%')`,
  );
  expect(Number(after?.n)).toBeGreaterThan(100);
  expect(await countsOf(app(0), support, large)).toEqual({ status: 'DONE', total: 400, succeeded: 400 });
});

test('jobs about the same subscriptions, and single changes between, leave no contradiction', async () => {
  const ids = await makeMany(admin, 'contested', 40);
  const jobs = await Promise.all([
    begin(app(0), support, { action: 'PAUSE', subscriptionIds: ids }),
    begin(app(1), support, { action: 'CANCEL', subscriptionIds: ids.toReversed() }),
    begin(app(0), support, { action: 'RESUME', subscriptionIds: ids }),
  ]);
  await Promise.all(
    ids
      .slice(0, 10)
      .map((id) =>
        app(1).ask(
          support,
          `mutation { pauseSubscription(input: { subscriptionId: "${id}" }) { userErrors { code } } }`,
        ),
      ),
  );
  await bothIdle();
  for (const job of jobs) {
    const { status, waiting, succeeded, refused, failed } = await jobOf(app(0), support, job);
    expect([status, waiting, failed, succeeded + refused]).toEqual(['DONE', 0, 0, 40]);
  }
  const query = await plainQuery(database.orm);
  expect(await contradictions(query)).toEqual([]);
});
