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
      const read = decodePosition(encodePosition({ head, holes }, 'n'), 'n');
      expect(read.head).toBe(head);
      expect(new Set(read.holes)).toEqual(new Set(holes));
    }),
  );
});

test('equal places have equal cursors, whatever order the holes are in', () => {
  const holes = [5n, 900n, 17n, 16n];
  expect(encodePosition({ head: 1_000n, holes }, 'n')).toBe(
    encodePosition({ head: 1_000n, holes: holes.toReversed() }, 'n'),
  );
});

test('an empty table has a place too', () => {
  expect(decodePosition(encodePosition({ head: 0n, holes: [] }, 'n'), 'n')).toEqual({ head: 0n, holes: [] });
});

test('five hundred holes fit into a header; with more it stands lower, and names all that are below', () => {
  const holes = Array.from({ length: 9_000 }, (_, i) => 4_000_000_000n + BigInt(i * 7));
  const cursor = encodePosition({ head: 4_000_100_000n, holes }, 'n');
  expect(cursor.length).toBeLessThan(3_000);
  const { head, holes: named } = decodePosition(cursor, 'n');
  expect(head).toBe(4_000_000_000n + 500n * 7n - 1n);
  expect(new Set(named)).toEqual(new Set(holes.filter((hole) => hole <= head)));
});

test('a cursor of another feed is refused', () => {
  const cursor = encodePosition({ head: 5n, holes: [3n] }, 'o');
  expect(() => decodePosition(cursor, 's')).toThrow(
    expect.objectContaining({ extensions: { code: 'INVALID_CURSOR' } }),
  );
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
    text('n'),
    text('n.'),
    text('1.5'),
    text('n.-5'),
    text('n.5.'),
    text('n.05'),
    text('n.5.6'),
    text('n.5.3.0'),
    text('n.5.3.3'),
    text('n.5.3.4'),
    text('n.8000000000000000'),
    text('n.ffffffffffffffffffffff'),
    text('n.A'),
    `${text('n.5')}=`,
    ` ${text('n.5')}`,
    `${text('n.5')}\n`,
    text('[1,"5"]'),
  ])('%s', (cursor) => {
    expect(() => decodePosition(cursor, 'n')).toThrow(
      expect.objectContaining({ extensions: { code: 'INVALID_CURSOR' } }),
    );
  });

  test.each([
    ['a number of half a megabyte', text(`n.${'f'.repeat(500_000)}`)],
    ['more holes than any place has', text(`n.fffff${'.1'.repeat(501)}`)],
  ])('%s', (_name, cursor) => {
    expect(() => decodePosition(cursor, 'n')).toThrow(
      expect.objectContaining({ extensions: { code: 'INVALID_CURSOR' } }),
    );
  });

  test('and any other text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (noise) => {
        const read = () => {
          try {
            return encodePosition(decodePosition(noise, 'n'), 'n');
          } catch (error) {
            return (error as { extensions: { code: string } }).extensions.code;
          }
        };
        expect([noise, 'INVALID_CURSOR']).toContain(read());
      }),
    );
  });
});
