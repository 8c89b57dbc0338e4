import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../kit/test-database.ts';
import { type Body, deliver, eventOf, fresh, history, ownOrder, rows, sample } from './deliver.ts';

let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

/** What the door lets in. */
const LARGEST = 1024 * 1024;

/** A sample with as many of these fields as fit into the largest body. */
function filled(name: string, field: (index: number) => Body): Body {
  const id = String(fresh());
  const whose = name.startsWith('order')
    ? ownOrder(name).body
    : sample(name, { _id: id.padStart(24, 'b'), 'customer._id': id.padStart(24, 'c') });
  const body = { ...whose };
  let room = LARGEST - JSON.stringify(body).length;
  for (let i = 0; room > 0; i++) {
    const more = field(i);
    room -= JSON.stringify(more).length;
    Object.assign(body, more);
  }
  return body;
}

async function countOf(table: string, where: string, value: unknown): Promise<number> {
  const [row] = await rows<{ n: string }>(database.orm, `SELECT COUNT(*) AS n FROM ${table} WHERE ${where} = ?`, [
    value,
  ]);
  return Number(row?.n);
}

// What is quadratic in any of these takes minutes: the test's own time-out ends it.
const A_MOMENT = 60_000;

test('a megabyte of parts of one answer is one row', { timeout: A_MOMENT }, async () => {
  const body = filled('questionnaire.submitted.native', (i) => ({ [`answers.q.${i.toString(36)}x`]: i % 2 === 0 }));
  const parts = Object.keys(body).filter((key) => key.startsWith('answers.q.')).length;
  expect(parts).toBeGreaterThan(20_000);
  expect(await deliver(database.orm, 'questionnaire.submitted', { ...body, answers: undefined })).toMatchObject({
    kind: 'done',
  });
  const answered = await rows(
    database.orm,
    'SELECT question_type, answer_data_type, answer_count FROM questionnaire_responses WHERE session_id = ?',
    [body._id],
  );
  expect(answered).toEqual([{ question_type: 'q', answer_data_type: 'option', answer_count: Math.ceil(parts / 2) }]);
});

test('a megabyte of questions is five hundred rows', { timeout: A_MOMENT }, async () => {
  const body = filled('questionnaire.submitted.native', (i) => ({ [`answers.${i}`]: 'x' }));
  await deliver(database.orm, 'questionnaire.submitted', { ...body, answers: undefined });
  expect(await countOf('questionnaire_responses', 'session_id', body._id)).toBe(500);
});

test('a megabyte of history is two hundred transitions', { timeout: A_MOMENT }, async () => {
  const { id, body } = ownOrder('order.created');
  const statusHistory = Array.from({ length: 14_000 }, (_, i) => ({
    newStatus: `status_${i}`,
    updatedAt: new Date(Date.UTC(2025, 10, 1) + i * 1_000).toISOString(),
  }));
  expect(await deliver(database.orm, 'order.updated', { ...body, statusHistory })).toMatchObject({ kind: 'done' });
  expect((await history(database.orm, id)).length).toBeLessThanOrEqual(201);
});

const LISTS: [name: string, field: (index: number) => Body][] = [
  ['order.created', (i) => ({ [`lineItems.${i}.productId`]: 'd'.repeat(24), [`lineItems.${i}.name`]: 'x' })],
  ['order.created', (i) => ({ [`unheard.of.${i}`]: '{{x}}' })],
  [
    'order.updated',
    (i) => ({ [`statusHistory.${i}.newStatus`]: '-'.repeat(200), [`statusHistory.${i}.updatedAt`]: 'x' }),
  ],
  ['subscription.created', (i) => ({ [`phases.${i % 50}.requirements.${i}.key`]: 'k' })],
  ['subscription.created', (i) => ({ [`phases.${i}.price`]: 'x' })],
  ['prescription.fulfilled.native', (i) => ({ [`fulfillments.${i % 50}.drugs.${i}.txNumber`]: 'x' })],
  ['prescription.fulfilled.native', (i) => ({ [`drugs.${i}.drugName`]: 'x' })],
];

test.each(LISTS)(
  'a megabyte of a list in %s (%#) is read to its end or to a bound',
  { timeout: A_MOMENT },
  async (name, field) => {
    const outcome = await deliver(database.orm, eventOf(name), filled(name, field));
    expect(['done', 'parked']).toContain(outcome.kind);
  },
);

const LONG_TEXTS = [' ', '{', '{{', '@', 'a@', '0', '+', '-', '.', '[object Object]', '\u0000', 'é💥'];

test.each(LONG_TEXTS)('long texts of %j in every field are cut or refused', { timeout: A_MOMENT }, async (text) => {
  const { body } = ownOrder('order.created');
  const kept = new Set(['_id', 'id', 'createdAt', 'updatedAt', 'customer.email']);
  const keys = Object.keys(body).filter((key) => !kept.has(key));
  const long = text.repeat(Math.floor(LARGEST / keys.length / Buffer.byteLength(text)));
  const changed = Object.fromEntries(keys.map((key) => [key, long]));
  expect(await deliver(database.orm, 'order.created', { ...body, ...changed })).toMatchObject({ kind: 'done' });
});

test('answers longer than MySQL can sort are kept, and stand in the way of no other of that day', async () => {
  const ids = ['1', '2'].map((last) => last.padStart(24, 'e'));
  const long = { q: `data:${'x'.repeat(700_000)}` };
  const common = { ...sample('questionnaire.submitted.native'), customer: { _id: 'c'.repeat(24), email: 'a@b.c' } };
  for (const [i, _id] of ids.entries()) {
    const createdAt = `2026-01-05T10:0${i}:00.000Z`;
    const body = { ...common, _id, createdAt, updatedAt: createdAt, answers: long };
    for (let again = 0; again < 2; again++) {
      expect(await deliver(database.orm, 'questionnaire.submitted', body)).toMatchObject({ kind: 'done' });
    }
  }
  expect(await Promise.all(ids.map((id) => countOf('questionnaire_responses', 'session_id', id)))).toEqual([0, 1]);
});
