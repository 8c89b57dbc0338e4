import { expect, test } from 'vitest';
import { Seen } from '../../src/client/seen.ts';

test('the newest ten thousand numbers are remembered, and no more', () => {
  const seen = new Seen();
  for (let number = 1; number <= 25_000; number++) seen.add(String(number));
  const known = Array.from({ length: 25_000 }, (_, i) => i + 1).filter((number) => seen.has(String(number)));
  expect([known.length, known[0], known.at(-1)]).toEqual([10_000, 15_001, 25_000]);
});
