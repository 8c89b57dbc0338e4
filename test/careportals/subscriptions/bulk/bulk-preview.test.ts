import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { createTestApp, type TestApp } from '../../../kit/test-app.ts';
import { openSession, type Session } from '../../schema/session.ts';
import { movingClock } from '../lifecycle.ts';
import { begin, bulk, countsOf, itemsOf, makeMany } from './bulk.ts';

const NOW = '2026-03-10T12:00:00.000Z';

let server: TestApp;
let admin: Session;
let tokens: Record<'support' | 'admin', string>;

beforeAll(async () => {
  server = await createTestApp({ clock: movingClock(NOW) });
  admin = await openSession(server.database.adminUrl);
  await admin.run(
    `INSERT INTO products (product_id, list_price, renewal_cycle_duration, active)
      VALUES ('monthly', 100, 28, TRUE), ('yearly', 100, 360, TRUE), ('unknown', 100, NULL, TRUE)`,
  );
  tokens = { support: await server.token({ role: 'support' }), admin: await server.token({ role: 'admin' }) };
});
afterAll(async () => {
  await admin?.close();
  await server?.stop();
});

let prefix = '';
let made = 0;

/** Subscriptions of every kind that the rules tell apart. */
beforeEach(async () => {
  prefix = `p${++made}`;
  const dates = {
    none: undefined,
    past: '2026-03-01 12:00:00.000',
    ahead: '2026-03-20 12:00:00.000',
    far: '2027-12-20 12:00:00.000',
  };
  for (const [productId, product] of Object.entries({ m: 'monthly', y: 'yearly', u: 'unknown', n: undefined })) {
    for (const [when, nextCycleDate] of Object.entries(dates)) {
      for (const state of ['active', 'paused', 'cancelled']) {
        await makeMany(admin, `${prefix}-${productId}-${when}-${state}`, 1, state, {
          productId: product,
          nextCycleDate,
        });
      }
    }
  }
  const mine = `subscription_id LIKE '${prefix}-%'`;
  await admin.run(
    `UPDATE subscriptions SET scheduled_action = 'cancel', scheduled_at = next_cycle_date
      WHERE ${mine} AND state = 'active' AND subscription_id LIKE '%-y-ahead-%'`,
    `UPDATE subscriptions SET scheduled_action = 'resume', scheduled_at = '2026-04-01'
      WHERE ${mine} AND state = 'paused' AND subscription_id LIKE '%-m-%'`,
    `UPDATE subscriptions SET skipped_dates = '["2026-03-15 12:00:00.000"]'
      WHERE ${mine} AND state = 'active' AND subscription_id LIKE '%-u-%'`,
  );
});

const AHEAD = '2026-03-20T12:00:00.000Z';

test.each([
  ['support', { action: 'PAUSE' }],
  ['support', { action: 'PAUSE', resumeAt: '2026-05-01T00:00:00Z' }],
  ['support', { action: 'PAUSE', cycles: 1 }],
  ['support', { action: 'PAUSE', cycles: 3 }],
  ['support', { action: 'RESUME' }],
  ['support', { action: 'RESUME', resumeAt: '2026-05-01T00:00:00Z' }],
  ['support', { action: 'CANCEL' }],
  ['support', { action: 'CANCEL', atCycleEnd: true }],
  ['support', { action: 'CANCEL', atCycleEnd: false }],
  ['support', { action: 'REACTIVATE' }],
  ['admin', { action: 'REACTIVATE' }],
  ['support', { action: 'RESCHEDULE', nextCycleDate: AHEAD }],
  ['support', { action: 'SKIP' }],
  ['support', { action: 'UNSKIP' }],
  ['support', { action: 'SWAP_PRODUCT', productId: 'monthly' }],
  ['support', { action: 'ADVANCE_CYCLE' }],
  ['admin', { action: 'ADVANCE_CYCLE' }],
  ['support', { action: 'UNDO_SCHEDULED_CHANGE' }],
] as const)('what a dry run tells %s of %j comes true, and the dry run changed nothing', async (role, asked) => {
  const rows = await admin.rows<{ id: string }>(
    'SELECT subscription_id AS id FROM subscriptions WHERE subscription_id LIKE ?',
    [`${prefix}-%`],
  );
  const subscriptionIds = [...rows.map(({ id }) => id), `${prefix}-nobody`];
  const before = await everything();
  const { job, preview } = await bulk(server, tokens[role], { ...asked, subscriptionIds, dryRun: true });
  await server.app.jobs.idle();
  expect(job).toBeNull();
  expect(await everything()).toEqual(before);

  const id = await begin(server, tokens[role], { ...asked, subscriptionIds });
  await server.app.jobs.idle();
  const codes = new Map<string, number>();
  for (const { code } of await itemsOf(server, tokens[role], id, { status: ['REFUSED'] })) {
    codes.set(code ?? '', (codes.get(code ?? '') ?? 0) + 1);
  }
  const { succeeded = 0, refused = 0 } = await countsOf(server, tokens[role], id);
  expect({
    ...preview,
    refusals: Object.fromEntries(preview?.refusals.map(({ code, count }) => [code, count]) ?? []),
  }).toEqual({
    total: subscriptionIds.length,
    allowed: succeeded,
    refused,
    refusals: Object.fromEntries(codes),
  });
  expect(refused).toBeGreaterThan(0);
});

/** How many rows there are where a job would leave some, and all that it could change. */
async function everything() {
  const counts = await admin.rows(
    `SELECT (SELECT COUNT(*) FROM bulk_jobs) AS jobs, (SELECT COUNT(*) FROM bulk_items) AS items,
      (SELECT COUNT(*) FROM subscriptions_audit_log) AS entries, (SELECT COUNT(*) FROM outbox) AS notes,
      (SELECT COUNT(*) FROM idempotency_keys) AS used_keys`,
  );
  return [counts, await admin.rows('SELECT * FROM subscriptions ORDER BY subscription_id')];
}

test('a dry run by filter reads all that fit, in batches, and counts each once', async () => {
  await makeMany(admin, `${prefix}-many`, 6_000, 'active', { productId: 'yearly' });
  await makeMany(admin, `${prefix}-more`, 5_000, 'paused', { productId: 'yearly' });
  const filter = { productId: ['yearly'], status: ['ACTIVE', 'PAUSED'] };
  const [row] = await admin.rows<{ n: number }>(
    `SELECT (SELECT COUNT(*) FROM subscriptions_active d JOIN subscriptions s USING (subscription_id)
      WHERE product_id = 'yearly' AND s.scheduled_action IS NULL) AS n`,
  );
  const { preview } = await bulk(server, tokens.support, { action: 'PAUSE', filter, dryRun: true });
  expect(preview?.allowed).toBe(Number(row?.n));
  expect(preview?.total).toBeGreaterThanOrEqual(11_000);
  expect((preview?.allowed ?? 0) + (preview?.refused ?? 0)).toBe(preview?.total);
});
