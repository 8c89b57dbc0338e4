import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Orm } from '../../../../src/platform/database/connect.ts';
import { createTestDatabase, type TestDatabase } from '../../../kit/test-database.ts';
import { type Body, rows } from './deliver.ts';
import { day, deliverAll, deliveryOf, type Event, newRun, type Run } from './runs.ts';

let database: TestDatabase;
let orm: Orm;

beforeAll(async () => {
  database = await createTestDatabase();
  orm = database.orm;
});

afterAll(() => database?.drop());

/** Applies a delivery and holds its transaction open until it is let go. */
function hold(event: Event) {
  const attempt = deliveryOf(orm, event);
  const isApplied = Promise.withResolvers<void>();
  const letGo = Promise.withResolvers<void>();
  const over = attempt(async () => {
    isApplied.resolve();
    await letGo.promise;
  });
  return { isApplied: Promise.race([isApplied.promise, over]), letGo: letGo.resolve, over };
}

/** Until somebody waits for a lock, or `over` has come without. */
async function untilItWaits(over: Promise<unknown>): Promise<void> {
  let isOver = false;
  void over.then(() => {
    isOver = true;
  });
  const waiting = "SELECT 1 FROM performance_schema.data_locks WHERE OBJECT_SCHEMA = ? AND LOCK_STATUS = 'WAITING'";
  await expect
    .poll(async () => isOver || (await rows(database.admin, waiting, [database.schema])).length > 0, {
      timeout: 30_000,
    })
    .toBe(true);
}

/** By kind, what names a customer by an id, or an email, that is not known to be theirs, and what tells that it is. */
const THEIRS: Record<string, (run: Run) => { theirs: Event; telling: Body }> = {
  subscription: (run) => ({
    theirs: {
      name: 'subscription.active',
      body: { _id: run.id('it'), status: 'active', 'customer._id': run.id('a2') },
    },
    telling: { _id: run.id('a2'), email: run.email('ann') },
  }),
  prescription: (run) => ({
    theirs: { name: 'prescription.created', body: { _id: run.id('it'), 'customer._id': run.id('a2') } },
    telling: { _id: run.id('a2'), email: run.email('ann') },
  }),
  questionnaire: (run) => ({
    theirs: {
      name: 'questionnaire.submitted',
      body: { _id: run.id('it'), type: 'wlus', answers: { a: 1 }, 'customer._id': run.id('a2') },
    },
    telling: { _id: run.id('a2'), email: run.email('ann') },
  }),
  message: (run) => ({
    theirs: {
      name: 'message.inbound',
      body: { _id: run.id('it'), customer: 'Ann', 'contact.email': run.email('former') },
    },
    // Older than what is known, so the email becomes one of hers, and not the one she has.
    telling: { _id: run.id('a1'), email: run.email('former'), updatedAt: day(1) },
  }),
};

const OWNERS = `SELECT customer_id FROM subscriptions_active WHERE subscription_id = ?
  UNION ALL SELECT customer_id FROM prescriptions WHERE prescription_id = ?
  UNION ALL SELECT customer_id FROM messages WHERE message_id = ?
  UNION ALL SELECT customer_id FROM questionnaire_responses WHERE session_id = ?`;

const CASES = Object.entries(THEIRS).flatMap(([what, make]) => [
  { what, when: 'before', make },
  { what, when: 'after', make },
]);

test.each(CASES)(
  'a $what that is being stored when its customer is learnt finds them, be it begun $when',
  async ({ when, make }) => {
    const run = newRun();
    const known = { _id: run.id('a1'), email: run.email('ann'), updatedAt: day(3) };
    await deliverAll(orm, [{ name: 'customer.signup', body: known }]);
    const { theirs, telling } = make(run);
    const learning = { name: 'customer.signup', body: telling };
    const [first, second] = when === 'before' ? [theirs, learning] : [learning, theirs];
    const held = hold(first);
    await held.isApplied;
    const other = deliveryOf(orm, second)();
    await untilItWaits(other);
    held.letGo();
    await Promise.all([held.over, other]);
    expect(await rows(orm, OWNERS, Array(4).fill(run.id('it')))).toEqual([{ customer_id: run.id('a1') }]);
  },
);
