import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { GraphQLError } from 'graphql';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Caller, Role } from '../../../src/platform/access/caller.ts';
import { addressOf } from '../../../src/platform/graphql/limits/address-of.ts';
import { Budgets } from '../../../src/platform/graphql/limits/budgets.ts';

const caller = (subject: string, role: Role = 'support', tokenId = 'one'): Caller => ({
  role,
  subject,
  tokenId,
  expiresAt: Number.MAX_SAFE_INTEGER,
  customerId: null,
  isUnknown: false,
  scopes: [],
});

const refusal = (promise: Promise<unknown>) =>
  promise.then(
    () => null,
    (error: unknown) => (error instanceof GraphQLError ? error.extensions : error),
  );

describe('a budget', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  test('is spent by the points of each operation, and says what is left', async () => {
    const budgets = new Budgets({ RATE_LIMIT: 100, RATE_LIMIT_ANONYMOUS: 'off' });
    expect(await budgets.charge(caller('a'), 30)).toEqual({ requested: 30, limit: 100, remaining: 70 });
    expect(await budgets.charge(caller('a'), 70)).toEqual({ requested: 70, limit: 100, remaining: 0 });
    expect(await refusal(budgets.charge(caller('a'), 1))).toEqual({
      code: 'RATE_LIMITED',
      cost: { requested: 1, limit: 100, remaining: 0 },
      retryAfterMs: 60_000,
      http: { status: 429, headers: new Map([['retry-after', '60']]) },
    });
  });

  test('refuses what is more than the whole of it by another code, without a time to come again', async () => {
    const budgets = new Budgets({ RATE_LIMIT: 100, RATE_LIMIT_ANONYMOUS: 'off' });
    const refused = await refusal(budgets.charge(caller('a'), 101));
    expect(refused).toEqual({ code: 'QUERY_TOO_COMPLEX', requested: 101, limit: 100, http: { status: 400 } });
    expect(await budgets.charge(caller('a'), 100)).toMatchObject({ remaining: 0 });
  });

  test('is whole again a minute after its first operation', async () => {
    const budgets = new Budgets({ RATE_LIMIT: 100, RATE_LIMIT_ANONYMOUS: 'off' });
    await budgets.charge(caller('a'), 100);
    vi.advanceTimersByTime(59_500);
    expect(await refusal(budgets.charge(caller('a'), 1))).toMatchObject({ retryAfterMs: 500 });
    vi.advanceTimersByTime(500);
    expect(await budgets.charge(caller('a'), 1)).toMatchObject({ remaining: 99 });
  });

  test('is not spent by what was refused: something smaller still fits', async () => {
    const budgets = new Budgets({ RATE_LIMIT: 100, RATE_LIMIT_ANONYMOUS: 'off' });
    await budgets.charge(caller('a'), 60);
    const refused = await Promise.all(Array.from({ length: 5 }, () => refusal(budgets.charge(caller('a'), 41))));
    expect(refused).toEqual(Array(5).fill(expect.objectContaining({ code: 'RATE_LIMITED' })));
    expect(await budgets.charge(caller('a'), 40)).toMatchObject({ remaining: 0 });
  });

  test('belongs to a subject in a role, whatever its tokens', async () => {
    const budgets = new Budgets({ RATE_LIMIT: 100, RATE_LIMIT_ANONYMOUS: 'off' });
    const left = async (who: Caller) => (await budgets.charge(who, 10)).remaining;
    expect(await left(caller('a'))).toBe(90);
    expect(await left(caller('a', 'support', 'another token'))).toBe(80);
    expect(await left(caller('a', 'admin'))).toBe(90);
    expect(await left(caller('b'))).toBe(90);
  });

  test('is endless if it is off, and the cost is told all the same', async () => {
    const budgets = new Budgets({ RATE_LIMIT: 'off', RATE_LIMIT_ANONYMOUS: 'off' });
    expect(await budgets.charge(caller('a'), 49_999)).toEqual({ requested: 49_999 });
    for (let i = 0; i < 1_000; i++) await budgets.countStranger('192.0.2.1');
  });

  test('of strangers is counted by address', async () => {
    const budgets = new Budgets({ RATE_LIMIT: 'off', RATE_LIMIT_ANONYMOUS: 2 });
    for (const address of ['192.0.2.1', '192.0.2.1', '192.0.2.2']) await budgets.countStranger(address);
    expect(await refusal(budgets.countStranger('192.0.2.1'))).toMatchObject({
      code: 'RATE_LIMITED',
      retryAfterMs: 60_000,
    });
    expect(await refusal(budgets.countStranger('192.0.2.2'))).toBeNull();
  });
});

describe('the address of a request', () => {
  const from = (remoteAddress: string, forwarded: string | undefined, proxies: number) => {
    const request = new IncomingMessage(Object.defineProperty(new Socket(), 'remoteAddress', { value: remoteAddress }));
    if (forwarded !== undefined) request.headers['x-forwarded-for'] = forwarded;
    return addressOf(request, proxies);
  };

  test.each([
    ['without proxies is that of the connection, whatever a header says', '192.0.2.1', '198.51.100.7', 0, '192.0.2.1'],
    ['behind one proxy is the last that was added', '10.0.0.1', '203.0.113.9, 198.51.100.7', 1, '198.51.100.7'],
    ['behind two is the last but one', '10.0.0.1', '203.0.113.9, 198.51.100.7, 10.0.0.2', 2, '198.51.100.7'],
    ['is that of the proxy if it added nothing', '10.0.0.1', undefined, 1, '10.0.0.1'],
    ['is that of the proxy if it added no address', '10.0.0.1', 'somebody', 1, '10.0.0.1'],
    ['is that of the proxy if fewer were passed than said', '10.0.0.1', '198.51.100.7', 2, '10.0.0.1'],
    ['of IPv6 is the network, which is one host', '2001:db8:1:2:3:4:5:6', undefined, 0, '2001:db8:1:2::/64'],
    ['of IPv6 is the network, written short or not', '2001:db8::6', undefined, 0, '2001:db8:0:0::/64'],
    ['of a loopback is no other', '::1', undefined, 0, '0:0:0:0::/64'],
    ['of IPv4 within IPv6 is that of IPv4', '::ffff:192.0.2.1', undefined, 0, '192.0.2.1'],
  ])('%s', (_what, remote, forwarded, proxies, expected) => {
    expect(from(remote, forwarded, proxies)).toBe(expected);
  });
});
