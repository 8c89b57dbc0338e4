import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Orm } from '../../../../src/platform/database/connect.ts';
import { createTestDatabase, type TestDatabase } from '../../../kit/test-database.ts';
import { type Body, deliver, errorsOf, fresh, order, ownOrder, rows, sample } from './deliver.ts';

let database: TestDatabase;
let orm: Orm;

beforeAll(async () => {
  database = await createTestDatabase();
  orm = database.orm;
});

afterAll(() => database.drop());

/** A plan of its own, for a customer of its own. */
function ownPlan(name: string, changes: Body = {}): { id: string; body: Body } {
  const id = String(fresh()).padStart(24, 'd');
  const customer = { 'customer._id': id.replace('d', 'c'), 'customer.email': `plan.${id}@example.org` };
  return { id, body: sample(name, { _id: id, ...customer, ...changes }) };
}

async function plan(id: string) {
  const [row] = await rows(orm, 'SELECT state, next_cycle_date FROM subscriptions WHERE subscription_id = ?', [id]);
  if (!row) return null;
  const [details] = await rows(orm, `SELECT * FROM subscriptions_${row.state} WHERE subscription_id = ?`, [id]);
  return { ...row, ...details };
}

function entries(id: string) {
  return rows(
    orm,
    'SELECT trigger_type, effect FROM subscriptions_audit_log WHERE subscription_id = ? ORDER BY log_id',
    [id],
  );
}

describe('status', () => {
  test.each([
    ['Active', 'active', 'active'],
    ['CANCELED', 'cancelled', 'cancelled'],
    ['Ended', 'cancelled', 'ended'],
  ])('%s is read as %s, kept as %s', async (told, state, status) => {
    const { id, body } = ownPlan('subscription.active', { status: told });
    await deliver(orm, 'subscription.updated', body);
    expect(await plan(id)).toMatchObject({ state, status });
  });

  test('of the body is believed before the one of the address, and the difference is written down', async () => {
    const { id, body } = ownPlan('subscription.active', { status: 'paused' });
    expect(await deliver(orm, 'subscription.active', body)).toMatchObject({
      kind: 'done',
      note: expect.stringContaining('paused'),
    });
    expect(await plan(id)).toMatchObject({ state: 'paused' });
    expect(await errorsOf(orm, 'webhook_disagreement', 'the body says paused')).toHaveLength(1);
  });

  test('that nobody knows leaves the one of the address, or nothing at all', async () => {
    const named = ownPlan('subscription.active', { status: 'dormant' });
    await deliver(orm, 'subscription.paused', named.body);
    expect(await plan(named.id)).toMatchObject({ state: 'paused' });
    const nameless = ownPlan('subscription.active', { status: 'dormant' });
    expect(await deliver(orm, 'subscription.updated', nameless.body)).toMatchObject({ kind: 'quarantined' });
    expect(await plan(nameless.id)).toBeNull();
  });
});

describe('what is not usable', () => {
  test.each(['', '[object Object]', 'ünïcödé', '1662', "' OR 1=1 --"])(
    'id %j puts the delivery into quarantine, without an effect',
    async (id) => {
      const { body } = ownPlan('subscription.active', { _id: id });
      expect(await deliver(orm, 'subscription.active', body)).toMatchObject({ kind: 'quarantined' });
    },
  );

  test.each(['0', '-1', 'two', '1.5'])('cycle %s counts as blank', async (currentCycle) => {
    const { id, body } = ownPlan('subscription.active', { currentCycle });
    await deliver(orm, 'subscription.active', body);
    expect(await plan(id)).toMatchObject({ cycle: 1 });
  });
});

test('pause, resume, and the same pause body without a time of its own a day later: it ends paused', async () => {
  const { id, body } = ownPlan('subscription.created');
  const legacy = sample('subscription.paused.legacy', { _id: id, 'customer._id': body['customer._id'] });
  await deliver(orm, 'subscription.created', body);
  await deliver(orm, 'subscription.paused', legacy, '2025-12-01 10:00:00.000');
  await deliver(
    orm,
    'subscription.active',
    { ...body, updatedAt: '2025-12-02T10:00:00.000Z' },
    '2025-12-02 10:00:01.000',
  );
  await deliver(orm, 'subscription.paused', legacy, '2025-12-03 10:00:00.000');
  expect(await plan(id)).toMatchObject({ state: 'paused' });
  expect(await entries(id)).toEqual([
    { trigger_type: 'created', effect: 'created' },
    { trigger_type: 'paused', effect: 'moved' },
    { trigger_type: 'active', effect: 'moved' },
    { trigger_type: 'paused', effect: 'moved' },
  ]);
});

describe('a delivery that nothing names', () => {
  test('belongs to the subscription or order whose id it carries', async () => {
    const sub = ownPlan('subscription.created');
    await deliver(orm, 'subscription.created', sub.body);
    await deliver(orm, 'unknown', { _id: sub.id, status: 'cancelled' });
    expect(await plan(sub.id)).toMatchObject({ state: 'cancelled' });
    const bought = ownOrder('order.created');
    await deliver(orm, 'order.created', bought.body);
    await deliver(orm, 'unknown', { _id: bought.body._id, status: 'cancelled', updatedAt: '2025-11-20T00:00:00Z' });
    expect(await order(orm, bought.id)).toMatchObject({ current_status: 'cancelled' });
  });

  test('that cancels an order waits for the order, and one that cancels a subscription needs none', async () => {
    const order = { _id: 'e'.repeat(24), id: '778', status: 'cancelled', createdAt: '2025-11-20T00:00:00Z' };
    expect(await deliver(orm, 'unknown', order)).toMatchObject({ kind: 'parked', waitingFor: 'order:778' });
    const subscription = { _id: 'f'.repeat(24), id: '1663', status: 'cancelled', 'customer._id': 'f'.repeat(24) };
    await deliver(orm, 'unknown', subscription);
    const states = 'SELECT state FROM subscriptions WHERE subscription_id = ?';
    expect(await rows(orm, states, [subscription._id])).toEqual([{ state: 'cancelled' }]);
  });

  test('of an unknown id goes by a status that only one kind has', async () => {
    const { id, body } = ownPlan('subscription.paused.legacy');
    expect(await deliver(orm, 'unknown', body)).toMatchObject({ kind: 'done' });
    expect(await plan(id)).toMatchObject({ state: 'paused' });
    const { _id } = ownPlan('subscription.active').body;
    expect(await deliver(orm, 'unknown', { _id, id: '777', status: 'shipped' })).toMatchObject({
      kind: 'parked',
      waitingFor: 'order:777',
    });
  });

  test.each([
    [{ _id: 'e'.repeat(24), status: 'cancelled', id: '778' }],
    [{ _id: 'e'.repeat(24), status: 'active' }],
    [{ _id: 'e'.repeat(24), status: 'completed' }],
    [{ colour: 'red' }],
  ])('and that could be anything goes into quarantine: %j', async (body) => {
    expect(await deliver(orm, 'unknown', body)).toMatchObject({
      kind: 'quarantined',
      note: expect.stringContaining('kept'),
    });
  });
});

test('an event nobody has heard of is kept and has no effect', async () => {
  expect(await deliver(orm, 'task.completed', { _id: 'a' })).toMatchObject({
    kind: 'ignored',
    note: expect.stringContaining('kept'),
  });
});
