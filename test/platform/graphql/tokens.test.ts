import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, exportSPKI, generateKeyPair, type JWTPayload, SignJWT, UnsecuredJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { customerIdOf } from '../../kit/people.ts';
import { createTestApp, type TestApp } from '../../kit/test-app.ts';
import { codesOf, follow } from '../../kit/transports.ts';

let server: TestApp;
let secret: Uint8Array;

beforeAll(async () => {
  server = await createTestApp();
  secret = new TextEncoder().encode(server.settings.AUTH_JWT_SECRET);
});

afterAll(() => server?.stop());

const now = () => Math.floor(Date.now() / 1_000);

/** Claims of a good token, with some changed or, if undefined, left out. */
function claims(changed: Record<string, unknown> = {}): JWTPayload {
  const good = { sub: 'somebody', jti: 'token-of-somebody', role: 'support', iat: now(), exp: now() + 60 };
  return Object.fromEntries(Object.entries({ ...good, ...changed }).filter(([, value]) => value !== undefined));
}

function signed(payload: JWTPayload, key: Parameters<SignJWT['sign']>[0] = secret, alg = 'HS256', kid?: string) {
  return new SignJWT(payload).setProtectedHeader({ alg, ...(kid === undefined ? {} : { kid }) }).sign(key);
}

async function expectRefused(app: TestApp, token: string, words?: RegExp): Promise<void> {
  const answer = await app.ask(token, '{ __typename }');
  expect([answer.status, codesOf(answer)]).toEqual([401, ['UNAUTHENTICATED']]);
  if (words) expect(answer.errors?.[0]?.message).toMatch(words);
  expect(await follow(app.socket(token), 'x', '{ __typename }').ended).toMatchObject({ code: 4403 });
}

test('a token with all claims is let in, on HTTP and on a socket', async () => {
  const token = await signed(claims());
  expect((await server.ask(token, '{ __typename }')).data).toEqual({ __typename: 'Query' });
  const client = server.socket(token);
  for await (const result of client.iterate({ query: '{ __typename }' }))
    expect(result.data).toEqual({ __typename: 'Query' });
  await client.dispose();
});

test('a token that was let in a moment ago is refused once it has expired', async () => {
  const token = await signed(claims({ exp: now() + 2 }));
  expect((await server.ask(token, '{ __typename }')).status).toBe(200);
  await expect.poll(async () => (await server.ask(token, '{ __typename }')).status, { interval: 200 }).toBe(401);
});

test.each([
  ['has no exp', { exp: undefined }, /exp/],
  ['has no iat', { iat: undefined }, /iat/],
  ['has no jti', { jti: undefined }, /jti/],
  ['has an empty jti', { jti: '' }, /jti/],
  ['has no sub', { sub: undefined }, /sub/],
  ['has no role', { role: undefined }, /role/],
  ['has a role that does not exist', { role: 'owner' }, /role/],
  ['has several roles', { role: ['support', 'admin'] }, /role/],
  ['is a customer without customer_id', { role: 'customer' }, /customer_id/],
  ['is a customer with an empty customer_id', { role: 'customer', customer_id: '' }, /customer_id/],
  ['is a customer whose customer_id is no id', { role: 'customer', customer_id: 'é' }, /customer_id/],
  ['is a customer whose customer_id has a space', { role: 'customer', customer_id: 'cust p0001' }, /customer_id/],
  ['has a scope that is no text', { role: 'service', scope: 5 }, /scope/],
  ['has expired', { exp: now() - 1 }, /expired/],
  ['is not valid yet', { nbf: now() + 60 }, /nbf/],
] as const)('a token that %s is refused, and the message says so', async (_what, changed, words) => {
  await expectRefused(server, await signed(claims(changed)), words);
});

test('a token without a signature, signed by a stranger or in another way, or no token at all is refused', async () => {
  await expectRefused(server, new UnsecuredJWT(claims()).encode());
  await expectRefused(server, await signed(claims(), new TextEncoder().encode('x'.repeat(32))));
  await expectRefused(server, await signed(claims(), secret, 'HS512'));
  const good = await signed(claims());
  await expectRefused(server, `${good.slice(0, -3)}AAA`);
  await expectRefused(server, 'garbage');
  await expectRefused(server, `${good} and more`);
});

test('what a refusal says holds nothing of the token', async () => {
  const token = await signed(claims({ role: 'customer', sub: 'ann@example.test', customer_id: 'é-ann' }));
  const text = JSON.stringify(await server.ask(token, '{ __typename }'));
  expect(text).not.toMatch(/ann/);
  expect(text).not.toContain(token.slice(0, 20));
});

test('only a service has scopes: those of another role are not heeded', async () => {
  const token = await signed(claims({ role: 'analyst', scope: 'ingest feed' }));
  expect(codesOf(await server.ask(token, '{ errorLogs { totalCount } }'))).toEqual(['FORBIDDEN']);
  const customer = await signed(claims({ role: 'support', customer_id: customerIdOf(1) }));
  expect(codesOf(await server.ask(customer, '{ webhookLogs { totalCount } }'))).toEqual([]);
});

describe('with an issuer and an audience set', () => {
  let strict: TestApp;
  beforeAll(async () => {
    const tokens = {
      secret: server.settings.AUTH_JWT_SECRET ?? '',
      jwksUrl: null,
      issuer: 'https://id.test',
      audience: 'graph',
    };
    strict = await createTestApp({ database: server.database, tokens });
  });
  afterAll(() => strict?.stop());

  test('a token must have both', async () => {
    await expectRefused(strict, await signed(claims({ iss: 'https://id.test' })), /aud/);
    await expectRefused(strict, await signed(claims({ aud: 'graph' })), /iss/);
    await expectRefused(strict, await signed(claims({ iss: 'https://other.test', aud: 'graph' })), /iss/);
    const good = await signed(claims({ iss: 'https://id.test', aud: ['other', 'graph'] }));
    expect((await strict.ask(good, '{ __typename }')).errors).toBeUndefined();
  });
});

describe('with published keys instead of a secret', () => {
  let publisher: Server;
  let keyed: TestApp;
  let rsa: Awaited<ReturnType<typeof generateKeyPair>>;
  let ec: Awaited<ReturnType<typeof generateKeyPair>>;

  beforeAll(async () => {
    rsa = await generateKeyPair('RS256');
    ec = await generateKeyPair('ES256');
    const keys = [
      { ...(await exportJWK(rsa.publicKey)), kid: 'rsa', alg: 'RS256' },
      { ...(await exportJWK(ec.publicKey)), kid: 'ec', alg: 'ES256' },
    ];
    publisher = createServer((_request, response) => response.end(JSON.stringify({ keys })));
    await new Promise<void>((resolve) => publisher.listen(0, '127.0.0.1', resolve));
    const jwksUrl = `http://127.0.0.1:${(publisher.address() as AddressInfo).port}/keys`;
    const tokens = { secret: null, jwksUrl, issuer: null, audience: null };
    keyed = await createTestApp({ database: server.database, tokens });
  });

  afterAll(async () => {
    await keyed?.stop();
    publisher?.close();
  });

  test('RS256 and ES256 tokens are let in', async () => {
    for (const token of [
      await signed(claims(), rsa.privateKey, 'RS256', 'rsa'),
      await signed(claims(), ec.privateKey, 'ES256', 'ec'),
    ]) {
      expect((await keyed.ask(token, '{ __typename }')).errors).toBeUndefined();
    }
  });

  test("HS256 tokens are refused, be it with the old secret or with the public key's text as a secret", async () => {
    await expectRefused(keyed, await signed(claims()));
    const publicText = new TextEncoder().encode(await exportSPKI(rsa.publicKey));
    await expectRefused(keyed, await signed(claims(), publicText, 'HS256', 'rsa'));
    await expectRefused(keyed, new UnsecuredJWT(claims()).encode());
  });

  test("a stranger's key is refused under a known and an unknown name", async () => {
    const stranger = await generateKeyPair('RS256');
    for (const kid of ['rsa', 'other'])
      await expectRefused(keyed, await signed(claims(), stranger.privateKey, 'RS256', kid));
  });
});
