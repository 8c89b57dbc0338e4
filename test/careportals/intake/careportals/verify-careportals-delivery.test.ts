import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { verifyCareportalsDelivery } from '../../../../src/modules/careportals/intake/careportals/verify-careportals-delivery.ts';
import type { WebhookRequest } from '../../../../src/platform/inbox/inbox-source.ts';

const SECRETS = ['old-secret', 'new-secret'];
const NOON = new Date('2026-03-01T12:00:00.000Z');
const FIXTURES = new URL('../../../fixtures/careportals/', import.meta.url);

type Parts = Omit<Partial<WebhookRequest>, 'rawBody'> & { body?: unknown; rawBody?: Uint8Array; at?: Date };

function verify({ body, at = NOON, ...parts }: Parts) {
  const rawBody = Buffer.from(typeof body === 'string' ? body : JSON.stringify(body ?? { _id: 'a' }));
  const request = { event: null, query: {}, headers: { 'x-careportals-secret': 'new-secret' }, rawBody, ...parts };
  return verifyCareportalsDelivery(request, SECRETS, at);
}

function accepted(parts: Parts) {
  const result = verify(parts);
  if ('status' in result) throw new Error(`refused with ${result.status}: ${result.error}`);
  return result;
}

function statusOf(parts: Parts): number {
  const result = verify(parts);
  return 'status' in result ? result.status : 200;
}

const ORDER = { _id: '69b27d11e4c9fa0b6621a301', status: 'shipped', updatedAt: '2025-11-06T21:03:18.900Z' };

describe('the secret', () => {
  test.each(SECRETS)('is any configured one, so that it can be rotated: %s', (secret) => {
    expect(statusOf({ event: 'order.updated', headers: { 'x-careportals-secret': secret } })).toBe(200);
    expect(statusOf({ event: 'order.updated', headers: {}, query: { secret } })).toBe(200);
  });

  test.each([
    [{ headers: {} }],
    [{ headers: { 'x-careportals-secret': 'new-secre' } }],
    [{ headers: { 'x-careportals-secret': '' } }],
    [{ headers: { 'x-careportals-secret': 'geheim€'.repeat(2_000) } }],
    [{ headers: { 'x-careportals-secret': ['new-secret'] } }],
    [{ headers: {}, query: { secret: ['new-secret'] } }],
    [{ headers: {}, query: { secret: { toString: 'new-secret' } } }],
  ])('missing or wrong is 401, before anything else is looked at', (parts) => {
    expect(statusOf({ event: 'order.updated', body: 'not json', ...parts })).toBe(401);
  });

  test('is refused when none is configured, an empty one too', () => {
    const request = { event: 'order.updated', query: { secret: '' }, headers: {}, rawBody: Buffer.from('{"a":1}') };
    expect(verifyCareportalsDelivery(request, [], NOON)).toMatchObject({ status: 401 });
  });
});

describe('the body', () => {
  test.each([
    ['empty', ''],
    ['not JSON', '{"a":'],
    ['an empty object', '{}'],
    ['an array', '[{"a":1}]'],
    ['text', '"a"'],
    ['null', 'null'],
    ['nested 41 levels deep', `${'{"a":'.repeat(41)}1${'}'.repeat(41)}`],
    ['nested a hundred thousand levels deep', `{"a":${'['.repeat(100_000)}${']'.repeat(100_000)}}`],
  ])('that is %s is 400', (_what, body) => {
    expect(statusOf({ event: 'order.updated', body })).toBe(400);
  });

  test('that is not UTF-8 is 400', () => {
    expect(statusOf({ event: 'order.updated', rawBody: Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]) })).toBe(
      400,
    );
  });

  test('is never quoted in a refusal', () => {
    expect(JSON.stringify(verify({ event: 'order.updated', body: '{"email":"a@example.org",' }))).not.toContain(
      'example',
    );
  });

  test('may be 40 levels deep', () => {
    expect(statusOf({ event: 'order.updated', body: `${'{"a":'.repeat(40)}1${'}'.repeat(40)}` })).toBe(200);
  });
});

describe('the event name', () => {
  test.each([
    ['order.updated', 'order.updated'],
    ['Order.Canceled', 'order.cancelled'],
    ['subscription.upcoming.renewal', 'subscription.upcoming-renewal'],
    ['order.awaiting_shipment', 'order.awaiting_shipment'],
    ['never-heard-of', 'never-heard-of'],
  ])('is the path: %s', (event, eventType) => {
    expect(accepted({ event }).eventType).toBe(eventType);
  });

  test.each([
    [{ trigger: 'active' }, 'subscription.active'],
    [{ trigger: 'paused' }, 'subscription.paused'],
    [{ trigger: 'cancelled' }, 'subscription.cancelled'],
    [{ trigger: 'Canceled' }, 'subscription.cancelled'],
    [{ trigger: 'renewal' }, 'subscription.upcoming-renewal'],
    [{ extra: 'updated' }, 'order.updated'],
    [{ extra: 'cancelled' }, 'order.cancelled'],
  ])('is taken from the parameters of the old addresses: %j', (query, eventType) => {
    expect(accepted({ query }).eventType).toBe(eventType);
  });

  test.each(['', '.', 'order.', 'ördér', 'a b', 'a/b', '\u0000', 'x'.repeat(10_000), '../../etc/passwd', "order'--"])(
    'is 404 when the path is odd: %j',
    (event) => {
      expect(statusOf({ event })).toBe(404);
    },
  );

  test.each([
    { trigger: 'x'.repeat(10_000) },
    { trigger: 'äctive' },
    { extra: '\u0000' },
    { trigger: ['active', 'paused'] },
  ])('is 400 when a parameter is odd', (query) => {
    expect(statusOf({ query })).toBe(400);
  });

  test('is recognised by the body when the parameter is well formed and unknown', () => {
    expect(accepted({ query: { trigger: 'constructor' }, body: { _id: 'a', colour: 'red' } }).eventType).toBe(
      'unknown',
    );
  });

  const bare: Record<string, string> = {
    'order.created': 'order.created',
    'order.created.native': 'order.updated',
    'order.updated': 'order.updated',
    'order.status_updated.native': 'order.updated',
    'subscription.active': 'subscription.active',
    'subscription.active.native': 'subscription.active',
    'subscription.paused': 'subscription.paused',
    'subscription.upcoming-renewal.native': 'subscription.active',
    'subscription.paused.legacy': 'unknown',
    'order.cancelled': 'unknown',
    'prescription.created': 'prescription.created',
    'prescription.fulfilled.native': 'prescription.fulfilled',
    'message.inbound': 'message.inbound',
    'message.inbound.customer-name': 'message.inbound',
    'questionnaire.submitted.native': 'questionnaire.submitted',
    'customer.signup.native': 'customer.signup',
  };
  test.each(Object.entries(bare))('without path or parameter, %s is recognised as %s', (fixture, eventType) => {
    expect(accepted({ rawBody: readFileSync(new URL(`${fixture}.json`, FIXTURES)) }).eventType).toBe(eventType);
  });
});

describe('the event key', () => {
  const keyOf = (parts: Parts) => accepted({ event: 'order.updated', ...parts }).eventKey;

  test('is equal for repeats, whatever the order of keys and the time of receipt', () => {
    const later = new Date(NOON.getTime() + 86_400_000);
    expect(keyOf({ body: ORDER })).toBe(
      keyOf({ body: Object.fromEntries(Object.entries(ORDER).reverse()), at: later }),
    );
    expect(keyOf({ body: ORDER })).toMatch(/^[0-9a-f]{64}$/);
  });

  test('differs by event, id, status and time', () => {
    const keys = [
      keyOf({ body: ORDER }),
      keyOf({ body: ORDER, event: 'order.created' }),
      keyOf({ body: { ...ORDER, _id: '69b27d11e4c9fa0b6621a302' } }),
      keyOf({ body: { ...ORDER, status: 'delivered' } }),
      keyOf({ body: { ...ORDER, updatedAt: '2025-11-06T21:03:18.901Z' } }),
    ];
    expect(new Set(keys).size).toBe(keys.length);
  });

  test('of a body without a time holds for its step of ten minutes, so that a second true pause counts', () => {
    const paused = { _id: 'a', status: 'paused' };
    const at = (minutes: number) => keyOf({ body: paused, at: new Date(NOON.getTime() + minutes * 60_000) });
    expect(at(0)).toBe(at(9));
    expect(at(0)).not.toBe(at(10));
    expect(keyOf({ body: { ...paused, updatedAt: 'soon' } })).not.toBe(
      keyOf({ body: { ...paused, updatedAt: 'later' } }),
    );
  });

  test('of a body without an id is that of the whole body, or two things of one moment would be one', () => {
    const { _id, ...rest } = ORDER;
    expect(keyOf({ body: { ...rest, id: '1' } })).not.toBe(keyOf({ body: { ...rest, id: '2' } }));
  });

  test('of a message stands on its id alone', () => {
    const event = 'message.inbound';
    const body = (updatedAt: string) => ({ _id: 'a', updatedAt });
    expect(keyOf({ event, body: body('2025-11-06T21:03:18.900Z') })).toBe(
      keyOf({ event, body: body('2025-11-07T00:00:00Z') }),
    );
  });

  test('of a prescription stands on its id, and on its time where it has one: it is filled again for each refill', () => {
    const event = 'prescription.fulfilled';
    const body = (updatedAt: string) => ({ _id: 'a', updatedAt });
    expect(keyOf({ event, body: body('2025-12-06T21:03:18.900Z') })).not.toBe(
      keyOf({ event, body: body('2025-11-06T21:03:18.900Z') }),
    );
    const undated = (at: Date) => keyOf({ event, body: { _id: 'a', 'customer.phone': String(at.getTime()) }, at });
    expect(undated(new Date(NOON.getTime() + 3_600_000))).toBe(undated(NOON));
  });

  test('is its own for every sample body, save two pairs that tell of one event in two forms', () => {
    const files = readdirSync(FIXTURES);
    const keys = files.map((file) => {
      const event = file
        .replace(/\.json$/, '')
        .split('.')
        .slice(0, 2)
        .join('.');
      return keyOf({ event, rawBody: readFileSync(new URL(file, FIXTURES)) });
    });
    expect(files.length).toBe(28);
    expect(new Set(keys).size).toBe(26);
  });
});
