import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  type LifecycleAction,
  stateOf,
  TARGETS,
  TRANSITIONS,
  whyNot,
} from '../../../src/modules/careportals/subscriptions/transitions.ts';
import { plainQuery, type Query } from '../../../src/platform/database/query.ts';
import { createTestDatabase, type TestDatabase } from '../../kit/test-database.ts';

let database: TestDatabase;
let query: Query;
beforeAll(async () => {
  database = await createTestDatabase();
  query = await plainQuery(database.orm);
});
afterAll(() => database?.drop());

const STATES = ['active', 'paused', 'cancelled'] as const;
const ACTIONS: LifecycleAction[] = ['pause', 'resume', 'cancel'];

test('an active one may be paused or cancelled, a paused one resumed or cancelled, a cancelled one nothing', () => {
  const allowed = STATES.map((state) => [state, ACTIONS.filter((action) => whyNot(action, state) === null)]);
  expect(Object.fromEntries(allowed)).toEqual({
    active: ['pause', 'cancel'],
    paused: ['resume', 'cancel'],
    cancelled: [],
  });
});

test('a refusal tells "already" from "cannot"', () => {
  expect(whyNot('pause', 'paused')).toBe('The subscription is paused already.');
  expect(whyNot('resume', 'cancelled')).toBe('A subscription that is cancelled cannot be changed to active.');
});

test('no action leads out of the states, and none leaves a subscription where it is', () => {
  for (const action of ACTIONS) expect(STATES).toContain(TARGETS[action]);
  for (const state of STATES) expect(TRANSITIONS[state]).not.toContain(state);
});

test('an ended subscription rests with the cancelled ones', () => {
  expect(['active', 'paused', 'cancelled', 'ended'].map((status) => stateOf(status as 'ended'))).toEqual([
    'active',
    'paused',
    'cancelled',
    'cancelled',
  ]);
});

test('the table subscription_status_transitions says what the rules file says', async () => {
  const rows = await query<{ from_status: string; to_status: string; allowed: number }>(
    'SELECT from_status, to_status, allowed FROM subscription_status_transitions ORDER BY from_status, to_status',
  );
  const rules = STATES.flatMap((from) => TRANSITIONS[from].map((to) => `${from} to ${to}: 1`));
  expect(rows.map((row) => `${row.from_status} to ${row.to_status}: ${row.allowed}`)).toEqual(rules.sort());
});
