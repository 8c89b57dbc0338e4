import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { setTimeout as pause, setImmediate } from 'node:timers/promises';
import type { Response } from 'express';
import { createClient } from 'graphql-sse';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { Query } from '../../../src/platform/database/query.ts';
import { StreamOutlet } from '../../../src/platform/graphql/stream-outlet.ts';
import { type EventStream, openStream, type StreamAsked } from '../../kit/event-stream.ts';
import { asAdmin, at, customerIdOf, insert, makePeople, orderNumber } from '../../kit/people.ts';
import { createTestApp, type TestApp } from '../../kit/test-app.ts';

// They wait more than they work, so they run at the same time, each with an order of its own. Polling at the same time
// needs the `expect` of the test itself.

let server: TestApp;
let query: Query;
let support: string;

beforeAll(async () => {
  server = await createTestApp();
  query = await asAdmin(server.database);
  await makePeople(query, 8);
  support = await server.token({ role: 'support' });
  // A fresh client may still be told what was committed just before it came.
  const first = await follow(1);
  await tell(1, 'passed');
  await vi.waitFor(() => expect(statusesOf(first)).toContain('passed'), soon);
  first.leave();
});

afterAll(() => server?.stop());

interface Change {
  orderStatusChanged: { cursor: string; kind: string; rawStatus: string | null };
}

const LIVE = `subscription ($filter: OrderStatusFilter, $after: String) {
  orderStatusChanged(filter: $filter, after: $after) { cursor kind rawStatus } }`;

/** What happens to one order. */
function follow(k: number, asked: Partial<StreamAsked> = {}, on = server): Promise<EventStream> {
  const variables = { filter: { orderIds: [orderNumber(k)] } };
  return openStream(on.url, { token: support, query: LIVE, variables, ...asked });
}

let minute = 100;

/** New statuses of an order, as another program would write them. */
async function tell(k: number, ...statuses: string[]): Promise<void> {
  const rows = statuses.map((status) => [orderNumber(k), status, at(0), at(++minute)]);
  await query(
    'INSERT INTO order_status_updates (order_id, updated_status, order_created_at, status_updated_at) VALUES ?',
    [rows],
  );
}

const soon = { timeout: 30_000, interval: 10 };
const changesOf = (stream: EventStream) => stream.results<Change>().map(({ data }) => data?.orderStatusChanged);
const statusesOf = (stream: EventStream) => changesOf(stream).map((change) => change?.rawStatus);
const codesOf = (stream: EventStream) => stream.results().flatMap(({ errors }) => errors ?? []);

const SET = 'mutation ($input: UpdateOrderStatusInput!) { updateOrderStatus(input: $input) { order { rawStatus } } }';

test.concurrent('a query and a mutation are answered by one result and the end', async () => {
  const client = createClient({
    url: `${server.url}/graphql/stream`,
    headers: { authorization: `Bearer ${support}` },
    retryAttempts: 0,
  });
  const ask = async (query: string, variables?: Record<string, unknown>) => {
    const results = [];
    for await (const result of client.iterate({ query, variables })) results.push(result);
    return results;
  };
  expect(await ask('{ __typename }')).toMatchObject([{ data: { __typename: 'Query' } }]);
  const set = await ask(SET, { input: { orderId: orderNumber(1), status: 'set_by_stream' } });
  expect(set).toMatchObject([{ data: { updateOrderStatus: { order: { rawStatus: 'set_by_stream' } } } }]);
  client.dispose();
});

test.concurrent('a query may come by GET; a mutation is 405 and changes nothing', async () => {
  const asked = await openStream(server.url, { token: support, method: 'GET', query: '{ __typename }' });
  expect(await asked.ended).toBe(true);
  expect(asked.results()).toMatchObject([{ data: { __typename: 'Query' } }]);
  const variables = { input: { orderId: orderNumber(2), status: 'set_by_get' } };
  const set = await openStream(server.url, { token: support, method: 'GET', query: SET, variables });
  expect([set.response.statusCode, set.response.headers.allow]).toEqual([405, 'POST']);
  expect(JSON.parse(await set.body())).toMatchObject({ errors: [{ extensions: { code: 'BAD_REQUEST' } }] });
  const { data } = await server.ask(support, `{ order(orderId: "${orderNumber(2)}") { rawStatus } }`);
  expect(data).toEqual({ order: { rawStatus: 'shipped' } });
});

test.concurrent.each([
  [401, 'without a token', { token: null }],
  [401, 'with a token that is none', { token: 'nonsense' }],
  [406, 'with what a form of a browser accepts', { headers: { accept: 'text/html,*/*;q=0.8' } }],
  [406, 'by GET with what a link of a browser accepts', { method: 'GET', headers: { accept: 'text/html,*/*' } }],
  [415, 'with a type that a form of a browser can send', { headers: { 'content-type': 'text/plain' } }],
  [405, 'by another method', { method: 'PUT' }],
  [400, 'whose query is no text', { query: 5 as unknown as string }],
  [400, 'whose variables are no object', { variables: 'x' as unknown as object }],
  [413, 'of more than 256 kB', { variables: { v: 'x'.repeat(256 * 1_024) } }],
])('%i: a request %s', async (status, _what, asked) => {
  const stream = await openStream(server.url, { token: support, query: '{ __typename }', ...asked });
  expect(stream.response.statusCode).toBe(status);
  expect(stream.response.headers['content-type']).toMatch(/^application\/json/);
  expect(await stream.body()).toMatch(/"errors?":/);
});

test.concurrent('an error before the operation begins is a result on the stream, and its end', async () => {
  const stream = await openStream(server.url, { token: support, query: '{ nothing }' });
  expect(await stream.ended).toBe(true);
  expect(stream.response.statusCode).toBe(200);
  expect(codesOf(stream)).toMatchObject([{ extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }]);
});

test.concurrent('the stream is one that nobody on the way keeps, squeezes or holds back', async () => {
  const stream = await follow(1);
  expect(stream.response.headers).toMatchObject({
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store',
    'x-accel-buffering': 'no',
  });
  expect(stream.response.headers['content-encoding']).toBeUndefined();
  stream.leave();
});

test.concurrent('a stream is counted as it begins: it may last for hours', async () => {
  const stream = await follow(1, { method: 'GET' });
  const metrics = await (await fetch(`${server.url}/metrics`)).text();
  expect(metrics).toMatch(/requests_total\{method="GET",route="\/graphql\/stream",status="200"\} \d/);
  stream.leave();
});

test.concurrent('a live operation without cursors is told without ids', async ({ expect }) => {
  const query = 'subscription { orderBoardChanged { status count } }';
  const stream = await openStream(server.url, { token: support, query });
  await tell(1, 'board');
  await expect.poll(() => stream.results().length, soon).toBeGreaterThan(0);
  expect(stream.events.flatMap(({ id }) => id ?? [])).toEqual([]);
  expect(stream.results()[0]).toEqual({ data: { orderBoardChanged: expect.any(Array) } });
  stream.leave();
});

test.concurrent("each event's id is its cursor, and Last-Event-ID goes on after it wherever `after` stands", async ({
  expect,
}) => {
  const first = await follow(3);
  await tell(3, 'one', 'two', 'three');
  await expect.poll(() => statusesOf(first), soon).toEqual(['one', 'two', 'three']);
  const ids = first.events.filter(({ event }) => event === 'next').map(({ id }) => id);
  expect(ids).toEqual(changesOf(first).map((change) => change?.cursor));
  first.leave();
  await tell(3, 'four');
  const filter = `filter: { orderIds: ["${orderNumber(3)}"] }`;
  const again = await Promise.all(
    [
      `subscription { orderStatusChanged(${filter}) { rawStatus } }`,
      `subscription { orderStatusChanged(after: "older", ${filter}) { rawStatus } }`,
      `subscription ($after: String = "older") { ...F } fragment F on Subscription { orderStatusChanged(${filter}, after: $after) { rawStatus } }`,
    ].map((query) => openStream(server.url, { token: support, query, lastEventId: ids[1] })),
  );
  for (const stream of again) await expect.poll(() => statusesOf(stream), soon).toEqual(['three', 'four']);
  await tell(3, 'five');
  for (const stream of again) await expect.poll(() => statusesOf(stream), soon).toEqual(['three', 'four', 'five']);
  for (const stream of again) stream.leave();
});

test.concurrent.each(['nonsense', 'MS4w, MS4w', '%00', "' OR 1=1 -- ", 'x'.repeat(8_000)])(
  'a Last-Event-ID that is no cursor is INVALID_CURSOR and the end, case %#',
  async (lastEventId) => {
    const stream = await follow(1, { lastEventId });
    expect(await stream.ended).toBe(true);
    expect(codesOf(stream)).toMatchObject([{ extensions: { code: 'INVALID_CURSOR' } }]);
  },
);

test.concurrent('a customer is not told what happens to the order of another, whatever it asks for', async ({
  expect,
}) => {
  const token = await server.token({ role: 'customer', customerId: customerIdOf(5) });
  const all = await follow(5, { token, variables: {} });
  const [own, stranger] = [orderNumber(5), orderNumber(6)];
  const asked = await follow(5, { token, variables: { filter: { orderIds: [own, stranger] } } });
  await tell(6, 'a_strangers');
  await tell(5, 'of_its_own');
  for (const stream of [all, asked]) {
    await expect.poll(() => statusesOf(stream), soon).toEqual(['of_its_own']);
    stream.leave();
  }
});

// The rule is a time, and a machine that stands still for a second breaks it without us: it has two more tries.
test.concurrent('a revoked token ends its stream within five seconds without `complete`, and is 401 when it comes back', {
  retry: 2,
}, async () => {
  const token = await server.token({ role: 'support' });
  const stream = await follow(1, { token });
  const { jti } = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as { jti: string };
  await insert(query, 'access_revocations', [{ jti, revoked_by: 'a test' }]);
  const fiveSeconds = new Promise((resolve) => setTimeout(resolve, 5_000, 'five seconds are over'));
  expect(await Promise.race([stream.ended, fiveSeconds])).toBe(false);
  expect((await follow(1, { token })).response.statusCode).toBe(401);
});

test.concurrent('a stream of a customer id that nobody knew ends without `complete` when it has become known, and then brings all', async ({
  expect,
}) => {
  const token = await server.token({ role: 'customer', customerId: 'second-of-8' });
  const stream = await follow(8, { token, variables: {} });
  const beginning = () => stream.events.find(({ id }) => id !== undefined)?.id;
  await expect.poll(beginning, soon).toBeDefined();
  const lastEventId = beginning();
  await tell(8, 'before_it_was_known');
  await insert(query, 'customer_aliases', [{ careportals_id: 'second-of-8', customer_id: customerIdOf(8) }]);
  expect(await stream.ended).toBe(false);
  expect(statusesOf(stream)).toEqual([]);
  const again = await follow(8, { token, variables: {}, lastEventId });
  await expect.poll(() => statusesOf(again)[0], soon).toBe('before_it_was_known');
  again.leave();
});

test.concurrent('a server that stops ends its streams at once without `complete`; on another one they miss nothing', async ({
  expect,
}) => {
  const first = await createTestApp({ database: server.database });
  const stalled = await follow(7, {}, first);
  stalled.response.pause();
  const stream = await follow(7, {}, first);
  await tell(7, 'one', 'two');
  await expect.poll(() => statusesOf(stream), soon).toEqual(['one', 'two']);
  const lastEventId = stream.events.at(-1)?.id;
  await first.stop();
  expect(await stream.ended).toBe(false);
  await tell(7, 'between_1', 'between_2');
  const second = await createTestApp({ database: server.database });
  const resumed = await follow(7, { lastEventId }, second);
  await tell(7, 'after');
  await expect.poll(() => statusesOf(resumed), soon).toEqual(['between_1', 'between_2', 'after']);
  resumed.leave();
  await second.stop();
});

/** A stream's two ends, whose client does not read. */
async function stalled() {
  const opened = Promise.withResolvers<StreamOutlet>();
  const http = createServer((_request, response) => {
    opened.resolve(new StreamOutlet(response as Response, (error) => error));
  }).listen(0, '127.0.0.1');
  await once(http, 'listening');
  const { port } = http.address() as AddressInfo;
  const client = connect(port, '127.0.0.1', () => client.write('GET / HTTP/1.1\r\nHost: test\r\n\r\n')).pause();
  const outlet = await opened.promise;
  outlet.open();
  const end = () => {
    client.destroy();
    http.close();
  };
  return { outlet, end };
}

test.concurrent('a client that does not read does not hold up the end of its stream', async () => {
  const { outlet, end } = await stalled();
  outlet.next('x'.repeat(20_000_000), 'cursor');
  await outlet.leave();
  expect(outlet.waiting()).toBe(0);
  end();
});

test.concurrent('who takes nothing of what it was sent is cut off after thirty signs of life; who took all is not', async ({
  expect,
}) => {
  const [full, idle] = [await stalled(), await stalled()];
  full.outlet.next('x'.repeat(20_000_000), 'cursor');
  const state = { full: 'open', idle: 'open' };
  for (const [name, { outlet }] of Object.entries({ full, idle })) {
    outlet.gone.then(() => Object.assign(state, { [name]: 'gone' }));
  }
  const signs = async (count: number) => {
    for (let n = 0; n < count; n++) {
      await setImmediate();
      for (const { outlet } of [full, idle]) outlet.keepAlive();
    }
  };
  await signs(29);
  await pause(20);
  expect(state).toEqual({ full: 'open', idle: 'open' });
  await signs(2);
  await expect.poll(() => state, soon).toEqual({ full: 'gone', idle: 'open' });
  for (const { end } of [full, idle]) end();
});

test.concurrent('a client that stops reading gets a GAP when it reads again, with the id to go on from', async ({
  expect,
}) => {
  const order = orderNumber(8);
  // Large events, so that what the system's own buffers hold is soon full.
  await query("UPDATE orders SET tracking_link = REPEAT('x', 60000) WHERE order_id = ?", [order]);
  const stalled = await follow(8, { query: LIVE.replace('rawStatus', 'rawStatus order { trackingLink }') });
  const reading = await follow(8);
  stalled.response.pause();
  const steps = Array.from({ length: 300 }, (_, n) => `step_${n}`);
  await tell(8, ...steps);
  await expect.poll(() => statusesOf(reading).length, soon).toBe(steps.length);
  // So long that it counts as one that does not read.
  await pause(500);
  stalled.response.resume();
  expect(await stalled.ended).toBe(true);
  // What is replayed to one that has fallen behind may repeat.
  const told = [...new Set(statusesOf(stalled))];
  const reached = told.length - 1;
  expect(reached).toBeLessThan(steps.length);
  expect(told).toEqual([...steps.slice(0, reached), null]);
  expect(changesOf(stalled).at(-1)?.kind).toBe('GAP');
  const lastEventId = stalled.events.findLast(({ id }) => id !== undefined)?.id;
  const resumed = await follow(8, { lastEventId });
  const whole = () => [...new Set([...told.slice(0, -1), ...statusesOf(resumed)])];
  await expect.poll(whole, soon).toEqual(steps);
  for (const stream of [reading, resumed]) stream.leave();
});
