import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { firstNotBefore, nextDateFrom, plusDays } from '../../../src/modules/careportals/subscriptions/cycle-dates.ts';
import { plainQuery, type Query } from '../../../src/platform/database/query.ts';
import { createTestApp, type TestApp } from '../../kit/test-app.ts';
import { makeCustomer, makeSubscription } from '../schema/make-rows.ts';
import { openSession, type Session } from '../schema/session.ts';
import { event } from './act.ts';
import { act, movingClock, setSpine } from './lifecycle.ts';
import { newId, standing, trail } from './standing.ts';

const clock = movingClock('2026-03-10T12:00:00.000Z');
const NEXT = '2026-03-20 09:00:00.000';

let server: TestApp;
let admin: Session;
let query: Query;
let tokens: Record<'support' | 'admin' | 'ann', string>;
beforeAll(async () => {
  server = await createTestApp({ clock });
  admin = await openSession(server.database.adminUrl);
  query = await plainQuery(server.database.orm);
  await makeCustomer(admin, 'ann');
  await admin.run(`INSERT INTO products (product_id, list_price, renewal_cycle_duration, active)
    VALUES ('monthly', 100, 28, 1), ('quarterly', 300, 84, 1), ('withdrawn', 100, 28, 0), ('odd', 100, 0, 1)`);
  tokens = {
    support: await server.token({ role: 'support' }),
    admin: await server.token({ role: 'admin' }),
    ann: await server.token({ role: 'customer', customerId: 'ann' }),
  };
});
afterAll(async () => {
  await admin?.close();
  await server?.stop();
});

async function newSubscription(state = 'active', productId: string | null = 'monthly'): Promise<string> {
  const id = newId();
  await makeSubscription(admin, id, state, 'ann');
  await admin.changed(`UPDATE subscriptions_${state} SET product_id = ? WHERE subscription_id = ?`, [productId, id]);
  await setSpine(query, id, { next_cycle_date: NEXT });
  return id;
}

const done = (mutation: string, input: object, as: keyof typeof tokens = 'support') =>
  act(server, tokens[as], mutation, input);

describe('dates', () => {
  test('days are calendar days: months, leap days and the clocks of New York do not matter', () => {
    expect(plusDays('2026-02-20 09:30:00.125', 28)).toBe('2026-03-20 09:30:00.125');
    expect(plusDays('2028-02-28 09:00:00.000', 1)).toBe('2028-02-29 09:00:00.000');
    expect(plusDays('2025-12-31 23:59:59.999', 1)).toBe('2026-01-01 23:59:59.999');
  });

  test('a rhythm goes on at the first of its dates that is not past', () => {
    expect(firstNotBefore(NEXT, 28, '2026-03-20 09:00:00.000')).toBe(NEXT);
    expect(firstNotBefore(NEXT, 28, '2026-03-20 09:00:00.001')).toBe('2026-04-17 09:00:00.000');
    expect(firstNotBefore(NEXT, 28, '2027-03-20 09:00:00.000')).toBe('2027-04-16 09:00:00.000');
    expect(nextDateFrom(NEXT, null, '2026-03-21 00:00:00.000')).toBeNull();
    expect(nextDateFrom(null, 28, '2026-03-21 00:00:00.000')).toBeNull();
  });
});

describe('skipping', () => {
  test('makes the cycle after it the next, again and again, and each can be taken back, last first', async () => {
    const subscriptionId = await newSubscription();
    for (const date of ['2026-04-17T09:00:00.000Z', '2026-05-15T09:00:00.000Z']) {
      const { subscription } = await done('skipSubscriptionCycle', { subscriptionId });
      expect(subscription).toMatchObject({ nextCycleDate: date, cycle: 1, status: 'ACTIVE' });
    }
    expect((await standing(query, subscriptionId)).skipped_dates).toEqual([NEXT, '2026-04-17 09:00:00.000']);
    for (const date of ['2026-04-17T09:00:00.000Z', '2026-03-20T09:00:00.000Z']) {
      const { subscription } = await done('unskipSubscriptionCycle', { subscriptionId });
      expect(subscription?.nextCycleDate).toBe(date);
    }
    const { userErrors } = await done('unskipSubscriptionCycle', { subscriptionId });
    expect(userErrors[0]).toMatchObject({ code: 'INVALID_TRANSITION' });
  });

  test('is over when the date is moved, the cycle advances, it is paused, or the EMR tells a date', async () => {
    const enders: ((subscriptionId: string) => Promise<unknown>)[] = [
      (subscriptionId) => done('rescheduleSubscription', { subscriptionId, nextCycleDate: '2026-06-01T09:00:00.000Z' }),
      (subscriptionId) => done('advanceSubscriptionCycle', { subscriptionId }, 'admin'),
      (subscriptionId) => done('pauseSubscription', { subscriptionId }),
      (subscriptionId) =>
        event(
          server.database.orm,
          { subscriptionId, status: 'active', updatedAt: '2026-03-10 12:01:00.000', nextCycleDate: NEXT },
          '2026-03-10 12:02:00.000',
        ),
    ];
    for (const end of enders) {
      const subscriptionId = await newSubscription();
      await done('skipSubscriptionCycle', { subscriptionId });
      await end(subscriptionId);
      expect((await standing(query, subscriptionId)).skipped_dates).toBeNull();
    }
  });

  test.each([null, 'odd'])('is refused for the product %s, whose cycle has no length', async (productId) => {
    const subscriptionId = await newSubscription('active', productId);
    const { userErrors } = await done('skipSubscriptionCycle', { subscriptionId });
    expect(userErrors[0]).toMatchObject({ code: 'INVALID_TRANSITION', message: expect.stringMatching(/length/) });
  });
});

describe('rescheduling', () => {
  test('moves the next date, and an older event of the EMR does not move it back but a newer one does', async () => {
    const subscriptionId = await newSubscription();
    const { subscription, auditEntry } = await done('rescheduleSubscription', {
      subscriptionId,
      nextCycleDate: '2026-04-02T09:00:00.000Z',
    });
    expect(subscription?.nextCycleDate).toBe('2026-04-02T09:00:00.000Z');
    expect(auditEntry).toMatchObject({ triggerType: 'reschedule', effect: 'changed' });
    const tell = (updatedAt: string) =>
      event(
        server.database.orm,
        { subscriptionId, status: 'active', updatedAt, nextCycleDate: NEXT },
        '2026-03-10 12:30:00.000',
      );
    await tell('2026-03-10 11:00:00.000');
    expect((await standing(query, subscriptionId)).next_cycle_date).toBe('2026-04-02 09:00:00.000');
    await tell('2026-03-10 12:20:00.000');
    expect((await standing(query, subscriptionId)).next_cycle_date).toBe(NEXT);
    expect((await trail(query, subscriptionId)).at(-1)?.effect).toBe('emr_override');
  });

  test.each(['2026-03-10T12:00:00.000Z', '2028-12-01T00:00:00.000Z', '2026-03-20T09:00:00.000Z'])(
    'to %s is refused: past, absurdly far, or the date it has',
    async (nextCycleDate) => {
      const subscriptionId = await newSubscription();
      const { userErrors } = await done('rescheduleSubscription', { subscriptionId, nextCycleDate });
      expect(userErrors[0]).toMatchObject({ code: 'VALIDATION', path: ['input', 'nextCycleDate'] });
    },
  );
});

describe('another product', () => {
  test('takes the place of the present one, and later dates follow its cycle', async () => {
    const subscriptionId = await newSubscription();
    const { auditEntry } = await done('swapSubscriptionProduct', { subscriptionId, productId: 'quarterly' });
    expect(auditEntry).toMatchObject({ triggerType: 'swap_product', effect: 'changed' });
    expect(await standing(query, subscriptionId)).toMatchObject({ product_id: 'quarterly', next_cycle_date: NEXT });
    const { subscription } = await done('skipSubscriptionCycle', { subscriptionId });
    expect(subscription?.nextCycleDate).toBe('2026-06-12T09:00:00.000Z');
  });

  test.each([
    ['withdrawn', 'PRODUCT_INACTIVE'],
    ['nothing', 'NOT_FOUND'],
    ['prodükt', 'NOT_FOUND'],
    ['monthly', 'VALIDATION'],
  ])('%s is refused with %s, and nothing changes', async (productId, code) => {
    const subscriptionId = await newSubscription('paused');
    const { userErrors, subscription } = await done('swapSubscriptionProduct', { subscriptionId, productId });
    expect(userErrors).toMatchObject([{ code, path: ['input', 'productId'] }]);
    expect(subscription?.version).toBe(1);
  });
});

describe('advancing the cycle', () => {
  test('raises it by one and moves the date by one cycle; it is for admins', async () => {
    const subscriptionId = await newSubscription();
    const refused = await done('advanceSubscriptionCycle', { subscriptionId });
    expect(refused.userErrors[0]?.code).toBe('NOT_ALLOWED');
    const { subscription } = await done('advanceSubscriptionCycle', { subscriptionId }, 'admin');
    expect(subscription).toMatchObject({ cycle: 2, nextCycleDate: '2026-04-17T09:00:00.000Z', version: 2 });
  });

  test('leaves the next date open when the length of a cycle is not known', async () => {
    const subscriptionId = await newSubscription('active', null);
    const { subscription } = await done('advanceSubscriptionCycle', { subscriptionId }, 'admin');
    expect(subscription).toMatchObject({ cycle: 2, nextCycleDate: null });
  });
});

describe('reactivating', () => {
  test('takes a cancelled one back, keeps the cancellation in its trail, and is for admins', async () => {
    const subscriptionId = await newSubscription();
    await done('cancelSubscription', { subscriptionId, reason: 'too_expensive' });
    for (const as of ['support', 'ann'] as const) {
      expect((await done('reactivateSubscription', { subscriptionId }, as)).userErrors[0]?.code).toBe('NOT_ALLOWED');
    }
    const { subscription } = await done('reactivateSubscription', { subscriptionId, reason: 'called back' }, 'admin');
    expect(subscription).toMatchObject({ status: 'ACTIVE', version: 3 });
    const entries = await trail(query, subscriptionId);
    expect(entries.map(({ trigger_type, reason }) => [trigger_type, reason])).toEqual([
      ['cancel', 'too_expensive'],
      ['reactivate', 'called back'],
    ]);
  });

  test('is possible for an ended one too', async () => {
    const subscriptionId = await newSubscription('cancelled');
    await admin.changed("UPDATE subscriptions_cancelled SET status = 'ended' WHERE subscription_id = ?", [
      subscriptionId,
    ]);
    await done('reactivateSubscription', { subscriptionId }, 'admin');
    expect(await standing(query, subscriptionId)).toMatchObject({ state: 'active', status: 'active' });
  });
});

test('a customer may not move dates or products of the own subscription', async () => {
  const subscriptionId = await newSubscription();
  const inputs = {
    rescheduleSubscription: { nextCycleDate: '2026-04-02T09:00:00.000Z' },
    skipSubscriptionCycle: {},
    unskipSubscriptionCycle: {},
    swapSubscriptionProduct: { productId: 'quarterly' },
    advanceSubscriptionCycle: {},
  };
  for (const [mutation, input] of Object.entries(inputs)) {
    const { userErrors } = await done(mutation, { subscriptionId, ...input }, 'ann');
    expect([mutation, userErrors[0]?.code]).toEqual([mutation, 'NOT_ALLOWED']);
  }
});
