import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { REDACTED, redactPayload } from '../../../src/modules/careportals/operations/redact-payload.ts';

const FIXTURES = new URL('../../fixtures/', import.meta.url);

const samples = ['careportals', 'stripe'].flatMap((folder) =>
  readdirSync(new URL(folder, FIXTURES)).map((name): [string, unknown] => [
    `${folder}/${name}`,
    JSON.parse(readFileSync(new URL(`${folder}/${name}`, FIXTURES), 'utf8')),
  ]),
);

/** Keys, in either form of body, whose values are somebody's own. */
const PERSONAL =
  /(^|\.)(firstName|lastName|name|drugName|email|phone|address1|address2|city|postalCode|province|provinceCode|state|dob|gender|content|subject|notes|message|description|uname|username|trackingCode|trackingLink|last4|referenceId|coupon|usedCoupons|weight|feet|inches)$/;

/** Each value with the whole path to it. */
function* valuesOf(value: unknown, path = ''): Generator<[path: string, value: unknown]> {
  if (typeof value !== 'object' || value === null) return yield [path, value];
  for (const [key, inner] of Object.entries(value)) yield* valuesOf(inner, path === '' ? key : `${path}.${key}`);
}

describe.each(samples)('of the sample %s', (_name, body) => {
  test('no name, contact, address, answer or message is left, and every key is', () => {
    const left = redactPayload(body);
    const shown = new Map(valuesOf(left));
    expect([...shown.keys()]).toEqual([...valuesOf(body)].map(([path]) => path));
    for (const [path, value] of valuesOf(body)) {
      const isPersonal = PERSONAL.test(path) || /(^|\.)(answers|drugs)\./.test(path);
      if (!isPersonal || value === null || value === '' || value === '[object Object]') continue;
      expect([path, shown.get(path)]).toEqual([path, REDACTED]);
    }
  });
});

test('what happened to which order when stays readable', () => {
  const body = {
    _id: '69b27d11e4c9fa0b6621a301',
    id: '2417',
    status: 'awaiting_shipment',
    totalAmount: '149.5',
    updatedAt: '2025-11-06T14:02:33.123Z',
    'customer._id': '69a1c04fd2b7e83a5510f201',
    'customer.email': 'marisol.quennell@example.org',
    'lineItems.0.productId': '[object Object]',
    trackingCode: '',
    isDeleted: false,
    statusHistory: [{ prevStatus: 'processing', newStatus: 'Marisol', userId: 'Workflow' }],
  };
  expect(redactPayload(body)).toEqual({
    ...body,
    'customer.email': REDACTED,
    statusHistory: [{ prevStatus: 'processing', newStatus: REDACTED, userId: REDACTED }],
  });
});

test.each([
  ['a phone that stands where an id should', { _id: '+12125550142', id: '12125550142' }],
  ['a name that stands where a status should', { status: 'Marisol Quennell', event: 'marisol' }],
  ['a birthday among answers', { answers: { createdAt: '1984-09-21T00:00:00.000Z', status: 'active' } }],
  ['an answer under a dotted key', { 'answers.0.status': 'active' }],
  ['a yes or no that nobody knows', { takesMedication: true }],
  ['a number that nobody knows', { weight: 188 }],
])('%s does not pass', (_what, body) => {
  for (const [, value] of valuesOf(redactPayload(body))) expect(value).toBe(REDACTED);
});

test('a key that can be no name of a field is not shown either', () => {
  const left = JSON.stringify(redactPayload({ 'marisol.quennell@example.org': 1, 'Marisol Quennell': { _id: '7' } }));
  expect(left).toBe('{"[redacted] 1":"[redacted]","[redacted] 2":{"_id":"7"}}');
});

test('whatever stands under keys that nobody knows, no word of it comes out', () => {
  const word = fc.string({ minLength: 5, maxLength: 12, unit: fc.constantFrom(...'abcdefgh0123456789-_@. é') });
  const key = fc.stringMatching(/^x[a-z]{3,8}$/);
  const known = fc.constantFrom('status', 'type', '_id', 'amount', 'createdAt', 'source', 'currentCycle', 'object');
  const body = fc.letrec<{ tree: unknown }>((tie) => ({
    tree: fc.oneof(
      { depthSize: 'small' },
      word.map((text) => `secret:${text}`),
      fc.array(tie('tree'), { maxLength: 3 }),
      // Free text does not come out where it has no business either.
      fc.dictionary(fc.oneof(key, known), tie('tree'), { maxKeys: 4 }),
    ),
  })).tree;
  const free = fc.dictionary(key, fc.oneof(word, fc.integer({ min: 100_000 }), fc.boolean(), body), { maxKeys: 5 });
  const seed = process.env.TEST_SEED === undefined ? undefined : Number(process.env.TEST_SEED);
  const numRuns = process.env.LONG_TESTS === undefined ? 300 : 20_000;
  fc.assert(
    fc.property(free, (made) => {
      for (const [path, value] of valuesOf(redactPayload(made))) expect([path, value]).toEqual([path, shownFor(value)]);
    }),
    { numRuns, ...(seed === undefined ? {} : { seed }) },
  );
});

/** Nothing at all, or the mark: an empty object or list has no values. */
function shownFor(value: unknown): unknown {
  return value === '' || typeof value === 'object' ? value : REDACTED;
}
