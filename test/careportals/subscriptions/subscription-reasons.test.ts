import { afterAll, beforeAll, expect, test } from 'vitest';
import { asAdmin } from '../../kit/people.ts';
import { createTestApp, type TestApp } from '../../kit/test-app.ts';
import { codesOf } from '../../kit/transports.ts';
import { makeCustomer, makeSubscription } from '../schema/make-rows.ts';
import { openSession } from '../schema/session.ts';
import { act } from './lifecycle.ts';
import { newId } from './standing.ts';

let server: TestApp;
const tokens: Record<string, string> = {};

beforeAll(async () => {
  server = await createTestApp();
  for (const role of ['support', 'admin', 'analyst', 'service'] as const) tokens[role] = await server.token({ role });
  tokens.customer = await server.token({ role: 'customer', customerId: 'ann' });
});
afterAll(() => server?.stop());

interface Reason {
  code: string;
  label: string;
  retired: boolean;
}

async function reasons(caller: string, args = ''): Promise<Reason[]> {
  const { data, errors } = await server.ask<{ subscriptionReasons: Reason[] }>(
    tokens[caller] ?? '',
    `{ subscriptionReasons${args} { code label retired } }`,
  );
  if (data === null) throw new Error(JSON.stringify(errors));
  return data.subscriptionReasons;
}

function save(caller: string, input: object) {
  return server.ask<{ saved: { reason: Reason | null; userErrors: { code: string; path: string[] }[] } }>(
    tokens[caller] ?? '',
    `mutation ($input: SaveSubscriptionReasonInput!) { saved: saveSubscriptionReason(input: $input) {
      reason { code label retired } userErrors { code path } } }`,
    { input },
  );
}

test.each(['customer', 'support', 'analyst', 'admin'])('a %s reads the reasons that are offered', async (caller) => {
  const offered = await reasons(caller);
  expect(offered).toContainEqual({ code: 'travelling', label: 'Is travelling', retired: false });
  expect(offered.length).toBeGreaterThan(10);
});

test('an admin adds a reason, words it anew and retires it: then it is only told if asked for', async () => {
  const moved = { code: 'moved_abroad', label: 'Moved abroad', retired: false };
  expect((await save('admin', { code: 'moved_abroad', label: 'Moved abroad' })).data?.saved).toEqual({
    reason: moved,
    userErrors: [],
  });
  expect(await reasons('support')).toContainEqual(moved);
  await save('admin', { ...moved, label: 'Lives abroad', retired: true });
  const left = (all: Reason[]) => all.filter(({ code }) => code === 'moved_abroad');
  expect(left(await reasons('support'))).toEqual([]);
  expect(left(await reasons('support', '(includeRetired: true)'))).toEqual([
    { code: 'moved_abroad', label: 'Lives abroad', retired: true },
  ]);
});

test.each([
  ['code', { code: '', label: 'x' }],
  ['code', { code: 'Travelling', label: 'x' }],
  ['code', { code: 'on the way', label: 'x' }],
  ['code', { code: 'x'.repeat(51), label: 'x' }],
  ['label', { code: 'fine', label: '' }],
  ['label', { code: 'fine', label: '  ' }],
  ['label', { code: 'fine', label: 'x'.repeat(101) }],
])('a %s that does not fit is VALIDATION, and nothing is saved: %j', async (field, input) => {
  const before = await reasons('admin', '(includeRetired: true)');
  expect((await save('admin', input)).data?.saved).toEqual({
    reason: null,
    userErrors: [{ code: 'VALIDATION', path: ['input', field] }],
  });
  expect(await reasons('admin', '(includeRetired: true)')).toEqual(before);
});

test('the longest code and label fit', async () => {
  const longest = { code: 'x'.repeat(50), label: '😀'.repeat(50), retired: true };
  expect((await save('admin', longest)).data?.saved).toEqual({ reason: longest, userErrors: [] });
});

test.each(['customer', 'support', 'analyst', 'service'])('it is FORBIDDEN for a %s to save one', async (caller) => {
  expect(codesOf(await save(caller, { code: 'mine', label: 'Mine' }))).toEqual(['FORBIDDEN']);
  expect(await reasons('admin', '(includeRetired: true)')).not.toContainEqual(
    expect.objectContaining({ code: 'mine' }),
  );
});

test('a service may not read them: no scope says so', async () => {
  expect(codesOf(await server.ask(tokens.service ?? '', '{ subscriptionReasons { code } }'))).toEqual(['FORBIDDEN']);
});

test('the trail shows the code of a reason that is on the list, retired or not, and other for the rest; a blank one is none', async () => {
  const session = await openSession(server.database.adminUrl);
  await makeCustomer(session, 'ann');
  const subscriptionId = newId();
  await makeSubscription(session, subscriptionId, 'active', 'ann');
  await session.close();
  await save('admin', { code: 'bygone', label: 'Bygone', retired: true });
  const given = ['travelling', 'Travelling', 'bygone', 'Anna is ill', null, ''];
  for (const [index, reason] of given.entries()) {
    await act(server, tokens.support ?? '', index % 2 ? 'resumeSubscription' : 'pauseSubscription', {
      subscriptionId,
      reason,
    });
  }
  const ask = async (caller: string) => {
    const { data } = await server.ask<{
      subscription: { auditLog: { nodes: { reason: string; reasonCode: string }[] } };
    }>(
      tokens[caller] ?? '',
      `{ subscription(subscriptionId: "${subscriptionId}") { auditLog(sort: { field: LOG_ID, direction: ASC }) {
        nodes { reason reasonCode } } } }`,
    );
    return data?.subscription.auditLog.nodes.map(({ reason, reasonCode }) => [reason, reasonCode]);
  };
  const codes = ['travelling', 'travelling', 'bygone', 'other', null, null];
  expect(await ask('support')).toEqual(given.map((reason, index) => [reason || null, codes[index]]));
  expect(await ask('analyst')).toEqual(codes.map((code) => [null, code]));
});

test('two admins who add the same reason at once both succeed', async () => {
  const answers = await Promise.all([1, 2, 3, 4].map((n) => save('admin', { code: 'at_once', label: `At once ${n}` })));
  expect(answers.map(({ data }) => data?.saved.userErrors)).toEqual([[], [], [], []]);
  const query = await asAdmin(server.database);
  expect(await query("SELECT 1 FROM subscription_reasons WHERE code = 'at_once'")).toHaveLength(1);
});
