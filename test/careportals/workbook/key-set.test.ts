import { describe, expect, it } from 'vitest';
import { KeySet } from '../../../src/modules/careportals/workbook/key-set.ts';

const KEYS = process.env.LONG_TESTS ? 200_000 : 20_000;

describe('a set of keys', () => {
  it('keeps the first row of a key and compares the later ones with it', () => {
    const keys = new KeySet();
    expect(keys.add('2417', { ordinal: 5, money: '14950', rest: 'a' })).toBeNull();
    expect(keys.add('2417', { ordinal: 9, money: '14950', rest: 'a' })).toEqual({
      ordinal: 5,
      sameMoney: true,
      sameRest: true,
    });
    expect(keys.add('2417', { ordinal: 9, money: '14951', rest: 'a' })).toMatchObject({ ordinal: 5, sameMoney: false });
    expect(keys.add('2417', { ordinal: 10, money: '14950', rest: 'b' })).toMatchObject({ ordinal: 5, sameRest: false });
    expect(keys.add('2418', { ordinal: 11 })).toBeNull();
    expect(keys.size).toBe(2);
  });

  it('remembers values, the least of them where asked', () => {
    const keys = new KeySet();
    keys.add('with', { ordinal: 1, value: 0 });
    keys.add('without', { ordinal: 2 });
    keys.lower('first order', Date.UTC(2025, 9, 7));
    keys.lower('first order', Date.UTC(2025, 8, 7));
    keys.lower('first order', Date.UTC(2025, 9, 8));
    keys.lower('without', 7);
    expect(['with', 'without', 'first order', 'unknown'].map((key) => keys.valueOf(key))).toEqual([
      0,
      7,
      Date.UTC(2025, 8, 7),
      undefined,
    ]);
    expect(keys.has('unknown')).toBe(false);
  });

  it('loses nothing and invents nothing while it grows', () => {
    const keys = new KeySet();
    for (let n = 0; n < KEYS; n++) {
      keys.add(`order:${n}`, {
        ordinal: n,
        money: String(n),
        rest: `row ${n}`,
        ...(n % 3 === 0 && { value: n * 1_000 }),
      });
    }
    const all = Array.from({ length: KEYS }, (_, n) => n);
    const lost = all.filter((n) => {
      const seen = keys.add(`order:${n}`, { ordinal: -1, money: String(n), rest: `row ${n}` });
      return seen?.ordinal !== n || !seen.sameMoney || !seen.sameRest;
    });
    const wrongValues = all.filter((n) => keys.valueOf(`order:${n}`) !== (n % 3 === 0 ? n * 1_000 : undefined));
    const invented = all.filter((n) => keys.has(`refund:${n}`));
    expect([keys.size, lost, wrongValues, invented]).toEqual([KEYS, [], [], []]);
  }, 120_000);
});
