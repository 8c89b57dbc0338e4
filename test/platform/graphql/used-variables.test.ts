import { parse } from 'graphql';
import { expect, test } from 'vitest';
import { variablesBelow } from '../../../src/platform/graphql/used-variables.ts';

const below = (text: string, name: string | null = null) => [...variablesBelow(parse(text), name)].sort();

test.each([
  ['subscription ($f: F, $a: String) { live(filter: $f, after: $a) { cursor } }', []],
  ['subscription ($f: F, $n: Int) { live(filter: $f) { order { list(first: $n) { id } } } }', ['n']],
  ['subscription ($f: F) { live(filter: $f) { order { list(filter: $f) { id } } } }', ['f']],
  ['subscription ($w: Boolean!) { live { cursor order @include(if: $w) { id } } }', ['w']],
  ['subscription ($w: Boolean!) { live @include(if: $w) { cursor } }', ['w']],
  ['subscription ($id: ID!) { live(filter: { orderIds: [$id] }) { cursor } }', []],
  ['subscription ($n: Int) { live { ...E } } fragment E on Event { list(first: $n) { id } }', ['n']],
  // Not seen as the live field's own: that costs sharing, and nothing else.
  ['subscription ($f: F) { ...R } fragment R on Subscription { live(filter: $f) { cursor } }', ['f']],
  ['subscription ($f: F) { ... on Subscription { live(filter: $f) { cursor } } }', ['f']],
])('%s', (text, expected) => {
  expect(below(text)).toEqual(expected);
});

test('only the named operation has a live field; what others use counts as used', () => {
  const text = 'subscription A ($f: F) { live(filter: $f) { a } } subscription B ($f: F) { live(filter: $f) { b } }';
  expect(below(text, 'A')).toEqual(['f']);
});
