import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Query } from '../../../src/platform/database/query.ts';
import { asAdmin, customerIdOf, insert, makePeople } from '../../kit/people.ts';
import { createTestApp, type TestApp } from '../../kit/test-app.ts';
import { codesOf } from '../../kit/transports.ts';

const NOW = new Date('2026-03-10T12:00:00.000Z');

let server: TestApp;
let query: Query;
let support: string;
let customer: string;

beforeAll(async () => {
  server = await createTestApp({ clock: { now: () => NOW } });
  query = await asAdmin(server.database);
  await makePeople(query, 2);
  // Theirs have passed a week before.
  await query('UPDATE subscriptions SET next_cycle_date = NULL');
  await make('passed', 'active', '2026-03-10 11:59:59.999');
  await make('now', 'active', '2026-03-10 12:00:00.000');
  await make('soon', 'active', '2026-03-12 00:00:00.000');
  await make('ends-then', 'active', '2026-03-13 00:00:00.000', ['cancel', '2026-03-13 00:00:00.000']);
  await make('ends-later', 'active', '2026-03-14 00:00:00.000', ['cancel', '2026-05-01 00:00:00.000']);
  await make('rests', 'paused', '2026-03-12 00:00:00.000');
  await make('gone', 'cancelled', '2026-03-12 00:00:00.000');
  await make('just-in', 'active', '2026-03-17 11:59:59.999');
  await make('just-out', 'active', '2026-03-17 12:00:00.000');
  support = await server.token({ role: 'support' });
  customer = await server.token({ role: 'customer', customerId: customerIdOf(1) });
});

afterAll(() => server?.stop());

async function make(id: string, state: string, next: string, scheduled: [string, string] | null = null): Promise<void> {
  const [action, at] = scheduled ?? [null, null];
  const spine = { subscription_id: id, state, next_cycle_date: next, scheduled_action: action, scheduled_at: at };
  await insert(query, 'subscriptions', [spine]);
  const details = {
    subscription_id: id,
    customer_id: id.startsWith('just') ? customerIdOf(1) : null,
    cycle: 1,
    status: state,
    created_at: '2026-01-01 00:00:00.000',
  };
  await insert(query, `subscriptions_${state}`, [details]);
}

interface Renewals {
  list: { totalCount: number; nodes: { subscriptionId: string; nextCycleDate: string }[] };
}

async function ids(args: string, token = support): Promise<string[]> {
  const text = `{ list: upcomingRenewals(${args}) { totalCount nodes { subscriptionId nextCycleDate } } }`;
  const { data, errors } = await server.ask<Renewals>(token, text);
  expect(errors).toBeUndefined();
  expect(data?.list.totalCount).toBe(data?.list.nodes.length);
  return data?.list.nodes.map(({ subscriptionId }) => subscriptionId) ?? [];
}

test('active subscriptions that begin a cycle within so many days are listed, who renews first', async () => {
  expect(await ids('withinDays: 7')).toEqual(['now', 'soon', 'ends-later', 'just-in']);
  expect(await ids('withinDays: 2')).toEqual(['now', 'soon']);
  expect(await ids('withinDays: 8')).toEqual(['now', 'soon', 'ends-later', 'just-in', 'just-out']);
  expect(await ids('withinDays: 0')).toEqual([]);
});

test('those whose date has passed come first if they are asked for', async () => {
  expect(await ids('withinDays: 2, includeOverdue: true')).toEqual(['passed', 'now', 'soon']);
});

test('the list can be filtered, sorted and paged like every list of subscriptions', async () => {
  expect(await ids('withinDays: 7, filter: { hasCustomer: true }')).toEqual(['just-in']);
  expect(await ids('withinDays: 7, filter: { status: [PAUSED] }')).toEqual([]);
  expect(await ids('withinDays: 7, sort: { field: NEXT_CYCLE_DATE }')).toEqual([
    'just-in',
    'ends-later',
    'soon',
    'now',
  ]);
  const text =
    '{ list: upcomingRenewals(withinDays: 7, first: 2) { nodes { subscriptionId } pageInfo { endCursor } } }';
  const { data } = await server.ask<{ list: { pageInfo: { endCursor: string } } }>(support, text);
  const next = `{ list: upcomingRenewals(withinDays: 7, after: "${data?.list.pageInfo.endCursor}") { nodes { subscriptionId } } }`;
  expect((await server.ask(support, next)).data).toEqual({
    list: { nodes: [{ subscriptionId: 'ends-later' }, { subscriptionId: 'just-in' }] },
  });
});

test('days that nobody can mean are refused', async () => {
  for (const days of [-1, 367]) {
    const text = `{ upcomingRenewals(withinDays: ${days}) { totalCount } }`;
    expect(codesOf(await server.ask(support, text))).toEqual(['BAD_USER_INPUT']);
  }
});

test('a customer sees the own renewals alone, and a service none', async () => {
  expect(await ids('withinDays: 30', customer)).toEqual(['just-in', 'just-out']);
  const service = await server.token({ role: 'service', scopes: ['import'] });
  expect(codesOf(await server.ask(service, '{ upcomingRenewals(withinDays: 7) { totalCount } }'))).toEqual([
    'FORBIDDEN',
  ]);
});
