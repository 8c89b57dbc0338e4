import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { drawLifecycle } from '../../../src/modules/careportals/subscriptions/draw-lifecycle.ts';
import {
  openTransitions,
  RULES,
  type RuleName,
  STANDINGS,
  type Standing,
  type Subject,
  stateOf,
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

const NOW = '2026-03-10 12:00:00.000';
const NAMES = Object.keys(RULES) as RuleName[];

/** Everything known that a rule may need. */
function standingAs(standing: Standing, known: Partial<Subject> = {}): Subject {
  const skippedDates = ['2026-03-15 09:00:00.000'];
  return { ...STANDINGS[standing], nextCycleDate: '2026-04-12 09:00:00.000', skippedDates, cycleDays: 28, ...known };
}

function allowed(standing: Standing, asker: 'admin' | 'support' | 'customer' = 'admin'): RuleName[] {
  return NAMES.filter((name) => whyNot(name, standingAs(standing), asker, NOW) === null);
}

test('each standing allows what the table says, to an admin', () => {
  expect(allowed('active')).toEqual([
    'pause',
    'pause_until',
    'pause_for_cycles',
    'cancel',
    'cancel_at_cycle_end',
    'reschedule',
    'skip',
    'unskip',
    'swap_product',
    'advance_cycle',
  ]);
  expect(allowed('ending')).toEqual(['cancel', 'undo_scheduled_change']);
  expect(allowed('paused')).toEqual(['resume', 'resume_at', 'cancel', 'swap_product']);
  expect(allowed('pausedUntil')).toEqual(['resume', 'resume_at', 'cancel', 'undo_scheduled_change', 'swap_product']);
  expect(allowed('cancelled')).toEqual(['reactivate']);
});

test('a customer may pause, resume, cancel and call off a plan, support may also change dates and product', () => {
  const open = (asker: 'support' | 'customer') =>
    new Set((Object.keys(STANDINGS) as Standing[]).flatMap((standing) => allowed(standing, asker)));
  const customers = [
    'pause',
    'pause_until',
    'pause_for_cycles',
    'resume',
    'resume_at',
    'cancel',
    'cancel_at_cycle_end',
  ];
  expect(open('customer')).toEqual(new Set([...customers, 'undo_scheduled_change']));
  const staff = ['undo_scheduled_change', 'reschedule', 'skip', 'unskip', 'swap_product'];
  expect(open('support')).toEqual(new Set([...customers, ...staff]));
});

test.each([
  ['pause', 'paused', {}, 'The subscription is paused already.'],
  ['resume', 'active', {}, 'The subscription is active already.'],
  ['resume', 'cancelled', {}, 'Resuming is not possible while a subscription is cancelled.'],
  ['pause', 'ending', {}, 'Its cancellation is scheduled. Undo that first.'],
  ['undo_scheduled_change', 'paused', {}, 'Nothing is scheduled that could be undone.'],
  ['skip', 'active', { cycleDays: null }, /length of its cycle is not known/],
  ['skip', 'active', { nextCycleDate: NOW }, /next cycle is not known, or has passed/],
  ['unskip', 'active', { skippedDates: ['2026-03-10 11:59:59.999'] }, 'No skipped cycle lies ahead.'],
] as const)('%s of one that is %s is refused with the reason', (name, standing, known, message) => {
  const refused = whyNot(name, standingAs(standing, known), 'admin', NOW);
  expect(refused?.code).toBe('INVALID_TRANSITION');
  expect(refused?.message).toMatch(message);
});

test('who may not do it is told so before anything else', () => {
  expect(whyNot('reactivate', standingAs('active'), 'support', NOW)).toMatchObject({
    code: 'NOT_ALLOWED',
    message: 'Reactivating is for admins only.',
  });
});

test('an ended subscription rests with the cancelled ones', () => {
  const states = (['active', 'paused', 'cancelled', 'ended'] as const).map(stateOf);
  expect(states).toEqual(['active', 'paused', 'cancelled', 'cancelled']);
});

test('the table subscription_status_transitions says what the rules file says', async () => {
  const rows = await query<{ from_status: string; to_status: string; allowed: number }>(
    'SELECT from_status, to_status, allowed FROM subscription_status_transitions',
  );
  const rules = openTransitions().map(({ from, to }) => `${from} to ${to}: 1`);
  expect(new Set(rows.map((row) => `${row.from_status} to ${row.to_status}: ${row.allowed}`))).toEqual(new Set(rules));
});

test('the diagram in docs/subscriptions.md is made from the rules (npm run schema)', async () => {
  const page = await readFile('docs/subscriptions.md', 'utf8');
  expect(/<!-- made by npm run schema -->\n(.*?)\n<!-- end -->/s.exec(page)?.[1]).toBe(drawLifecycle());
});
