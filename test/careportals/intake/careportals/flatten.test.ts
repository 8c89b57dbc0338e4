import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { flatten } from '../../../../src/modules/careportals/intake/careportals/flatten.ts';

describe('flatten', () => {
  test('brings a nested body to dotted paths, arrays by index', () => {
    const flat = flatten({
      _id: 'a',
      lineItems: [{ productId: 'p', price: 149.5 }],
      isDeleted: false,
      shippedAt: null,
    });
    expect(Object.fromEntries(flat)).toEqual({
      _id: 'a',
      'lineItems.0.productId': 'p',
      'lineItems.0.price': '149.5',
      isDeleted: 'false',
    });
  });

  test('keeps keys that are dotted already, so both forms of a body read alike', () => {
    expect(flatten({ 'customer._id': 'a' })).toEqual(flatten({ customer: { _id: 'a' } }));
  });

  test('prefers the form that says something when a mixed body names a path twice', () => {
    expect(flatten({ 'customer.email': '', customer: { email: 'a@example.org' } }).get('customer.email')).toBe(
      'a@example.org',
    );
  });

  test('treats prototype keys as plain text keys and leaves every prototype alone', () => {
    const flat = flatten(JSON.parse('{"__proto__":{"polluted":"yes"},"constructor":{"prototype":{"polluted":"yes"}}}'));
    expect(flat.get('__proto__.polluted')).toBe('yes');
    expect(({} as { polluted?: string }).polluted).toBeUndefined();
  });

  test('gives no number at all where JSON has lost digits already', () => {
    expect(flatten(JSON.parse('{"id":12345678901234567891,"big":1e400,"ok":9007199254740991}'))).toEqual(
      new Map([['ok', '9007199254740991']]),
    );
  });

  test('does not build long paths again and again for many leaves under a huge key', () => {
    const leaves = Array.from({ length: 1_000 }, (_, i) => i);
    expect(flatten({ ['k'.repeat(100_000)]: leaves, a: 1 }).size).toBe(1);
  });

  test('stops at a size that no true body has', () => {
    expect(flatten({ a: Array.from({ length: 100_000 }, () => 1) }).size).toBe(20_000);
  });

  test('never throws and only holds text, whatever the JSON', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        for (const [path, text] of flatten({ value })) {
          expect(typeof path).toBe('string');
          expect(typeof text).toBe('string');
        }
      }),
    );
  });
});
