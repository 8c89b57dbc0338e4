import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { dollarsToCents, wholePercent } from '../../../../src/modules/careportals/intake/careportals/money.ts';

describe('dollarsToCents', () => {
  test.each([
    ['149.5', 14950],
    ['299', 29900],
    ['0', 0],
    ['-0', 0],
    ['.5', 50],
    ['5.', 500],
    ['+1.01', 101],
    ['1.005', 101],
    ['1.0049999', 100],
    ['-1.005', -101],
    ['0.004', 0],
    ['-0.004', 0],
    ['1e2', 10000],
    ['1.5e-2', 2],
    ['21474836.47', 2_147_483_647],
  ])('reads %s as %i cents', (text, cents) => {
    expect(dollarsToCents(text)).toBe(cents);
  });

  test.each([
    '',
    '.',
    '-',
    'abc',
    '1,5',
    '1 2',
    '0x10',
    'NaN',
    'Infinity',
    '1e',
    '1e9999',
    '21474836.48',
    '9'.repeat(60),
  ])('refuses %j', (text) => {
    expect(dollarsToCents(text)).toBeNull();
  });

  test('is exact for every amount that a number can carry, however the number prints', () => {
    fc.assert(
      fc.property(fc.integer({ min: -2_147_483_647, max: 2_147_483_647 }), (cents) => {
        expect(dollarsToCents(String(cents / 100))).toBe(cents);
      }),
    );
  });

  test('rounds half a cent away from zero, alike on both sides', () => {
    fc.assert(
      fc.property(fc.nat(1_000_000), fc.integer({ min: 0, max: 9 }), (cents, tenth) => {
        const text = `${Math.floor(cents / 100)}.${String(cents % 100).padStart(2, '0')}${tenth}`;
        const rounded = tenth < 5 ? cents : cents + 1;
        expect(dollarsToCents(text)).toBe(rounded);
        expect(dollarsToCents(`-${text}`)).toBe(rounded === 0 ? 0 : -rounded);
      }),
    );
  });
});

test('a percentage is never multiplied', () => {
  expect(wholePercent('50')).toBe(50);
  expect(wholePercent('12.5')).toBe(13);
});
