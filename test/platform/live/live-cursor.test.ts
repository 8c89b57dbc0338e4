import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodePosition, encodePosition } from '../../../src/platform/live/live-cursor.ts';

const LARGEST = 9_223_372_036_854_775_807n;

/** A head with some holes at or below it. */
const position = fc
  .bigInt({ min: 0n, max: LARGEST })
  .chain((head) =>
    fc
      .uniqueArray(fc.bigInt({ min: 1n, max: head > 1n ? head : 1n }), { maxLength: 50 })
      .map((holes) => ({ head: head > 0n ? head : 1n, holes })),
  );

test('a cursor leads back to the place it was made at', () => {
  fc.assert(
    fc.property(position, ({ head, holes }) => {
      const read = decodePosition(encodePosition({ head, holes }));
      expect(read.head).toBe(head);
      expect(new Set(read.holes)).toEqual(new Set(holes));
    }),
  );
});

test('equal places have equal cursors, whatever order the holes are in', () => {
  const holes = [5n, 900n, 17n, 16n];
  expect(encodePosition({ head: 1_000n, holes })).toBe(encodePosition({ head: 1_000n, holes: holes.toReversed() }));
});

test('an empty table has a place too', () => {
  expect(decodePosition(encodePosition({ head: 0n, holes: [] }))).toEqual({ head: 0n, holes: [] });
});

test('a thousand holes of a busy minute fit into five kilobytes', () => {
  const holes = Array.from({ length: 1_000 }, (_, i) => 4_000_000_000n + BigInt(i * 7));
  expect(encodePosition({ head: 4_000_010_000n, holes }).length).toBeLessThan(5_000);
});

const text = (plain: string) => Buffer.from(plain).toString('base64url');

describe('what we did not write is no cursor:', () => {
  test.each([
    '',
    'x',
    '0',
    'null',
    'eyJhIjoxfQ',
    '💥',
    "' OR 1=1 --",
    text('1'),
    text('1.'),
    text('2.5'),
    text('1.-5'),
    text('1.5.'),
    text('1.05'),
    text('1.5.6'),
    text('1.5.3.0'),
    text('1.5.3.3'),
    text('1.5.3.4'),
    text('1.8000000000000000'),
    text('1.ffffffffffffffffffffff'),
    text('1.A'),
    `${text('1.5')}=`,
    ` ${text('1.5')}`,
    `${text('1.5')}\n`,
    text('[1,"5"]'),
  ])('%s', (cursor) => {
    expect(() => decodePosition(cursor)).toThrow(expect.objectContaining({ extensions: { code: 'INVALID_CURSOR' } }));
  });

  test.each([
    ['a number of half a megabyte', text(`1.${'f'.repeat(500_000)}`)],
    ['more holes than any place has', text(`1.fffff${'.1'.repeat(20_001)}`)],
  ])('%s', (_name, cursor) => {
    expect(() => decodePosition(cursor)).toThrow(expect.objectContaining({ extensions: { code: 'INVALID_CURSOR' } }));
  });

  test('and any other text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (noise) => {
        const read = () => {
          try {
            return encodePosition(decodePosition(noise));
          } catch (error) {
            return (error as { extensions: { code: string } }).extensions.code;
          }
        };
        expect([noise, 'INVALID_CURSOR']).toContain(read());
      }),
    );
  });
});
