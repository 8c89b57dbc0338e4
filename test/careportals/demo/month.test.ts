import { expect, test } from 'vitest';
import { type RecordedDelivery, recordMonth } from '../../../src/modules/careportals/demo/month/record-month.ts';
import { careportalsSource } from '../../../src/modules/careportals/intake/careportals/careportals-source.ts';
import { asRequest, SECRETS } from '../intake/arrival/as-request.ts';

const month = recordMonth({ seed: 'test', orders: 60, subscriptions: 40 });
const texts = month.map(({ body }) => JSON.stringify(body));

/** How many deliveries a test holds for. */
function count(holds: (delivery: RecordedDelivery, text: string) => boolean): number {
  return month.filter((delivery, i) => holds(delivery, texts[i]!)).length;
}

const field = (body: object, name: string) => (body as Record<string, unknown>)[name];

test('the same seed gives the same month, another seed another one', () => {
  const again = recordMonth({ seed: 'test', orders: 60, subscriptions: 40 });
  expect(JSON.stringify(again)).toBe(JSON.stringify(month));
  expect(recordMonth({ seed: 'other', orders: 6, subscriptions: 4 })[0]).not.toEqual(
    recordMonth({ seed: 'test', orders: 6, subscriptions: 4 })[0],
  );
});

test('a month of 60 orders and 40 subscriptions has some two thousand deliveries, in the order of arrival', () => {
  expect(month.length).toBeGreaterThan(1_700);
  expect(month.length).toBeLessThan(2_300);
  const times = month.map(({ receivedAt }) => receivedAt.getTime());
  expect(times).toEqual(times.toSorted((a, b) => a - b));
});

test.each([
  '/webhooks/careportals',
  '/webhooks/careportals?extra=updated',
  '/webhooks/careportals?extra=cancelled',
  '/webhooks/careportals?trigger=active',
  '/webhooks/careportals?trigger=paused',
  '/webhooks/careportals?trigger=cancelled',
  '/webhooks/careportals?trigger=renewal',
  '/webhooks/careportals/order.created',
  '/webhooks/careportals/order.subscription_cycle',
  '/webhooks/careportals/order.updated',
  '/webhooks/careportals/order.status_updated',
  '/webhooks/careportals/order.awaiting_script',
  '/webhooks/careportals/subscription.created',
  '/webhooks/careportals/subscription.active',
  '/webhooks/careportals/subscription.paused',
  '/webhooks/careportals/subscription.cancelled',
  '/webhooks/careportals/subscription.ended',
  '/webhooks/careportals/subscription.upcoming-renewal',
  '/webhooks/careportals/customer.signup',
  '/webhooks/careportals/prescription.created',
  '/webhooks/careportals/prescription.fulfilled',
  '/webhooks/careportals/questionnaire.submitted',
  '/webhooks/careportals/message.inbound',
  '/webhooks/stripe',
])('it uses the address %s', (path) => {
  expect(count((delivery) => delivery.path === path)).toBeGreaterThan(0);
});

test.each([
  'payment_intent.succeeded',
  'payment_intent.payment_failed',
  'charge.succeeded',
  'charge.refunded',
  'refund.created',
  'refund.updated',
])('it has the event %s of Stripe', (type) => {
  expect(count(({ body }) => field(body, 'type') === type)).toBeGreaterThan(0);
});

test.each<[oddity: string, holds: (delivery: RecordedDelivery, text: string) => boolean]>([
  ['flat bodies', ({ body }) => 'customer.email' in body],
  ['nested bodies', ({ body }) => typeof field(body, 'customer') === 'object'],
  ['mixed bodies', ({ body }) => 'customer.email' in body && Array.isArray(field(body, 'lineItems'))],
  ['objects printed as text', (_, text) => text.includes('[object Object]')],
  ['placeholders that were not filled in', (_, text) => text.includes('{{')],
  ['words for nothing', (_, text) => text.includes('"N/A"') && !text.includes('"null"')],
  ['amounts as text', ({ body }) => typeof field(body, 'totalAmount') === 'string'],
  ['amounts as numbers', ({ body }) => typeof field(body, 'totalAmount') === 'number'],
  ['legacy bodies without a time', ({ path, body }) => path.includes('trigger=paused') && !('updatedAt' in body)],
  ['blank cycles', ({ body }) => field(body, 'currentCycle') === ''],
  ['products that are objects', ({ body }) => typeof field(body, 'product') === 'object'],
  ['password material', ({ body }) => 'salt' in body],
  ['names instead of customer ids', ({ body }) => / /.test(String(field(body, 'customer')))],
  ['metadata spelt otherwise', (_, text) => text.includes('"resourceID"')],
  ['payments for no order', (_, text) => text.includes('"resourceType":"subscriptions"')],
  ['payments for two orders', (_, text) => /Orders #\d+, #\d+/.test(text)],
  ['charges without a card', (_, text) => text.includes('"py_')],
  [
    'refunds without a charge',
    ({ body }, text) => field(body, 'type') === 'refund.created' && text.includes('"charge":null'),
  ],
  [
    'addresses that disagree with the body',
    ({ path, body }) => path.endsWith('trigger=active') && field(body, 'status') === 'paused',
  ],
  [
    'orders known by one of their ids alone',
    ({ path, body }) => path.includes('/order.') && 'status' in body && !('_id' in body),
  ],
])('it has %s', (_, holds) => {
  expect(count(holds)).toBeGreaterThan(0);
});

test('some deliveries come twice, some late by days, and two events tell of the same millisecond', () => {
  expect(new Set(month.map(({ body }) => body)).size).toBeLessThan(month.length);
  expect(count(({ body, receivedAt }) => lateness(body, receivedAt) > 24 * 3_600_000)).toBeGreaterThan(0);
  const orders = month.filter(({ body }) => 'updatedAt' in body && 'totalAmount' in body);
  const moments = orders.map(({ body }) => `${field(body, '_id')} ${field(body, 'updatedAt')}`);
  const bodies = new Set(orders.map(({ body }) => body));
  expect(new Set(moments).size).toBeLessThan(bodies.size);
});

test('deliveries that count as one event say the same', () => {
  const careportals = careportalsSource({ webhookSecrets: [SECRETS.careportals] });
  const bodies = new Map<string, string>();
  for (const [i, delivery] of month.entries()) {
    if (delivery.source === 'stripe') continue;
    const verified = careportals.verify(asRequest(delivery), delivery.receivedAt);
    if ('status' in verified) throw new Error(verified.error);
    expect(bodies.get(verified.eventKey) ?? texts[i]).toBe(texts[i]);
    bodies.set(verified.eventKey, texts[i]!);
  }
});

function lateness(body: object, receivedAt: Date): number {
  const told = field(body, 'updatedAt');
  return typeof told === 'string' ? receivedAt.getTime() - Date.parse(told) : 0;
}
