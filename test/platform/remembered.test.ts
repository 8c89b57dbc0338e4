import { describe, expect, test } from 'vitest';
import { Remembered } from '../../src/platform/remembered.ts';

test('what is kept is bounded, and what is asked for now and then stays', () => {
  const kept = new Remembered<number, string>(100);
  kept.set(0, 'asked for');
  for (let key = 1; key <= 1_000; key++) {
    kept.of(key, () => `made ${key}`);
    if (key % 40 === 0) expect(kept.get(0)).toBe('asked for');
  }
  expect(kept.size).toBeLessThanOrEqual(100);
  expect(kept.size).toBeGreaterThanOrEqual(50);
  expect([kept.get(1_000), kept.get(960), kept.get(800)]).toEqual(['made 1000', 'made 960', undefined]);
});

describe('by size', () => {
  const texts = (most: number) => new Remembered<string, true>(most, (text) => text.length);

  test('all that is kept is no larger than was said', () => {
    const kept = texts(1_000);
    const made = Array.from({ length: 300 }, (_, n) => String(n).padEnd(7 + (n % 90)));
    for (const text of made) kept.set(text, true);
    const size = made.filter((text) => kept.get(text)).reduce((sum, { length }) => sum + length, 0);
    expect(size).toBeGreaterThan(300);
    expect(size).toBeLessThanOrEqual(1_000);
  });

  test('what is larger than half of it is not kept, and pushes nothing out', () => {
    const kept = texts(1_000);
    kept.set('small', true);
    kept.set('x'.repeat(501), true);
    expect([kept.get('small'), kept.get('x'.repeat(501))]).toEqual([true, undefined]);
  });
});
