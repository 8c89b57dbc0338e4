import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { plainQuery, type Query } from '../../../src/platform/database/query.ts';
import { createTestApp, type TestApp } from '../../kit/test-app.ts';
import { makeCustomer, makeSubscription } from '../schema/make-rows.ts';
import { openSession, type Session } from '../schema/session.ts';
import { event } from './act.ts';
import { act, movingClock, setSpine } from './lifecycle.ts';
import { contradictions, newId, standing, trail } from './standing.ts';

const START = '2026-03-10T12:00:00.000Z';
const clock = movingClock(START);

let server: TestApp;
let admin: Session;
let query: Query;
let support: string;
beforeAll(async () => {
  server = await createTestApp({ clock });
  admin = await openSession(server.database.adminUrl);
  query = await plainQuery(server.database.orm);
  await makeCustomer(admin, 'ann');
  await admin.run(`INSERT INTO products (product_id, list_price, renewal_cycle_duration) VALUES ('monthly', 100, 28)`);
  support = await server.token({ role: 'support', subject: 'agent-7' });
});
afterAll(async () => {
  await admin?.close();
  await server?.stop();
});

/** An active one of 28 days whose next cycle begins on 20 March at 9. */
async function newSubscription(): Promise<string> {
  clock.to(START);
  const id = newId();
  await makeSubscription(admin, id, 'active', 'ann');
  await admin.changed("UPDATE subscriptions_active SET product_id = 'monthly' WHERE subscription_id = ?", [id]);
  await setSpine(query, id, { next_cycle_date: '2026-03-20 09:00:00.000' });
  return id;
}

async function plan(mutation: string, input: object) {
  const answer = await act(server, support, mutation, input);
  expect(answer.userErrors).toEqual([]);
  return answer;
}

async function at(iso: string): Promise<void> {
  clock.to(iso);
  await server.app.jobs.idle();
}

describe('a pause with an end', () => {
  test('resumes by itself when the date has come and not before, in the name of the schedule, with its reason', async () => {
    const subscriptionId = await newSubscription();
    await plan('pauseSubscription', { subscriptionId, resumeAt: '2026-04-01T08:00:00.000Z', reason: 'travelling' });
    await at('2026-04-01T07:59:59.999Z');
    expect(await standing(query, subscriptionId)).toMatchObject({ state: 'paused', scheduled_action: 'resume' });
    await at('2026-04-01T08:00:00.000Z');
    const after = await standing(query, subscriptionId);
    expect(after).toMatchObject({ state: 'active', version: 3, scheduled_action: null, scheduled_at: null });
    const [asked, done] = await trail(query, subscriptionId);
    expect(asked).toMatchObject({ trigger_type: 'pause', effect: 'moved', actor: 'agent-7' });
    expect(asked?.changes).toMatchObject({
      scheduledAction: [null, 'resume'],
      scheduledAt: [null, '2026-04-01 08:00:00.000'],
    });
    expect(done).toMatchObject({ trigger_type: 'resume', effect: 'moved', actor: 'schedule', actor_role: 'system' });
    expect(done).toMatchObject({ source: 'job', reason: 'travelling', correlation_id: asked?.correlation_id });
  });

  test('goes on with the first date of its rhythm that was not missed', async () => {
    const subscriptionId = await newSubscription();
    await plan('pauseSubscription', { subscriptionId, resumeAt: '2026-05-01T08:00:00.000Z' });
    await at('2026-05-01T08:00:30.000Z');
    // 20 March, 17 April, 15 May.
    expect((await standing(query, subscriptionId)).next_cycle_date).toBe('2026-05-15 09:00:00.000');
  });

  test('of two cycles leaves out two dates and resumes on the third, which counts however late we are', async () => {
    const subscriptionId = await newSubscription();
    await plan('pauseSubscription', { subscriptionId, cycles: 2 });
    expect((await standing(query, subscriptionId)).scheduled_at).toBe('2026-05-15 09:00:00.000');
    await at('2026-05-15T09:00:59.000Z');
    expect(await standing(query, subscriptionId)).toMatchObject({
      state: 'active',
      next_cycle_date: '2026-05-15 09:00:00.000',
    });
  });

  test('loses its end when that is called off, and gets another by resuming at a date', async () => {
    const subscriptionId = await newSubscription();
    await plan('pauseSubscription', { subscriptionId, resumeAt: '2026-04-01T08:00:00.000Z' });
    expect((await plan('undoScheduledChange', { subscriptionId })).auditEntry?.effect).toBe('changed');
    await at('2026-04-02T08:00:00.000Z');
    expect((await standing(query, subscriptionId)).state).toBe('paused');
    const answer = await plan('resumeSubscription', { subscriptionId, resumeAt: '2026-04-05T08:00:00.000Z' });
    expect(answer.auditEntry?.effect).toBe('scheduled');
    await plan('resumeSubscription', { subscriptionId, resumeAt: '2026-04-04T08:00:00.000Z' });
    await at('2026-04-04T08:00:00.000Z');
    expect((await standing(query, subscriptionId)).state).toBe('active');
  });

  test.each([
    [{ resumeAt: START }, 'resumeAt', /lie ahead/],
    [{ resumeAt: '2029-03-10T12:00:00.000Z' }, 'resumeAt', /within two years/],
    [{ cycles: 0 }, 'cycles', /1 to 52/],
    [{ cycles: 40 }, 'cycles', /within two years/],
    [{ cycles: 1, resumeAt: '2026-04-01T08:00:00.000Z' }, 'cycles', /not both/],
  ])('is refused with a sentence for %j', async (input, field, message) => {
    const subscriptionId = await newSubscription();
    const { userErrors } = await act(server, support, 'pauseSubscription', { subscriptionId, ...input });
    expect(userErrors).toEqual([
      { code: 'VALIDATION', path: ['input', field], message: expect.stringMatching(message) },
    ]);
    expect(await trail(query, subscriptionId)).toEqual([]);
  });

  test('of cycles is refused when the length of a cycle is not known', async () => {
    const subscriptionId = await newSubscription();
    await admin.changed('UPDATE subscriptions_active SET product_id = NULL WHERE subscription_id = ?', [
      subscriptionId,
    ]);
    const { userErrors } = await act(server, support, 'pauseSubscription', { subscriptionId, cycles: 1 });
    expect(userErrors[0]).toMatchObject({ code: 'INVALID_TRANSITION', message: expect.stringMatching(/no product/) });
  });
});

describe('a cancellation at the end of the cycle', () => {
  test('leaves it active until then, refuses all but a cancellation now, and then cancels it', async () => {
    const subscriptionId = await newSubscription();
    const { subscription, auditEntry } = await plan('cancelSubscription', { subscriptionId, atCycleEnd: true });
    expect(subscription).toMatchObject({ status: 'ACTIVE', version: 2 });
    expect(auditEntry).toMatchObject({ triggerType: 'cancel', effect: 'scheduled' });
    for (const mutation of ['pauseSubscription', 'skipSubscriptionCycle']) {
      const { userErrors } = await act(server, support, mutation, { subscriptionId });
      expect(userErrors[0]).toMatchObject({ code: 'INVALID_TRANSITION', message: expect.stringMatching(/Undo/) });
    }
    await at('2026-03-20T09:00:00.000Z');
    expect(await standing(query, subscriptionId)).toMatchObject({ state: 'cancelled', version: 3 });
    expect((await trail(query, subscriptionId)).at(-1)).toMatchObject({ trigger_type: 'cancel', source: 'job' });
  });

  test('can be called off', async () => {
    const subscriptionId = await newSubscription();
    await plan('cancelSubscription', { subscriptionId, atCycleEnd: true });
    await plan('undoScheduledChange', { subscriptionId });
    await at('2026-03-21T09:00:00.000Z');
    expect(await standing(query, subscriptionId)).toMatchObject({ state: 'active', scheduled_at: null });
    const { userErrors } = await act(server, support, 'undoScheduledChange', { subscriptionId });
    expect(userErrors[0]?.code).toBe('INVALID_TRANSITION');
  });

  test('needs a date that lies ahead', async () => {
    const subscriptionId = await newSubscription();
    await setSpine(query, subscriptionId, { next_cycle_date: '2026-03-10 11:00:00.000' });
    const { userErrors } = await act(server, support, 'cancelSubscription', { subscriptionId, atCycleEnd: true });
    expect(userErrors[0]).toMatchObject({ code: 'INVALID_TRANSITION', message: expect.stringMatching(/has passed/) });
  });
});

describe('the EMR and a plan', () => {
  const told = (subscriptionId: string, status: 'active' | 'paused', updatedAt: string) =>
    event(server.database.orm, { subscriptionId, status, updatedAt }, '2026-03-10 13:00:00.000');

  test('an event after the plan that tells another state ends it, marked as an override', async () => {
    const subscriptionId = await newSubscription();
    await plan('cancelSubscription', { subscriptionId, atCycleEnd: true });
    await told(subscriptionId, 'paused', '2026-03-10 12:30:00.000');
    expect(await standing(query, subscriptionId)).toMatchObject({ state: 'paused', scheduled_action: null });
    expect((await trail(query, subscriptionId)).at(-1)?.effect).toBe('emr_override');
  });

  test('the same two events end it in either order of arrival', async () => {
    const events = [['paused', '2026-03-10 12:30:00.000'] as const, ['active', '2026-03-10 12:40:00.000'] as const];
    for (const order of [events, events.toReversed()]) {
      const subscriptionId = await newSubscription();
      await plan('cancelSubscription', { subscriptionId, atCycleEnd: true });
      for (const [status, updatedAt] of order) await told(subscriptionId, status, updatedAt);
      expect(await standing(query, subscriptionId)).toMatchObject({ state: 'active', scheduled_action: null });
    }
  });

  test('one that hands the subscription over leaves the plan, without the reason of the customer before', async () => {
    await makeCustomer(admin, 'bob');
    const subscriptionId = await newSubscription();
    await plan('cancelSubscription', { subscriptionId, atCycleEnd: true, reason: 'pregnancy' });
    await event(
      server.database.orm,
      { subscriptionId, status: 'active', updatedAt: '2026-03-10 12:30:00.000', customerId: 'bob' },
      '2026-03-10 13:00:00.000',
    );
    const bob = await server.token({ role: 'customer', customerId: 'bob' });
    const { data } = await server.ask(
      bob,
      `{ subscription(subscriptionId: "${subscriptionId}") {
        scheduledChanges { action reason reasonCode } explain { by reason reasonCode } auditLog { nodes { reason reasonCode } } } }`,
    );
    const none = { reason: null, reasonCode: null };
    expect(data).toEqual({
      subscription: {
        scheduledChanges: [{ action: 'CANCEL', ...none }],
        explain: [
          { by: 'cancelSubscription', ...none },
          { by: 'active', ...none },
        ],
        auditLog: { nodes: [none, none] },
      },
    });
  });

  test('one that does what was planned, or tells the date that a skip led to, is no override', async () => {
    const ending = await newSubscription();
    await plan('cancelSubscription', { subscriptionId: ending, atCycleEnd: true });
    await event(
      server.database.orm,
      { subscriptionId: ending, status: 'cancelled', updatedAt: '2026-03-10 12:30:00.000' },
      '2026-03-10 13:00:00.000',
    );
    expect((await trail(query, ending)).at(-1)?.effect).toBe('moved');
    const skipped = await newSubscription();
    await plan('skipSubscriptionCycle', { subscriptionId: skipped });
    const date = (await standing(query, skipped)).next_cycle_date;
    await event(
      server.database.orm,
      { subscriptionId: skipped, status: 'active', updatedAt: '2026-03-10 12:30:00.000', nextCycleDate: date },
      '2026-03-10 13:00:00.000',
    );
    expect((await trail(query, skipped)).at(-1)?.effect).toBe('changed');
  });

  test('one from before the plan, or one that agrees with it, leaves it', async () => {
    const subscriptionId = await newSubscription();
    await plan('cancelSubscription', { subscriptionId, atCycleEnd: true });
    await told(subscriptionId, 'paused', '2026-03-10 12:00:00.000');
    await told(subscriptionId, 'active', '2026-03-10 12:30:00.000');
    expect(await standing(query, subscriptionId)).toMatchObject({ state: 'active', scheduled_action: 'cancel' });
  });
});

describe('what falls due', () => {
  test('is done exactly once with two instances, a restart in between and many at once', async () => {
    const ids = await Promise.all(Array.from({ length: 60 }, () => newSubscription()));
    for (const subscriptionId of ids) await plan('pauseSubscription', { subscriptionId, cycles: 1 });
    const second = await createTestApp({ clock, database: server.database });
    clock.to('2026-04-17T09:00:00.000Z');
    server.app.jobs.wake();
    second.app.jobs.wake();
    await second.stop();
    const third = await createTestApp({ clock, database: server.database });
    await Promise.all([server.app.jobs.idle(), third.app.jobs.idle()]);
    await third.stop();
    for (const id of ids) {
      expect(await standing(query, id)).toMatchObject({ state: 'active', version: 3 });
      expect(await trail(query, id)).toHaveLength(2);
    }
  });

  test('that fails does not hold up the others, and is done when it can be', async () => {
    const [broken, sound] = [await newSubscription(), await newSubscription()];
    await plan('pauseSubscription', { subscriptionId: broken, resumeAt: '2026-03-11T08:00:00.000Z' });
    await plan('pauseSubscription', { subscriptionId: sound, resumeAt: '2026-03-11T08:00:01.000Z' });
    // 1364: the entry of this one's resumption has no place to go.
    await admin.run(`CREATE TRIGGER no_entry BEFORE INSERT ON subscriptions_audit_log FOR EACH ROW
      IF NEW.subscription_id = '${broken}' THEN SIGNAL SQLSTATE '45000'; END IF`);
    await at('2026-03-11T08:00:02.000Z');
    expect((await standing(query, broken)).state).toBe('paused');
    expect((await standing(query, sound)).state).toBe('active');
    await admin.run('DROP TRIGGER no_entry');
    await at('2026-03-11T08:02:00.000Z');
    expect((await standing(query, broken)).state).toBe('active');
  });
});

test('two that somebody else holds locked do not hold up a third', async () => {
  const ids = [await newSubscription(), await newSubscription(), await newSubscription()];
  for (const [i, subscriptionId] of ids.entries()) {
    await plan('pauseSubscription', { subscriptionId, resumeAt: `2026-03-11T08:00:0${i}.000Z` });
  }
  const holder = await openSession(server.database.adminUrl);
  await holder.run('BEGIN');
  await holder.rows('SELECT 1 FROM subscriptions_paused WHERE subscription_id IN (?) FOR UPDATE', [ids.slice(0, 2)]);
  clock.to('2026-03-11T08:01:00.000Z');
  server.app.jobs.wake();
  await expect.poll(async () => (await standing(query, ids[2] ?? '')).state).toBe('active');
  await holder.run('ROLLBACK');
  await holder.close();
  await at('2026-03-11T08:02:00.000Z');
  for (const id of ids) expect((await standing(query, id)).state).toBe('active');
});

test('a plan that an outage made more than a day late counts from then', async () => {
  const subscriptionId = await newSubscription();
  await plan('pauseSubscription', { subscriptionId, resumeAt: '2026-03-21T08:00:00.000Z' });
  await at('2026-06-20T08:00:00.000Z');
  // 17 April, 15 May and 12 June were missed.
  expect((await standing(query, subscriptionId)).next_cycle_date).toBe('2026-07-10 09:00:00.000');
});

test('a plan without an action, or with one that does not fit the state, cannot be stored', async () => {
  const id = await newSubscription();
  for (const plan of ["NULL, '2026-04-01'", "'hold', '2026-04-01'", "'resume', '2026-04-01'", "'cancel', NULL"]) {
    const [action, date] = plan.split(', ');
    const sql = `UPDATE subscriptions SET scheduled_action = ${action}, scheduled_at = ${date} WHERE subscription_id = ?`;
    // 3819: a check is violated.
    expect([plan, await admin.errorOf(sql, [id])]).toEqual([plan, 3819]);
  }
});

test('after all of this the tables do not contradict each other', async () => {
  expect(await contradictions(query)).toEqual([]);
});
