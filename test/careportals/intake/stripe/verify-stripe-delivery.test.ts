import Stripe from 'stripe';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { stripeSource } from '../../../../src/modules/careportals/intake/stripe/index.ts';
import { acceptDelivery } from '../../../../src/platform/inbox/accept-delivery.ts';
import type { WebhookRequest } from '../../../../src/platform/inbox/inbox-source.ts';
import { createTestDatabase, type TestDatabase } from '../../../kit/test-database.ts';
import { NOW, SECRET, sampleText, signed } from './stripe-bench.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

const BODY = sampleText('payment_intent.succeeded');

function accept(request: WebhookRequest, webhookSecrets: string[] = [SECRET]) {
  return acceptDelivery(database.orm, stripeSource({ webhookSecrets }), request, NOW);
}

async function stored(): Promise<number> {
  return (await database.orm.em.getConnection().execute('SELECT 1 FROM webhook_inbox')).length;
}

function secondsAway(seconds: number): Date {
  return new Date(NOW.getTime() + seconds * 1_000);
}

async function expectRefused(request: WebhookRequest, status: number, secrets?: string[]): Promise<void> {
  const before = await stored();
  expect(await accept(request, secrets)).toMatchObject({ status });
  expect(await stored()).toBe(before);
}

test('a genuine event is stored once under its own id, however often it comes', async () => {
  const first = await accept(signed(BODY));
  expect(first).toMatchObject({ isRepeat: false, eventType: 'payment_intent.succeeded' });
  expect(await accept(signed(BODY))).toMatchObject({ isRepeat: true });
  const [row] = await database.orm.em
    .getConnection()
    .execute('SELECT event_key, event_id, event_type FROM webhook_inbox');
  expect(row).toEqual({
    event_key: 'evt_3DEMO0001',
    event_id: 'evt_3DEMO0001',
    event_type: 'payment_intent.succeeded',
  });
});

test('a body changed by one byte, a signature by another secret and no signature are refused and nothing is stored', async () => {
  const genuine = signed(BODY);
  await expectRefused({ ...genuine, rawBody: Buffer.from(BODY.replace('14950', '14951')) }, 400);
  await expectRefused({ ...genuine, rawBody: Buffer.from(`${BODY} `) }, 400);
  await expectRefused(signed(BODY, 'whsec_another'), 400);
  await expectRefused({ ...genuine, headers: {} }, 400);
  await expectRefused({ ...genuine, headers: { 'stripe-signature': 'nonsense' } }, 400);
  await expectRefused({ ...genuine, rawBody: Buffer.alloc(0) }, 400);
});

test('a signature of 300 seconds ago or ahead is taken, one of 301 seconds is refused either way', async () => {
  expect(await accept(signed(BODY, SECRET, secondsAway(-300)))).toMatchObject({ isRepeat: true });
  expect(await accept(signed(BODY, SECRET, secondsAway(300)))).toMatchObject({ isRepeat: true });
  await expectRefused(signed(BODY, SECRET, secondsAway(-301)), 400);
  await expectRefused(signed(BODY, SECRET, secondsAway(301)), 400);
});

test('the time that was signed is the one that is checked, whatever other times the header names', async () => {
  const future = signed(BODY, SECRET, secondsAway(3_600));
  const header = `t=${Math.floor(NOW.getTime() / 1_000)},${future.headers['stripe-signature']}`;
  await expectRefused({ ...future, headers: { 'stripe-signature': header } }, 400);
});

test('while secrets are being changed either of them signs', async () => {
  const secrets = ['whsec_new', 'whsec_old'];
  expect(await accept(signed(BODY, 'whsec_new'), secrets)).toMatchObject({ isRepeat: true });
  expect(await accept(signed(BODY, 'whsec_old'), secrets)).toMatchObject({ isRepeat: true });
  await expectRefused(signed(BODY, 'whsec_retired'), 400, secrets);
});

test('every configured secret is tried, also after one that fits', async () => {
  const tried: string[] = [];
  const verify = vi.spyOn(Stripe.webhooks, 'constructEvent').mockImplementation((...given) => {
    tried.push(given[2] as string);
    return given[2] === 'whsec_old' ? (JSON.parse(BODY) as Stripe.Event) : refuse();
  });
  const refuse = () => {
    throw new Stripe.errors.StripeSignatureVerificationError('', '');
  };
  await accept(signed(BODY, 'whsec_old'), ['whsec_old', 'whsec_new', 'whsec_third']);
  verify.mockRestore();
  expect(tried).toEqual(['whsec_old', 'whsec_new', 'whsec_third']);
});

test('without a configured secret all is refused, and the answer names the setting', async () => {
  await expectRefused(signed(BODY), 401, []);
  expect(await accept(signed(BODY), [])).toMatchObject({ error: expect.stringContaining('STRIPE_WEBHOOK_SECRETS') });
});

test.each([
  ['no JSON', '{"id": "evt_1", '],
  ['an array', '[{"id": "evt_1", "type": "charge.succeeded"}]'],
  ['null', 'null'],
  ['text', '"evt_1"'],
  ['no id', '{"type": "charge.succeeded", "data": {"object": {}}}'],
  ['an id that is an object', '{"id": {"id": "evt_1"}, "type": "charge.succeeded"}'],
  ['an id that is not ASCII', '{"id": "evt_é", "type": "charge.succeeded"}'],
  ['an id of 256 characters', `{"id": "${'e'.repeat(256)}", "type": "charge.succeeded"}`],
  ['no type', '{"id": "evt_1", "data": {"object": {}}}'],
  ['a thin notification', '{"id": "evt_1", "type": "v1.billing", "object": "v2.core.event"}'],
])('a signed body that is %s is refused and nothing is stored', async (_what, body) => {
  await expectRefused(signed(body), 400);
});

test('a refusal tells nothing of the body', async () => {
  const answer = await accept(signed('{"email": "marisol@example.com"}'));
  expect(JSON.stringify(answer)).not.toContain('marisol');
});
