import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { asAdmin, makePeople, orderNumber } from '../../kit/people.ts';
import { createTestApp, type TestApp } from '../../kit/test-app.ts';
import { codesOf, follow, type Transport, transportsOf } from '../../kit/transports.ts';

const LIMIT = 300;
/** 201 points. */
const LARGE = '{ customers(first: 100) { nodes { id } } }';
/** 3 points. */
const SMALL = '{ customers(first: 1) { nodes { id } } }';
const SET = `mutation { updateOrderStatus(input: { orderId: "${orderNumber(1)}", status: "over_budget" }) { order { id } } }`;

let server: TestApp;
let transports: Transport[];

beforeAll(async () => {
  server = await createTestApp({ environment: { RATE_LIMIT: String(LIMIT), RATE_LIMIT_ANONYMOUS: '5' } });
  await makePeople(await asAdmin(server.database), 2);
  transports = transportsOf(server);
});

afterAll(async () => {
  for (const transport of transports ?? []) await transport.close();
  await server?.stop();
});

/** A caller with a budget of its own. */
const someone = (name: string) => server.token({ role: 'support', subject: name });

describe.each([['HTTP'], ['socket'], ['stream']])('by %s', (name) => {
  const transport = () => transports.find((one) => one.name === name) as Transport;

  test('every answer says what it cost, and what is left of the budget', async () => {
    const token = await someone(`teller by ${name}`);
    const { extensions } = await transport().ask(token, LARGE);
    expect(extensions).toEqual({ cost: { requested: 201, limit: LIMIT, remaining: 99, statements: 1 } });
    expect((await transport().ask(token, SMALL)).extensions).toMatchObject({ cost: { requested: 3, remaining: 96 } });
  });

  test('an answer with errors says so too', async () => {
    const token = await someone(`stumbler by ${name}`);
    const answer = await transport().ask(token, '{ customer { id } }');
    expect(codesOf(answer)).toEqual(['BAD_USER_INPUT']);
    expect(answer.extensions).toMatchObject({ cost: { requested: 2, remaining: LIMIT - 2 } });
  });

  test('an operation over budget is RATE_LIMITED with the time to come again, before any SQL', async () => {
    const token = await someone(`spender by ${name}`);
    await transport().ask(token, LARGE);
    server.statements.length = 0;
    const answer = await transport().ask(token, LARGE);
    expect([answer.data, codesOf(answer)]).toEqual([null, ['RATE_LIMITED']]);
    const { retryAfterMs, cost } = (answer.errors?.[0]?.extensions ?? {}) as Record<string, unknown>;
    expect(Number(retryAfterMs)).toSatisfy((ms: number) => ms > 0 && ms <= 60_000);
    expect(cost).toEqual({ requested: 201, limit: LIMIT, remaining: 99 });
    expect(answer.errors?.[0]?.message).toMatch(/201 points; 99 are left of the 300/);
    expect(server.statements).toEqual([]);
    // What is left may still be spent.
    expect(codesOf(await transport().ask(token, SMALL))).toEqual([]);
    expect(server.statements.length).toBeGreaterThan(0);
  });

  test('a mutation over budget changes nothing', async () => {
    const token = await someone(`writer by ${name}`);
    for (const points of [201, 98]) {
      const first = Math.floor(points / 2);
      await transport().ask(token, `{ customers(first: ${first}) { nodes { id } } }`);
    }
    expect(codesOf(await transport().ask(token, SET))).toEqual(['RATE_LIMITED']);
    const query = await asAdmin(server.database);
    expect(await query("SELECT * FROM order_status_updates WHERE updated_status = 'over_budget'")).toEqual([]);
  });
});

test('the budget is one, whatever way its caller takes and with whatever token', async () => {
  for (const transport of transports) await transport.ask(await someone('walker'), SMALL);
  const [http] = transports;
  expect((await http?.ask(await someone('walker'), SMALL))?.extensions).toMatchObject({ cost: { remaining: 288 } });
});

test('over HTTP it is 429 with Retry-After in whole seconds, on /graphql and on the event stream', async () => {
  const token = await someone('reader of headers');
  const ask = (path: string, accept: string) =>
    fetch(`${server.url}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}`, accept },
      body: JSON.stringify({ query: LARGE }),
    });
  expect((await ask('/graphql', 'application/json')).status).toBe(200);
  for (const response of [
    await ask('/graphql', 'application/json'),
    await ask('/graphql', 'application/graphql-response+json'),
    await ask('/graphql/stream', 'text/event-stream'),
  ]) {
    expect(response.status).toBe(429);
    expect(Number(response.headers.get('retry-after'))).toSatisfy((s: number) => s >= 1 && s <= 60);
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(await response.json()).toMatchObject({ errors: [{ extensions: { code: 'RATE_LIMITED' } }] });
  }
});

test('what is refused for other reasons costs nothing', async () => {
  const token = await someone('clumsy');
  const [http] = transports;
  for (const text of [
    '{ customers { ',
    '{ nothing }',
    `{ customers(first: 100) { nodes { orders(first: 100) { nodes { id orderId source status createdAt } } } } }`,
  ]) {
    expect(codesOf((await http?.ask(token, text)) ?? { status: 0, data: null })).toHaveLength(1);
  }
  expect((await http?.ask(token, '{ __typename }'))?.extensions).toMatchObject({ cost: { remaining: LIMIT - 1 } });
});

describe.each([['HTTP'], ['socket'], ['stream']])('by %s', (name) => {
  test('documents that are new have a budget of their own, be they good or not; known ones pass', async () => {
    const transport = transports.find((one) => one.name === name) as Transport;
    const token = await someone(`writer of documents by ${name}`);
    // So long that few of them may come in a minute, and comments, which are soon read.
    const large = (n: number) => `{ nothing${n} } # ${'x'.repeat(16_000)}`;
    const codes = new Set<string>();
    for (let n = 0; n < 100 && !codes.has('RATE_LIMITED'); n++) {
      for (const code of codesOf(await transport.ask(token, large(n)))) codes.add(code);
    }
    expect([...codes]).toEqual(['GRAPHQL_VALIDATION_FAILED', 'RATE_LIMITED']);
    expect(codesOf(await transport.ask(await someone(`another by ${name}`), SMALL))).toEqual([]);
    expect(codesOf(await transport.ask(token, SMALL))).toEqual([]);
    expect(codesOf(await transport.ask(token, `${SMALL} # never sent before`))).toEqual(['RATE_LIMITED']);
  });
});

test('following costs once, and what it brings costs nothing', async () => {
  const token = await someone('follower');
  const client = server.socket(token);
  const text = 'subscription { orderStatusChanged { cursor rawStatus } }';
  const live = follow<{ rawStatus: string }>(client, 'orderStatusChanged', text);
  await live.taken();
  const query = await asAdmin(server.database);
  for (let n = 0; n < 5; n++) {
    await query(
      'INSERT INTO order_status_updates (order_id, updated_status, order_created_at, status_updated_at) VALUES (?, ?, NOW(3), NOW(3))',
      [orderNumber(2), `step_${n}`],
    );
  }
  await live.atLeast(5);
  const [http] = transports;
  // Three for following, one for the question that `taken` asks.
  expect((await http?.ask(token, '{ __typename }'))?.extensions).toMatchObject({
    cost: { remaining: LIMIT - 3 - 1 - 1 },
  });
  live.stop();
  await client.dispose();
});

describe('without a good token', () => {
  let other: TestApp;
  beforeAll(async () => {
    const environment = { RATE_LIMIT_ANONYMOUS: '5', PROXIES: '1' };
    other = await createTestApp({ database: server.database, environment });
  });
  afterAll(() => other?.stop());

  const knock = (from: string, authorization = 'Bearer nonsense', path = '/graphql') =>
    fetch(`${other.url}${path}`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        accept: path === '/graphql' ? 'application/json' : 'text/event-stream',
        'x-forwarded-for': `192.0.2.200, ${from}`,
        authorization,
      },
      body: '{"query":"{ __typename }"}',
    });

  test('an address is told to come later when it has tried too often, by whatever way; others are not', async () => {
    const paths = ['/graphql', '/graphql/stream'];
    const statuses = [];
    for (let n = 0; n < 7; n++) statuses.push((await knock('192.0.2.1', undefined, paths[n % 2])).status);
    expect(statuses).toEqual([401, 401, 401, 401, 401, 429, 429]);
    const response = await knock('192.0.2.1');
    expect(response.headers.get('retry-after')).toMatch(/^\d+$/);
    expect(await response.json()).toMatchObject({
      errors: [{ extensions: { code: 'RATE_LIMITED', retryAfterMs: expect.any(Number) } }],
    });
    expect((await knock('192.0.2.2')).status).toBe(401);
  });

  test('a good token is served at such an address all the same', async () => {
    for (let n = 0; n < 7; n++) await knock('192.0.2.3');
    const token = await other.token({ role: 'support' });
    expect((await knock('192.0.2.3', `Bearer ${token}`)).status).toBe(200);
  });

  test('a socket is closed with 4403, and from then on with 1013: come again later', async () => {
    const closeCode = (authorization: string) =>
      new Promise<number>((resolve) => {
        const headers = { 'x-forwarded-for': '192.0.2.4' };
        const socket = new WebSocket(`${other.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws', { headers });
        socket.once('open', () => socket.send(JSON.stringify({ type: 'connection_init', payload: { authorization } })));
        socket.once('close', (code) => resolve(code));
      });
    const codes = [];
    for (let n = 0; n < 7; n++) codes.push(await closeCode('Bearer nonsense'));
    expect(codes).toEqual([4403, 4403, 4403, 4403, 4403, 1013, 1013]);
  });
});
