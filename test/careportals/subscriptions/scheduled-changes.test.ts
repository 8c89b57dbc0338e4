import { afterAll, beforeAll, expect, test } from 'vitest';
import { subscriptions } from '../../../src/modules/careportals/subscriptions/subscription.source.ts';
import type { Query } from '../../../src/platform/database/query.ts';
import { countStatement, pageStatement, wholeRow } from '../../../src/platform/read/statements.ts';
import { all } from '../../../src/platform/read/value.ts';
import { asAdmin, insert } from '../../kit/people.ts';
import { createTestApp, type TestApp } from '../../kit/test-app.ts';
import { NOON } from '../schema/make-rows.ts';
import { act, type MovingClock, movingClock } from './lifecycle.ts';

let server: TestApp;
let query: Query;
let clock: MovingClock;
const tokens: Record<string, string> = {};

beforeAll(async () => {
  clock = movingClock('2026-03-10T12:00:00.000Z');
  server = await createTestApp({ clock });
  query = await asAdmin(server.database);
  await insert(query, 'customers', [{ customer_id: 'ann', email: 'ann@example.test' }]);
  for (const role of ['support', 'admin', 'analyst'] as const) tokens[role] = await server.token({ role });
  tokens.ann = await server.token({ role: 'customer', customerId: 'ann' });
  await makeMany();
});
afterAll(() => server?.stop());

/** 3,000 active ones, of which every hundredth ends on a day of its own, as many paused that resume likewise, and cancelled. */
async function makeMany(): Promise<void> {
  for (const [state, action] of Object.entries({ active: 'cancel', paused: 'resume', cancelled: null })) {
    const numbers = Array.from({ length: 3_000 }, (_, n) => n);
    const planned = (n: number) => action !== null && n % 100 === 0;
    const spine = numbers.map((n) => ({
      subscription_id: `${state}-${n}`,
      state,
      next_cycle_date: state === 'active' ? day(30) : null,
      scheduled_action: planned(n) ? action : null,
      scheduled_at: planned(n) ? day(11 + n / 100) : null,
      scheduled_reason: planned(n) ? ['travelling', 'goes to the moon', null][(n / 100) % 3] : null,
      scheduled_correlation_id: planned(n) ? `request-${n}` : null,
    }));
    const details = numbers.map((n) => ({
      subscription_id: `${state}-${n}`,
      customer_id: 'ann',
      cycle: 1,
      status: state,
      created_at: NOON,
    }));
    await insert(query, 'subscriptions', spine);
    await insert(query, `subscriptions_${state}`, details);
  }
  await query('ANALYZE TABLE subscriptions, subscriptions_active, subscriptions_paused, subscriptions_cancelled');
}

/** Noon of a day of March, counted on. */
function day(n: number): string {
  return new Date(Date.UTC(2026, 2, n, 12)).toISOString().slice(0, 23).replace('T', ' ');
}

interface List {
  totalCount: number;
  nodes: { subscriptionId: string; scheduledChanges: Record<string, string | null>[] }[];
}

async function list(args: string, caller = 'support'): Promise<List> {
  const { data, errors } = await server.ask<{ subscriptions: List }>(
    tokens[caller] ?? '',
    `{ subscriptions${args} { totalCount nodes { subscriptionId
      scheduledChanges { action dueAt reason reasonCode correlationId } } } }`,
  );
  if (data === null) throw new Error(JSON.stringify(errors));
  return data.subscriptions;
}

test('what resumes within seven days is found by action and time, and what is just due is not in it', async () => {
  const { nodes, totalCount } = await list(
    '(filter: { scheduledAction: [RESUME], scheduledBefore: "2026-03-17T12:00:00Z" }, sort: { field: SCHEDULED_AT, direction: ASC })',
  );
  expect(nodes.map(({ subscriptionId }) => subscriptionId)).toEqual(
    [0, 100, 200, 300, 400, 500].map((n) => `paused-${n}`),
  );
  expect(totalCount).toBe(6);
});

test('the time is half-open: from the first instant up to but not with the last', async () => {
  const { nodes } = await list(
    '(filter: { scheduledFrom: "2026-03-13T12:00:00Z", scheduledBefore: "2026-03-14T12:00:00Z" }, sort: { field: SUBSCRIPTION_ID })',
  );
  expect(nodes.map(({ subscriptionId }) => subscriptionId)).toEqual(['paused-200', 'active-200']);
});

test('any action that is never scheduled finds nothing', async () => {
  expect((await list('(filter: { scheduledAction: [PAUSE, SWAP_PRODUCT] })')).totalCount).toBe(0);
  expect((await list('(filter: { scheduledAction: [PAUSE, CANCEL] })')).totalCount).toBe(30);
});

test('sorted by what is due, those without a plan come last when the latest is first, and first when it is last', async () => {
  const [last] = (await list('(first: 1, sort: { field: SCHEDULED_AT })')).nodes;
  expect(last?.scheduledChanges).toHaveLength(1);
  const [none] = (await list('(first: 1, sort: { field: SCHEDULED_AT, direction: ASC })')).nodes;
  expect(none?.scheduledChanges).toEqual([]);
});

const THREE =
  '(filter: { subscriptionIds: ["paused-0", "active-100", "active-200", "active-1"] }, sort: { field: SCHEDULED_AT, direction: ASC })';

test('a plan is told with its action, time, reason and the request that made it', async () => {
  const { nodes } = await list(THREE);
  expect(nodes.map(({ subscriptionId, scheduledChanges }) => [subscriptionId, ...scheduledChanges])).toEqual([
    ['active-1'],
    [
      'paused-0',
      {
        action: 'RESUME',
        dueAt: '2026-03-11T12:00:00.000Z',
        reason: 'travelling',
        reasonCode: 'travelling',
        correlationId: 'request-0',
      },
    ],
    [
      'active-100',
      {
        action: 'CANCEL',
        dueAt: '2026-03-12T12:00:00.000Z',
        reason: 'goes to the moon',
        reasonCode: 'other',
        correlationId: 'request-100',
      },
    ],
    [
      'active-200',
      {
        action: 'CANCEL',
        dueAt: '2026-03-13T12:00:00.000Z',
        reason: null,
        reasonCode: null,
        correlationId: 'request-200',
      },
    ],
  ]);
});

test('an analyst reads the code of the reason and not the reason, the customer both', async () => {
  const reasons = async (caller: string) =>
    (await list(THREE, caller)).nodes.flatMap(({ scheduledChanges }) =>
      scheduledChanges.map(({ reason, reasonCode }) => `${reason} ${reasonCode}`),
    );
  expect(await reasons('analyst')).toEqual(['null travelling', 'null other', 'null null']);
  expect(await reasons('ann')).toEqual(['travelling travelling', 'goes to the moon other', 'null null']);
  expect(await reasons('support')).toEqual(['travelling travelling', 'goes to the moon other', 'null null']);
});

test('the filter reads the few that have a plan by its index, in a list and counted', async () => {
  const { filters, access } = subscriptions;
  const where = all([
    filters.scheduledAction?.where(['resume'] as never) ?? { sql: 'FALSE', params: [] },
    filters.scheduledBefore?.where(new Date('2026-03-17T12:00:00Z') as never) ?? { sql: 'FALSE', params: [] },
  ]);
  const order = { field: 'scheduledAt', descending: false };
  for (const { sql, params } of [
    pageStatement(wholeRow(subscriptions, access.support), { where, order, limit: 21 }),
    countStatement(subscriptions.from, where),
  ]) {
    const plan = await query<{ table: string | null; key: string | null }>(`EXPLAIN FORMAT=TRADITIONAL ${sql}`, params);
    const spine = plan.filter(({ table }) => table === 's');
    expect(spine).toHaveLength(3);
    // In a small table any of those that hold the date may be taken.
    for (const { key } of spine) expect(key).toMatch(/^idx_(state_action|state_scheduled|scheduled_at)$/);
  }
});

test('what was planned by a mutation is told at once, and is gone when it is called off', async () => {
  const input = { subscriptionId: 'active-7', resumeAt: '2026-03-20T00:00:00Z', reason: 'surgery' };
  await act(server, tokens.ann ?? '', 'pauseSubscription', input);
  const only = '(filter: { subscriptionIds: ["active-7"] })';
  expect((await list(only)).nodes[0]?.scheduledChanges).toEqual([
    {
      action: 'RESUME',
      dueAt: '2026-03-20T00:00:00.000Z',
      reason: 'surgery',
      reasonCode: 'surgery',
      correlationId: expect.stringMatching(/^[0-9a-f-]{36}$/),
    },
  ]);
  await act(server, tokens.ann ?? '', 'undoScheduledChange', { subscriptionId: 'active-7' });
  expect((await list(only)).nodes[0]?.scheduledChanges).toEqual([]);
});

test('skippedDates tells what was left out', async () => {
  await query("INSERT INTO products (product_id, list_price, renewal_cycle_duration) VALUES ('p28', 100, 28)");
  await query("UPDATE subscriptions_active SET product_id = 'p28' WHERE subscription_id = 'active-8'");
  const read = () =>
    server.ask(tokens.ann ?? '', '{ subscription(subscriptionId: "active-8") { skippedDates nextCycleDate } }');
  expect((await read()).data?.subscription).toEqual({ skippedDates: [], nextCycleDate: '2026-03-30T12:00:00.000Z' });
  await act(server, tokens.support ?? '', 'skipSubscriptionCycle', { subscriptionId: 'active-8' });
  expect((await read()).data?.subscription).toEqual({
    skippedDates: ['2026-03-30T12:00:00.000Z'],
    nextCycleDate: '2026-04-27T12:00:00.000Z',
  });
});
