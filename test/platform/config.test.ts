import { describe, expect, test } from 'vitest';
import { readSettings } from '../../src/platform/config.ts';

describe('the limits among the settings', () => {
  test('have generous defaults', () => {
    const { RATE_LIMIT, RATE_LIMIT_ANONYMOUS, PROXIES } = readSettings({});
    expect([RATE_LIMIT, RATE_LIMIT_ANONYMOUS, PROXIES]).toEqual([1_200_000_000, 6_000, 0]);
  });

  test('are numbers, or off', () => {
    expect(readSettings({ RATE_LIMIT: '1000', RATE_LIMIT_ANONYMOUS: 'off' })).toMatchObject({
      RATE_LIMIT: 1_000,
      RATE_LIMIT_ANONYMOUS: 'off',
    });
  });

  test.each(['x', '-1', '70000', '1.5'])('a port of %s is refused in words of our own', (text) => {
    expect(() => readSettings({ PORT: text, PROXIES: '11' })).toThrow(
      /PORT: must be a whole number from 0 to 65535\n {2}PROXIES: must be a whole number from 0 to 10$/,
    );
  });

  test.each(['0', '-1', '1.5', 'much', 'OFF'])('may not be %s: the start says which variable and why', (text) => {
    expect(() => readSettings({ RATE_LIMIT: text, RATE_LIMIT_ANONYMOUS: text, PROXIES: '-1' })).toThrow(
      /RATE_LIMIT: (must be a whole number|Too small).*\n.*RATE_LIMIT_ANONYMOUS: .*\n.*PROXIES: /,
    );
  });
});

test.each(['mysql://app:Sekrit@127.0.0.1:notaport/db', 'mysql://app:p#Sekrit/w@127.0.0.1:3306/db', 'Sekrit'])(
  'an address that is none is named by its variable, and never quoted: it holds a password',
  (address) => {
    const refusal = () => readSettings({ DATABASE_URL: address });
    expect(refusal).toThrow(/DATABASE_URL: (is no address|must begin with)/);
    expect(refusal).not.toThrow(/Sekrit/);
  },
);
