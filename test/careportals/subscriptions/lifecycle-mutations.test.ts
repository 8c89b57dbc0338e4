import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { plainQuery, type Query } from '../../../src/platform/database/query.ts';
import { createTestApp, type TestApp } from '../../kit/test-app.ts';
import { makeCustomer, makeSubscription } from '../schema/make-rows.ts';
import { openSession, type Session } from '../schema/session.ts';
import { contradictions, newId, standing, trail } from './standing.ts';

let server: TestApp;
let admin: Session;
let query: Query;
let support: string;
let ann: string;
let bob: string;

beforeAll(async () => {
  server = await createTestApp();
  admin = await openSession(server.database.adminUrl);
  query = await plainQuery(server.database.orm);
  await makeCustomer(admin, 'ann');
  await makeCustomer(admin, 'bob');
  await admin.run("INSERT INTO products (product_id, list_price) VALUES ('p1', 34900)");
  support = await server.token({ role: 'support', subject: 'agent-7' });
  ann = await server.token({ role: 'customer', customerId: 'ann', subject: 'a customer' });
  bob = await server.token({ role: 'customer', customerId: 'bob', subject: 'a customer' });
});
afterAll(async () => {
  await admin?.close();
  await server?.stop();
});

async function newSubscription(state = 'active', customerId = 'ann'): Promise<string> {
  const id = newId();
  await makeSubscription(admin, id, state, customerId);
  await admin.changed(`UPDATE subscriptions_${state} SET product_id = 'p1', cycle = 3 WHERE subscription_id = ?`, [id]);
  return id;
}

interface Move {
  subscription: { id: string; status: string; version: number } | null;
  auditEntry: { logId: string; effect: string } | null;
  userErrors: { code: string; message: string; path: string[] }[];
}

type Verb = 'pause' | 'resume' | 'cancel';

/** One lifecycle mutation; gives the whole answer. */
function ask(token: string, verb: Verb, input: object) {
  const name = `${verb}Subscription`;
  const type = `${name[0]?.toUpperCase()}${name.slice(1)}Input`;
  return server.ask<{ move: Move }>(
    token,
    `mutation ($input: ${type}!) { move: ${name}(input: $input) {
      subscription { id status version } auditEntry { logId effect } userErrors { code message path } } }`,
    { input },
  );
}

async function move(token: string, verb: Verb, input: object): Promise<Move> {
  const { data, errors } = await ask(token, verb, input);
  if (data === null) throw new Error(JSON.stringify(errors));
  return data.move;
}

/** How many rows the tables hold that a move writes. */
async function written(id: string) {
  const [row] = await query<Record<string, string>>(
    `SELECT (SELECT COUNT(*) FROM subscriptions_audit_log WHERE subscription_id = ?) AS audited,
      (SELECT COUNT(*) FROM outbox WHERE subject_id = ?) AS noted`,
    [id, id],
  );
  return { audited: Number(row?.audited), noted: Number(row?.noted) };
}

describe('a move', () => {
  test('keeps what a subscription is, changes where it stands and raises the version', async () => {
    const id = await newSubscription();
    const before = await standing(query, id);
    const { subscription } = await move(support, 'pause', { subscriptionId: id });
    const after = await standing(query, id);
    expect(subscription).toEqual({ id: `subscription_${before.public_id}`, status: 'PAUSED', version: 2 });
    const { state, status, version, moved_at, updated_at, audit_head, told_at, ...kept } = after;
    expect({ state, status, version }).toEqual({ state: 'paused', status: 'paused', version: 2 });
    expect(before).toMatchObject(JSON.parse(JSON.stringify({ ...kept, stands_in: 'active' })));
    expect(updated_at).toBe(moved_at);
    expect(audit_head).toMatch(/^[0-9a-f]{64}$/);
  });

  test.each([
    ['active', 'pause', 'paused'],
    ['active', 'cancel', 'cancelled'],
    ['paused', 'resume', 'active'],
    ['paused', 'cancel', 'cancelled'],
  ] as const)('of an %s one by %s leaves it %s, with one entry and one note for the EMR', async (from, verb, to) => {
    const id = await newSubscription(from);
    await move(support, verb, { subscriptionId: id });
    expect(await standing(query, id)).toMatchObject({ state: to, status: to, version: 2 });
    expect(await written(id)).toEqual({ audited: 1, noted: 1 });
  });

  test('is audited with who, in what role, why, by which request, and the columns of the subscription', async () => {
    const id = await newSubscription();
    const { auditEntry } = await move(support, 'pause', {
      subscriptionId: id,
      reason: 'travelling',
      comment: 'Back in May',
    });
    const [entry] = await trail(query, id);
    const after = await standing(query, id);
    expect(entry).toMatchObject({
      log_id: auditEntry?.logId,
      customer_id: 'ann',
      product_id: 'p1',
      cycle: 3,
      status: 'paused',
      previous_status: 'active',
      version: 2,
      trigger_type: 'pause',
      effect: 'moved',
      actor: 'agent-7',
      actor_role: 'support',
      source: 'mutation',
      reason: 'travelling',
      comment: 'Back in May',
      correlation_id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      created_at: after.created_at,
      updated_at: after.moved_at,
      webhook_received_at: after.moved_at,
      raw_data: null,
      previous_hash: null,
      hash: after.audit_head,
    });
  });

  test('leaves a note that says what the EMR would have to be told', async () => {
    const id = await newSubscription();
    await move(ann, 'cancel', { subscriptionId: id });
    const [entry] = await trail(query, id);
    const notes = await query<{ topic: string; payload: unknown; sent_at: string | null }>(
      'SELECT topic, payload, sent_at FROM outbox WHERE subject_id = ?',
      [id],
    );
    const told = { status: 'cancelled', version: 2, cycle: 3, productId: 'p1', nextCycleDate: null };
    const payload = { action: 'cancel', ...told, correlationId: entry?.correlation_id };
    expect(notes).toEqual([{ topic: 'subscription.changed', payload, sent_at: null }]);
  });

  test('carries the request id of the answer into the audit trail', async () => {
    const id = await newSubscription();
    const body = {
      query: `mutation { pauseSubscription(input: { subscriptionId: "${id}" }) { userErrors { code } } }`,
    };
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${support}` };
    const answer = await fetch(`${server.url}/graphql`, { method: 'POST', headers, body: JSON.stringify(body) });
    expect((await trail(query, id))[0]?.correlation_id).toBe(answer.headers.get('x-request-id'));
  });

  test.each([
    ['the audit entry', 'subscriptions_audit_log', 'NEW.reason'],
    ['the note for the EMR', 'outbox', "NEW.payload->>'$.correlationId'"],
  ])('is undone as a whole when %s cannot be written', async (_what, table) => {
    const id = await newSubscription();
    const before = await standing(query, id);
    const column = table === 'outbox' ? 'subject_id' : 'subscription_id';
    await admin.run(
      `CREATE TRIGGER refuse_${table} BEFORE INSERT ON ${table} FOR EACH ROW
        BEGIN IF NEW.${column} = '${id}' THEN SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'refused'; END IF; END`,
    );
    const { errors } = await ask(support, 'pause', { subscriptionId: id, idempotencyKey: `undone-${table}` });
    await admin.run(`DROP TRIGGER refuse_${table}`);
    expect(errors?.map((error) => error.extensions.code)).toEqual(['INTERNAL_SERVER_ERROR']);
    expect(await standing(query, id)).toEqual(before);
    expect(await written(id)).toEqual({ audited: 0, noted: 0 });
    expect(await move(support, 'pause', { subscriptionId: id, idempotencyKey: `undone-${table}` })).toMatchObject({
      subscription: { status: 'PAUSED' },
      userErrors: [],
    });
  });

  test('after another one in the same operation answers with what it has done itself', async () => {
    const id = await newSubscription();
    const input = `input: { subscriptionId: "${id}" }`;
    const { data } = await server.ask(
      support,
      `mutation { a: pauseSubscription(${input}) { subscription { version status } }
        b: resumeSubscription(${input}) { subscription { version status } } }`,
    );
    expect(data).toEqual({
      a: { subscription: { version: 2, status: 'PAUSED' } },
      b: { subscription: { version: 3, status: 'ACTIVE' } },
    });
  });

  test('of a subscription without customer and product works for staff', async () => {
    const id = newId();
    await makeSubscription(admin, id, 'active', null);
    await move(support, 'pause', { subscriptionId: id });
    expect(await standing(query, id)).toMatchObject({ state: 'paused', customer_id: null, product_id: null });
  });
});

describe('a refusal writes nothing', () => {
  async function refused(token: string, verb: Verb, id: string, input: object = {}) {
    const before = await standing(query, id);
    const answer = await move(token, verb, { subscriptionId: id, ...input });
    expect(await standing(query, id)).toEqual(before);
    expect(await written(id)).toEqual({ audited: 0, noted: 0 });
    expect(answer.auditEntry).toBeNull();
    return answer;
  }

  test.each([
    ['active', 'resume'],
    ['paused', 'pause'],
    ['cancelled', 'pause'],
    ['cancelled', 'resume'],
    ['cancelled', 'cancel'],
  ] as const)('an %s one cannot be asked to %s', async (state, verb) => {
    const answer = await refused(support, verb, await newSubscription(state));
    expect(answer.userErrors).toMatchObject([{ code: 'INVALID_TRANSITION', path: ['input', 'subscriptionId'] }]);
    expect(answer.subscription).toMatchObject({ version: 1 });
  });

  test("another customer's subscription is as absent as an unknown one", async () => {
    const id = await newSubscription('active', 'ann');
    const others = await refused(bob, 'pause', id);
    const unknown = await move(bob, 'pause', { subscriptionId: newId() });
    expect(others).toEqual(unknown);
    expect(others).toMatchObject({ subscription: null, userErrors: [{ code: 'NOT_FOUND' }] });
  });

  test('a subscription without a customer is nobody’s', async () => {
    const id = newId();
    await makeSubscription(admin, id, 'active', null);
    expect(await refused(ann, 'pause', id)).toMatchObject({ subscription: null, userErrors: [{ code: 'NOT_FOUND' }] });
  });

  test.each(['', ' ', 'ünïcödé', "' OR 1=1 --", 'x'.repeat(300)])('%j is no subscription', async (subscriptionId) => {
    const answer = await move(support, 'pause', { subscriptionId });
    expect(answer).toMatchObject({ subscription: null, userErrors: [{ code: 'NOT_FOUND' }] });
  });

  test.each([0, 2, -1])('version %i is not the one it is at', async (expectedVersion) => {
    const answer = await refused(support, 'pause', await newSubscription(), { expectedVersion });
    expect(answer.userErrors).toMatchObject([{ code: 'STALE_VERSION', path: ['input', 'expectedVersion'] }]);
  });

  test.each([
    ['reason', 'r'.repeat(51)],
    ['comment', 'c'.repeat(2_001)],
    ['idempotencyKey', 'k'.repeat(256)],
    ['idempotencyKey', ''],
  ])('%s of another length than allowed', async (field, text) => {
    const answer = await refused(support, 'pause', await newSubscription(), { [field]: text });
    expect(answer.userErrors).toMatchObject([{ code: 'VALIDATION', path: ['input', field] }]);
  });

  test.each(['analyst', 'service'] as const)('role %s may not', async (role) => {
    const id = await newSubscription();
    const { errors } = await ask(await server.token({ role }), 'pause', { subscriptionId: id });
    expect(errors?.map((error) => error.extensions.code)).toEqual(['FORBIDDEN']);
    expect(await standing(query, id)).toMatchObject({ version: 1 });
  });
});

test('the longest texts are kept whole, and a customer acts on the right version', async () => {
  const id = await newSubscription();
  const input = { reason: '🜚'.repeat(25), comment: 'ß'.repeat(2_000), idempotencyKey: '鍵'.repeat(255) };
  const answer = await move(ann, 'pause', { subscriptionId: id, expectedVersion: 1, ...input });
  expect(answer.userErrors).toEqual([]);
  expect(await trail(query, id)).toMatchObject([
    { reason: input.reason, comment: input.comment, actor: 'a customer', actor_role: 'customer' },
  ]);
});

test('a customer acts under any CarePortals id it ever had', async () => {
  await admin.run("INSERT INTO customer_aliases (careportals_id, customer_id) VALUES ('ann-before', 'ann')");
  const id = await newSubscription('active', 'ann');
  const token = await server.token({ role: 'customer', customerId: 'ann-before' });
  expect(await move(token, 'pause', { subscriptionId: id })).toMatchObject({ subscription: { status: 'PAUSED' } });
});

describe('an idempotency key', () => {
  test('gives ten calls at once one move, one entry and one answer', async () => {
    const id = await newSubscription();
    const input = { subscriptionId: id, reason: 'once', idempotencyKey: `ten-${id}` };
    const answers = await Promise.all(Array.from({ length: 10 }, () => move(ann, 'pause', input)));
    expect(answers[0]).toMatchObject({ subscription: { status: 'PAUSED', version: 2 }, userErrors: [] });
    for (const answer of answers) expect(answer).toEqual(answers[0]);
    expect(await written(id)).toEqual({ audited: 1, noted: 1 });
    expect(await standing(query, id)).toMatchObject({ version: 2 });
  });

  test('gives the first entry also after others have moved the subscription on', async () => {
    const id = await newSubscription();
    const input = { subscriptionId: id, idempotencyKey: `first-${id}` };
    const first = await move(support, 'pause', input);
    await move(support, 'resume', { subscriptionId: id });
    const again = await move(support, 'pause', input);
    expect(again.auditEntry).toEqual(first.auditEntry);
    expect(again.subscription).toMatchObject({ status: 'ACTIVE', version: 3 });
    expect(await written(id)).toEqual({ audited: 2, noted: 2 });
  });

  test('with other input is refused', async () => {
    const id = await newSubscription();
    await move(ann, 'pause', { subscriptionId: id, idempotencyKey: `other-${id}` });
    const answer = await move(ann, 'pause', { subscriptionId: id, reason: 'changed', idempotencyKey: `other-${id}` });
    expect(answer).toMatchObject({
      subscription: null,
      auditEntry: null,
      userErrors: [{ code: 'IDEMPOTENCY_KEY_REUSED', path: ['input', 'idempotencyKey'] }],
    });
    expect(await written(id)).toEqual({ audited: 1, noted: 1 });
  });

  test('does not tell a field that is left out from one that is null', async () => {
    const id = await newSubscription();
    const key = { subscriptionId: id, idempotencyKey: `null-${id}` };
    const first = await move(ann, 'pause', key);
    expect(await move(ann, 'pause', { ...key, reason: null, expectedVersion: null })).toEqual(first);
  });

  test('is another key for another customer with a token of the same subject, and for another mutation', async () => {
    const [hers, his] = [await newSubscription('active', 'ann'), await newSubscription('active', 'bob')];
    const idempotencyKey = `shared-${hers}`;
    const answers = [
      await move(ann, 'pause', { subscriptionId: hers, idempotencyKey }),
      await move(bob, 'pause', { subscriptionId: his, idempotencyKey }),
      await move(ann, 'resume', { subscriptionId: hers, idempotencyKey }),
    ];
    expect(answers.map((answer) => answer.userErrors)).toEqual([[], [], []]);
    expect(answers.map((answer) => answer.subscription?.status)).toEqual(['PAUSED', 'PAUSED', 'ACTIVE']);
  });

  test('repeats a first refusal, also when the move would be allowed by now', async () => {
    const id = await newSubscription('paused');
    const input = { subscriptionId: id, idempotencyKey: `refused-${id}` };
    const first = await move(support, 'pause', input);
    expect(first.userErrors).toMatchObject([{ code: 'INVALID_TRANSITION' }]);
    await move(support, 'resume', { subscriptionId: id });
    expect((await move(support, 'pause', input)).userErrors).toEqual(first.userErrors);
    expect(await standing(query, id)).toMatchObject({ state: 'active' });
  });

  test('shows nobody more than it may see by now', async () => {
    const id = await newSubscription('active', 'ann');
    const input = { subscriptionId: id, idempotencyKey: `moved-${id}` };
    await move(ann, 'pause', input);
    await admin.changed("UPDATE subscriptions_paused SET customer_id = 'bob' WHERE subscription_id = ?", [id]);
    expect(await move(ann, 'pause', input)).toEqual({ subscription: null, auditEntry: null, userErrors: [] });
  });
});

// The rules are times, and a machine that stands still for a second breaks them without us: they have two more tries.
describe('a subscription that somebody else holds locked', { retry: 2 }, () => {
  test('answers RETRY_LATER within 5 s with nothing written, and moves when it is free again', async () => {
    const id = await newSubscription();
    const before = await standing(query, id);
    const other = await openSession(server.database.adminUrl);
    await other.run('START TRANSACTION', `SELECT * FROM subscriptions WHERE subscription_id = '${id}' FOR UPDATE`);
    const startedAt = performance.now();
    const input = { subscriptionId: id, idempotencyKey: `locked-${id}` };
    const { data, errors } = await ask(support, 'pause', input);
    const waited = performance.now() - startedAt;
    await other.run('ROLLBACK');
    await other.close();
    expect(errors?.map((error) => error.extensions)).toEqual([{ code: 'RETRY_LATER', retryAfterMs: 1_000 }]);
    expect(data).toBeNull();
    expect(waited).toBeLessThan(5_000);
    expect(await standing(query, id)).toEqual(before);
    expect(await written(id)).toEqual({ audited: 0, noted: 0 });
    expect(await move(support, 'pause', input)).toMatchObject({ subscription: { status: 'PAUSED' }, userErrors: [] });
  });

  test('for a shorter time is waited for', async () => {
    const id = await newSubscription();
    const other = await openSession(server.database.adminUrl);
    await other.run('START TRANSACTION', `SELECT * FROM subscriptions WHERE subscription_id = '${id}' FOR UPDATE`);
    const moving = move(support, 'pause', { subscriptionId: id });
    await new Promise((resolve) => setTimeout(resolve, 1_300));
    await other.run('ROLLBACK');
    await other.close();
    expect(await moving).toMatchObject({ subscription: { status: 'PAUSED', version: 2 }, userErrors: [] });
    expect(await written(id)).toEqual({ audited: 1, noted: 1 });
  });
});

test('after all of this the tables do not contradict each other', async () => {
  expect(await contradictions(query)).toEqual([]);
});
