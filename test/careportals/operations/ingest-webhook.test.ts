import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Query } from '../../../src/platform/database/query.ts';
import { callers } from '../../graph/callers.ts';
import { asAdmin } from '../../kit/people.ts';
import { createTestApp, type GraphAnswer, type TestApp } from '../../kit/test-app.ts';
import { codesOf } from '../../kit/transports.ts';
import { postCareportals, postStripe, purchase, send, signatureOf } from './senders.ts';

let server: TestApp;
let query: Query;
let ingester: string;
let admin: string;

beforeAll(async () => {
  server = await createTestApp();
  query = await asAdmin(server.database);
  ingester = await server.token({ role: 'service', scopes: ['ingest'] });
  admin = await server.token({ role: 'admin' });
});

afterAll(() => server?.stop());

interface Ingested {
  delivery: { id: string; sourceSystem: string; eventType: string; status: string; payload: unknown } | null;
  isRepeat: boolean;
  userErrors: { code: string; message: string; path: string[] }[];
}

function sendIngest(token: string, input: object): Promise<GraphAnswer<{ done: Ingested }>> {
  return server.ask(
    token,
    `mutation ($input: IngestWebhookInput!) { done: ingestWebhook(input: $input) {
      delivery { id sourceSystem eventType status payload } isRepeat userErrors { code message path } } }`,
    { input },
  );
}

async function ingest(input: object, token = ingester): Promise<Ingested> {
  const { data, errors } = await sendIngest(token, input);
  if (data === null) throw new Error(JSON.stringify(errors));
  return data.done;
}

async function rowsOf(table: string): Promise<number> {
  const [row] = await query<{ n: string }>(`SELECT COUNT(*) AS n FROM ${table}`);
  return Number(row?.n);
}

test('an event that comes by the graph and by HTTP, in either order, has one effect', async () => {
  const [one, two] = [purchase(), purchase()];
  const input = ({ order }: typeof one) => ({
    source: 'careportals',
    event: 'order.created',
    payload: JSON.stringify(order),
  });
  const first = await ingest(input(one));
  expect(first).toMatchObject({ isRepeat: false, userErrors: [], delivery: { eventType: 'order.created' } });
  await send(server, postCareportals(server, 'order.created', one.order));
  await send(server, postCareportals(server, 'order.created', two.order));
  expect(await ingest(input(two))).toMatchObject({ isRepeat: true, userErrors: [], delivery: { status: 'PROCESSED' } });
  expect((await ingest(input(one))).delivery?.id).toBe(first.delivery?.id);
  await server.app.inbox.idle();
  const inbox = await query('SELECT status, attempts FROM webhook_inbox');
  expect(inbox).toEqual([
    { status: 'processed', attempts: 1 },
    { status: 'processed', attempts: 1 },
  ]);
  expect(await query('SELECT order_id FROM orders ORDER BY order_id')).toEqual([
    { order_id: one.id },
    { order_id: two.id },
  ]);
});

test('twenty copies at once, half by the graph and half by HTTP, are one delivery and one order', async () => {
  const { id, order } = purchase();
  const input = { source: 'careportals', event: 'order.created', payload: JSON.stringify(order) };
  const byGraph = Array.from({ length: 10 }, () => ingest(input));
  await send(server, ...Array.from({ length: 10 }, () => postCareportals(server, 'order.created', order)));
  const answers = await Promise.all(byGraph);
  expect(new Set(answers.map(({ delivery }) => delivery?.id)).size).toBe(1);
  await server.app.inbox.idle();
  const [counts] = await query(
    `SELECT (SELECT COUNT(*) FROM webhook_subjects WHERE subject_type = 'Order' AND subject_id = ?) AS deliveries,
      (SELECT COUNT(*) FROM orders WHERE order_id = ?) AS orders`,
    [id, id],
  );
  expect(counts).toEqual({ deliveries: '1', orders: '1' });
});

test("Stripe's event is taken with its signature, as text or in base64, and is one with the same over HTTP", async () => {
  const { order, payment, refund, chargeId } = purchase();
  await send(server, postCareportals(server, 'order.created', order));
  const signed = { source: 'stripe', payload: payment, signature: signatureOf(server, payment) };
  expect(await ingest(signed)).toMatchObject({ isRepeat: false, delivery: { sourceSystem: 'stripe' }, userErrors: [] });
  await send(server, postStripe(server, payment));
  const base64 = Buffer.from(refund).toString('base64');
  const inBase64 = { ...signed, payload: base64, payloadIsBase64: true, signature: signatureOf(server, refund) };
  expect(await ingest(inBase64)).toMatchObject({ delivery: { eventType: 'refund.created' } });
  await server.app.inbox.idle();
  const [paid] = await query<{ n: string }>(
    'SELECT COUNT(*) AS n FROM payments y JOIN refunds r ON r.charge_id = y.charge_id WHERE y.charge_id = ?',
    [chargeId],
  );
  expect(Number(paid?.n)).toBe(1);
});

test.each([
  ['the name of the address', { event: 'Order.Canceled' }, 'order.cancelled'],
  ['?trigger=', { trigger: 'paused' }, 'subscription.paused'],
  ['?extra=', { extra: 'updated' }, 'order.updated'],
  ['nothing but the body', {}, 'order.created'],
])('the event of CarePortals is told by %s', async (_what, named, eventType) => {
  const payload = JSON.stringify(purchase().order);
  expect((await ingest({ source: 'CarePortals', payload, ...named })).delivery?.eventType).toBe(eventType);
  await server.app.inbox.idle();
});

test('a service learns what became of its delivery, and no more of what it said than it said itself', async () => {
  const payload = JSON.stringify(purchase().order);
  const { delivery } = await ingest({ source: 'careportals', event: 'order.created', payload });
  expect(delivery).toMatchObject({ id: expect.stringMatching(/^webhook_/), payload: null });
  expect((await ingest({ source: 'careportals', event: 'order.created', payload }, admin)).delivery?.payload).toEqual(
    JSON.parse(payload),
  );
  await server.app.inbox.idle();
});

test('password material is stripped before it is stored', async () => {
  const payload = JSON.stringify({ ...purchase().order, hash: 'secret-hash', 'customer.salt': 'secret-salt' });
  const { delivery } = await ingest({ source: 'careportals', event: 'order.created', payload }, admin);
  expect(JSON.stringify(delivery?.payload)).not.toContain('secret');
  await server.app.inbox.idle();
});

test('a body of 900 kB is taken, one of more than 1 MB is refused, and who may not bring any cannot send as much', async () => {
  const bodyOf = (bytes: number) => JSON.stringify({ ...purchase().order, padding: '"'.repeat(bytes / 2) });
  const input = (payload: string) => ({ source: 'careportals', event: 'order.created', payload });
  const large = bodyOf(900_000);
  expect(Buffer.byteLength(large)).toBeGreaterThan(900_000);
  expect(await ingest(input(large))).toMatchObject({ userErrors: [], delivery: { eventType: 'order.created' } });
  const tooLarge = JSON.stringify({ ...purchase().order, padding: 'x'.repeat(1_024 * 1_024) });
  expect((await ingest(input(tooLarge))).userErrors).toEqual([
    { code: 'VALIDATION', message: 'The body is larger than 1 MB.', path: ['input', 'payload'] },
  ]);
  const support = await server.token({ role: 'support' });
  for (const token of [support, 'no-token', null]) {
    expect([token, (await sendIngest(token as string, input(large))).status]).toEqual([token, 413]);
  }
  await server.app.inbox.idle();
});

describe('is refused, with the reason and without a trace:', () => {
  const order = () => JSON.stringify(purchase().order);
  const { payment } = purchase();
  const now = () => new Date();
  const ago = () => new Date(Date.now() - 301_000);
  const ahead = () => new Date(Date.now() + 302_000);
  const signed = (at: Date, payload = payment) => ({
    source: 'stripe',
    payload,
    signature: signatureOf(server, payment, at),
  });
  const CASES: [string, () => object, RegExp][] = [
    ['a source that nobody knows', () => ({ source: 'paypal', payload: order() }), /careportals, stripe/],
    ['an event that is no name', () => ({ source: 'careportals', event: 'é', payload: order() }), /event/],
    ['a trigger that is no word', () => ({ source: 'careportals', trigger: 'a b', payload: order() }), /trigger/],
    ['no JSON', () => ({ source: 'careportals', event: 'order.created', payload: '{' }), /JSON/],
    ['an empty body', () => ({ source: 'careportals', event: 'order.created', payload: '' }), /JSON/],
    ['null', () => ({ source: 'careportals', event: 'order.created', payload: 'null' }), /object/],
    ['no base64', () => ({ source: 'careportals', payload: '!!', payloadIsBase64: true }), /base64/],
    ['no signature', () => ({ source: 'stripe', payload: payment }), /Stripe-Signature/],
    ['a wrong signature', () => ({ source: 'stripe', payload: payment, signature: 't=1,v1=00' }), /Stripe-Signature/],
    ['another body than was signed', () => signed(now(), `${payment} `), /Stripe-Signature/],
    ['a signature of five minutes ago', () => signed(ago()), /300 seconds/],
    ['a signature from the future', () => signed(ahead()), /300 seconds/],
  ];

  test.each(CASES)('%s', async (_what, input, message) => {
    const before = await rowsOf('webhook_inbox');
    const { delivery, isRepeat, userErrors } = await ingest(input());
    expect([delivery, isRepeat, userErrors.map(({ code }) => code)]).toEqual([null, false, ['VALIDATION']]);
    expect(userErrors[0]?.message).toMatch(message);
    expect(await rowsOf('webhook_inbox')).toBe(before);
  });
});

test.each(callers)('a $name may bring a delivery if it is an admin or has the scope', async ({ name, token }) => {
  const may = ['admin', 'service with scope ingest'].includes(name);
  const before = await rowsOf('webhook_inbox');
  const input = { source: 'careportals', event: 'order.created', payload: JSON.stringify(purchase().order) };
  const answer = await sendIngest(await server.token(token), input);
  expect(codesOf(answer)).toEqual(may ? [] : ['FORBIDDEN']);
  expect(await rowsOf('webhook_inbox')).toBe(may ? before + 1 : before);
  await server.app.inbox.idle();
});
