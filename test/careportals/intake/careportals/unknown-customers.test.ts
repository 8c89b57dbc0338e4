import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Orm } from '../../../../src/platform/database/connect.ts';
import { createTestDatabase, type TestDatabase } from '../../../kit/test-database.ts';
import { type Body, rows } from './deliver.ts';
import { day, deliverAll, deliveryOf, type Event, newRun, type Run } from './runs.ts';

const RUNS = process.env.LONG_TESTS === undefined ? 25 : 1_000;

let database: TestDatabase;
let orm: Orm;

beforeAll(async () => {
  database = await createTestDatabase();
  orm = database.orm;
});

afterAll(() => database?.drop());

/** How an event names a customer: an id, an email, both, or neither; what it tells of them besides. */
const named = fc.record({
  id: fc.constantFrom('a1', 'a2', 'b1', null),
  hasEmail: fc.boolean(),
  firstName: fc.constantFrom('Ann', 'Anna', ''),
});
type Naming = Parameters<Parameters<typeof named.map>[0]>[0];

function customer(run: Run, { id, hasEmail, firstName }: Naming): Body {
  const person = id === 'b1' ? 'bob' : 'ann';
  const email = hasEmail ? run.email(person) : '';
  return { 'customer._id': id === null ? '' : run.id(id), 'customer.email': email, 'customer.firstName': firstName };
}

const time = fc.integer({ min: 1, max: 4 }).map(day);

type Make = (run: Run) => Event;

const subscription: fc.Arbitrary<Make> = fc
  .record({
    status: fc.constantFrom('active', 'paused', 'cancelled'),
    at: time,
    who: named,
    price: fc.constantFrom('', '5', '7'),
  })
  .map(({ status, at, who, price }) => (run) => ({
    name: `subscription.${status}`,
    body: {
      _id: run.id('sub'),
      status,
      updatedAt: at,
      createdAt: day(1),
      'phases.0.price': price,
      ...customer(run, who),
    },
  }));

const prescription: fc.Arbitrary<Make> = fc
  .record({ at: time, who: named, order: fc.constantFrom('', '11', '12'), drug: fc.constantFrom('', 'one', 'two') })
  .map(({ at, who, order, drug }) => (run) => ({
    name: 'prescription.fulfilled',
    body: {
      _id: run.id('rx'),
      updatedAt: at,
      'drugs.0.drugName': drug,
      'fulfillments.0.orderId': order,
      ...customer(run, who),
    },
  }));

const message: fc.Arbitrary<Make> = fc
  .record({ at: time, who: named, isNamed: fc.boolean(), content: fc.constantFrom('hello', 'hi', '') })
  .map(({ at, who, isNamed, content }) => (run) => {
    const { 'customer._id': id, 'customer.email': email } = customer(run, who);
    // Named, it is always Ann: what stands for an email is a hash, and ties between two would go by chance.
    const sender = isNamed
      ? { customer: 'Ann Other', 'contact.email': email === '' ? '' : run.email('ann') }
      : { customer: id, 'contact.email': email };
    const body = { _id: run.id('msg'), updatedAt: at, channel: 'SMS', content, ...sender };
    return { name: 'message.inbound', body };
  });

const questionnaire: fc.Arbitrary<Make> = fc
  .record({
    submission: fc.constantFrom('q1', 'q2', 'q3'),
    created: fc.integer({ min: 1, max: 2 }).map(day),
    at: time,
    who: named,
    answer: fc.constantFrom('yes', 'no', null),
  })
  .map(({ submission, created, at, who, answer }) => (run) => ({
    name: 'questionnaire.submitted',
    body: {
      _id: run.id(submission),
      type: 'wlus',
      createdAt: created,
      updatedAt: at,
      answers: answer === null ? {} : { [answer]: answer },
      ...customer(run, who),
    },
  }));

const signup: fc.Arbitrary<Make> = fc
  .record({ at: time, id: fc.constantFrom('a1', 'a2', 'b1') })
  .map(({ at, id }) => (run) => ({
    name: 'customer.signup',
    body: { _id: run.id(id), email: run.email(id === 'b1' ? 'bob' : 'ann'), createdAt: day(1), updatedAt: at },
  }));

const story = fc
  .array(fc.oneof(subscription, prescription, message, questionnaire, signup), { minLength: 2, maxLength: 8 })
  .chain((events) => fc.tuple(fc.constant(events), fc.shuffledSubarray(events, { minLength: events.length })));

/** What is left, with people by their email: which of their ids is kept may differ. */
async function left(makes: Make[]) {
  const run = newRun();
  await deliverAll(
    orm,
    makes.map((make) => make(run)),
  );
  const ids = ['sub', 'rx', 'msg', 'q1', 'q2', 'q3'].map(run.id);
  const who = 'LEFT JOIN customers c ON c.customer_id = t.customer_id WHERE';
  const details = ['active', 'paused', 'cancelled']
    .map((state) => `SELECT * FROM subscriptions_${state}`)
    .join(' UNION ALL ');
  const found = await Promise.all([
    rows(
      orm,
      `SELECT t.status, t.created_at, t.updated_at, s.phases, s.emr_customer_id, c.email FROM (${details}) t
      JOIN subscriptions s USING (subscription_id) ${who} t.subscription_id IN (?)`,
      [ids],
    ),
    rows(
      orm,
      `SELECT t.emr_customer_id, t.drugs, t.fulfillments, t.created_at, t.updated_at, c.email
      FROM prescriptions t ${who} t.prescription_id IN (?)`,
      [ids],
    ),
    rows(orm, 'SELECT order_id FROM prescription_orders WHERE prescription_id IN (?) ORDER BY 1', [ids]),
    rows(
      orm,
      `SELECT t.emr_customer_id, t.sender_name, t.contact_email, t.content, t.created_at, c.email
      FROM messages t ${who} t.message_id IN (?)`,
      [ids],
    ),
    rows(
      orm,
      `SELECT t.session_id, t.question_index, t.question_type, t.answers, t.created_at, c.email
      FROM questionnaire_responses t ${who} t.session_id IN (?) ORDER BY 1, 2`,
      [ids],
    ),
    rows(orm, 'SELECT email, first_name, created_at FROM customers WHERE email IN (?) ORDER BY 1', [
      ['ann', 'bob'].map(run.email),
    ]),
  ]);
  const names = ['a1', 'a2', 'b1', 'sub', 'rx', 'msg', 'q1', 'q2', 'q3'];
  const text = names.reduce((all, name) => all.replaceAll(run.id(name), name), JSON.stringify(found));
  const emails = ['ann', 'bob'].reduce((all, person) => all.replaceAll(run.email(person), person), text);
  // A stand-in id is a hash of the email.
  return JSON.parse(emails.replaceAll(/email-[0-9a-f]{24}/g, 'email')) as unknown;
}

test('whatever order customers and what is theirs become known in, each ends with the same customer and content', {
  timeout: 1_000 * RUNS + 120_000,
}, async () => {
  await fc.assert(
    fc.asyncProperty(story, async ([events, others]) => {
      expect(await left(others)).toEqual(await left(events));
    }),
    { numRuns: RUNS, seed: Number(process.env.TEST_SEED ?? 1) },
  );
});

test('what is odd about a delivery is written down once, however often it is looked at while it waits', async () => {
  const run = newRun();
  const plan = {
    _id: run.id('odd'),
    status: 'active',
    updatedAt: day(2),
    currentCycle: 'x',
    'customer._id': run.id('a1'),
  };
  const told = deliveryOf(orm, { name: 'subscription.paused', body: plan });
  for (let look = 0; look < 3; look++) expect(await told()).toMatchObject({ kind: 'parked' });
  await deliveryOf(orm, { name: 'customer.signup', body: { _id: run.id('a1'), email: run.email('ann') } })();
  for (let replay = 0; replay < 2; replay++) expect(await told()).toMatchObject({ kind: 'done' });
  const odd = "SELECT error_type FROM error_logs WHERE raw_data->>'$.inboxId' = ? ORDER BY error_type";
  expect(await rows(orm, odd, [run.id('odd')])).toEqual([
    { error_type: 'webhook_data_quality' },
    { error_type: 'webhook_disagreement' },
  ]);
});

test('a subscription of an unknown customer is theirs as soon as they are known: audited, and once', async () => {
  const run = newRun();
  const plan = { _id: run.id('sub'), status: 'active', updatedAt: day(2), 'customer._id': run.id('a1') };
  const told = deliveryOf(orm, { name: 'subscription.active', body: { ...plan, 'customer.firstName': 'Ann' } });
  expect(await told()).toMatchObject({ kind: 'parked', waitingFor: `customer:${run.id('a1')}` });
  const signup = deliveryOf(orm, { name: 'customer.signup', body: { _id: run.id('a1'), email: run.email('ann') } });
  expect(await signup()).toMatchObject({
    kind: 'done',
    subjects: expect.arrayContaining([{ type: 'CareSubscription', id: run.id('sub') }]),
  });
  expect(await told()).toMatchObject({ kind: 'done' });
  const trail =
    'SELECT trigger_type, effect, version, changes FROM subscriptions_audit_log WHERE subscription_id = ? ORDER BY log_id';
  expect(await rows(orm, trail, [run.id('sub')])).toMatchObject([
    { trigger_type: 'active', effect: 'created', version: 1 },
    {
      trigger_type: 'customer_known',
      effect: 'changed',
      version: 2,
      changes: { customerId: [null, run.id('a1')] },
    },
  ]);
  // The name that the first delivery told came with it when it was applied again.
  expect(await rows(orm, 'SELECT first_name FROM customers WHERE customer_id = ?', [run.id('a1')])).toEqual([
    { first_name: 'Ann' },
  ]);
});

test('a submission that names somebody only later stands among theirs from then on', async () => {
  const run = newRun();
  const submission = (name: string, answer: string, at: string, whose: string) => ({
    name: 'questionnaire.submitted',
    body: {
      _id: run.id(name),
      type: 'wlus',
      createdAt: day(1),
      updatedAt: at,
      answers: { [answer]: answer },
      'customer._id': whose,
    },
  });
  const theirs = submission('q2', 'no', day(1), run.id('a1'));
  await deliverAll(orm, [submission('q1', 'yes', day(1), ''), theirs, submission('q1', 'yes', day(2), run.id('a1'))]);
  const answered = 'SELECT session_id FROM questionnaire_responses WHERE session_id IN (?)';
  // Of two of one moment, the greater id.
  const counts = [run.id('q1'), run.id('q2')].sort().at(-1);
  expect(await rows(orm, answered, [[run.id('q1'), run.id('q2')]])).toEqual([{ session_id: counts }]);
});

test('a customer named by an id that nobody knows takes the place of the one before, who may not be theirs any more', async () => {
  const run = newRun();
  const plan = { _id: run.id('sub'), status: 'active' };
  const ann = { 'customer._id': run.id('a1'), 'customer.email': run.email('ann') };
  await deliverAll(orm, [
    { name: 'subscription.active', body: { ...plan, ...ann, updatedAt: day(1) } },
    { name: 'subscription.active', body: { ...plan, 'customer._id': run.id('b1'), updatedAt: day(2) } },
  ]);
  const owner = 'SELECT customer_id FROM subscriptions_active WHERE subscription_id = ?';
  expect(await rows(orm, owner, [run.id('sub')])).toEqual([{ customer_id: null }]);
  await deliverAll(orm, [{ name: 'customer.signup', body: { _id: run.id('b1'), email: run.email('bob') } }]);
  expect(await rows(orm, owner, [run.id('sub')])).toEqual([{ customer_id: run.id('b1') }]);
});
