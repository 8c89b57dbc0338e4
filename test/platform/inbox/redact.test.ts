import { expect, test } from 'vitest';
import { redact, UnstorableBody } from '../../../src/platform/inbox/redact.ts';

test('password material is stripped at any depth, in nested and in dotted keys, and nothing else is', () => {
  const body = {
    _id: 'c1',
    hash: 'x',
    'customer.salt': 'x',
    'customer.uname': 'x',
    'customer.hashtag': 'kept',
    customer: { salt: 'x', Hash: 'x', email: 'a@example.com', devices: [{ uname: 'x', name: 'phone' }] },
    unames: 2,
  };
  expect(redact(body)).toEqual({
    _id: 'c1',
    'customer.hashtag': 'kept',
    customer: { email: 'a@example.com', devices: [{ name: 'phone' }] },
    unames: 2,
  });
});

test('half of a surrogate pair is replaced, because MySQL refuses it in JSON', () => {
  expect(redact({ message: 'cut \ud83d' })).toEqual({ message: 'cut \ufffd' });
});

test('what MySQL could not hold is refused in words that quote nothing', () => {
  const deep: unknown = JSON.parse(`${'['.repeat(5_000)}"secret"${']'.repeat(5_000)}`);
  expect(() => redact(deep)).toThrow(UnstorableBody);
  expect(() => redact({ ['k'.repeat(70_000)]: 1 })).toThrow(/key of more than 10000 characters/);
});
