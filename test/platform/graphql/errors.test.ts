import { buildSchema, execute, GraphQLError, parse } from 'graphql';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Query } from '../../../src/platform/database/query.ts';
import { mysqlNumber } from '../../../src/platform/database/transaction.ts';
import { internalError } from '../../../src/platform/graphql/faults.ts';
import { shownError } from '../../../src/platform/graphql/shown-error.ts';
import type { Log } from '../../../src/platform/log.ts';
import { openStream } from '../../kit/event-stream.ts';
import { asAdmin, customerIdOf, makePeople, subscriptionIdOf } from '../../kit/people.ts';
import { createTestApp, type GraphAnswer, type TestApp } from '../../kit/test-app.ts';
import { codesOf, follow, type Transport, transportsOf } from '../../kit/transports.ts';

let server: TestApp;
let query: Query;
let transports: Transport[];
let support: string;
const logged: { requestId?: string }[] = [];

const keep = (fields: unknown) => {
  logged.push(fields as { requestId?: string });
};
const log = { info: keep, warn: keep, error: keep, debug: () => undefined } as unknown as Log;

beforeAll(async () => {
  server = await createTestApp({ log });
  query = await asAdmin(server.database);
  await makePeople(query, 2);
  transports = transportsOf(server);
  support = await server.token({ role: 'support' });
});

afterAll(async () => {
  for (const transport of transports ?? []) await transport.close();
  await server?.stop();
});

/** The server finds a table gone for as long as the work takes. */
async function without<T>(table: string, work: () => Promise<T>): Promise<T> {
  await query(`RENAME TABLE ${table} TO ${table}_away`);
  try {
    return await work();
  } finally {
    await query(`RENAME TABLE ${table}_away TO ${table}`);
  }
}

function expectMasked(answer: Pick<GraphAnswer, 'errors'>): void {
  const [error, ...others] = answer.errors ?? [];
  expect(others).toEqual([]);
  expect(error).toMatchObject({ message: internalError('').message, extensions: { code: 'INTERNAL_SERVER_ERROR' } });
  const requestId = error?.extensions.requestId;
  expect(requestId).toMatch(/^[0-9a-f-]{36}$/);
  expect(logged.filter((entry) => entry.requestId === requestId)).toHaveLength(1);
  expect(JSON.stringify(answer)).not.toMatch(/select|table|exist|_away|careportals_t|p000\d|errno|stack|node_modules/i);
}

test('a fault of ours is told as a request id and nothing else, and stands under that id in the log', async () => {
  const text = '{ customers { nodes { email payments { nodes { chargeId } } } } }';
  for (const transport of transports) {
    const answer = await without('payments', () => transport.ask(support, text));
    expectMasked({ errors: answer.errors?.slice(0, 1) });
    expect(new Set(codesOf(answer))).toEqual(new Set(['INTERNAL_SERVER_ERROR']));
    expect(answer.data).toBeNull();
  }
});

test('a read that MySQL stopped because it took too long is QUERY_TOO_COMPLEX: to come again would not help', async () => {
  await query('CREATE TABLE seconds (s INT)');
  const counting = 'WITH RECURSIVE n AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM n WHERE i < 500) SELECT i FROM n';
  await query(`INSERT INTO seconds ${counting}`);
  const slow =
    'SELECT /*+ MAX_EXECUTION_TIME(20) */ COUNT(*) FROM seconds a, seconds b, seconds c WHERE a.s + b.s > c.s';
  const stopped = await query(slow).catch((error: unknown) => error);
  expect(mysqlNumber(stopped)).toBe(3024);
  for (const originalError of [stopped as Error, Object.assign(new Error('interrupted'), { errno: 1317 })]) {
    expect(shownError(new GraphQLError('x', { originalError, path: ['orders'] }), 'r1', log)).toEqual({
      message: expect.stringMatching(/takes longer.*Ask for fewer rows/),
      path: ['orders'],
      extensions: { code: 'QUERY_TOO_COMPLEX' },
    });
  }
});

test('the request id of an answer is the one in its header', async () => {
  const response = await without('products', () =>
    fetch(`${server.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${support}` },
      body: JSON.stringify({ query: '{ products { nodes { id } } }' }),
    }),
  );
  const answer = (await response.json()) as GraphAnswer;
  expectMasked(answer);
  expect(answer.errors?.[0]?.extensions.requestId).toBe(response.headers.get('x-request-id'));
});

test('a mutation that breaks half way writes nothing and is masked as well', async () => {
  const text = `mutation { pauseSubscription(input: { subscriptionId: "${subscriptionIdOf(1)}", comment: "about p0001" }) { userErrors { message } } }`;
  for (const transport of transports) {
    expectMasked(await without('subscriptions_audit_log', () => transport.ask(support, text)));
  }
  const { data } = await server.ask(
    support,
    `{ subscription(subscriptionId: "${subscriptionIdOf(1)}") { status version } }`,
  );
  expect(data).toEqual({ subscription: { status: 'ACTIVE', version: 1 } });
});

test('who cannot be authenticated because of us is told so, on HTTP and for a stream with a request id, on a socket to come again', async () => {
  const token = await server.token({ role: 'customer', customerId: customerIdOf(1) });
  await without('customer_aliases', async () => {
    const answer = await server.ask(token, '{ __typename }');
    expect(answer.status).toBe(500);
    expectMasked(answer);
    expect(await follow(server.socket(token), 'x', '{ __typename }').ended).toMatchObject({ code: 1013 });
    const stream = await openStream(server.url, { token, query: '{ __typename }' });
    expect(stream.response.statusCode).toBe(500);
    expectMasked(JSON.parse(await stream.body()) as GraphAnswer);
  });
});

test('a replay that breaks ends that live operation alone, masked; the socket lives on', async () => {
  const client = server.socket(support);
  const still = follow<{ cursor: string }>(
    client,
    'orderStatusChanged',
    'subscription { orderStatusChanged { cursor } }',
  );
  await still.taken();
  for (const status of ['first', 'second']) await setStatus(status);
  const after = (await still.atLeast(2))[0]?.cursor;
  await without('orders', async () => {
    const text = `subscription { orderStatusChanged(after: "${after}") { cursor } }`;
    expectMasked({ errors: (await follow(client, 'orderStatusChanged', text).ended) as GraphAnswer['errors'] });
  });
  const replayed = follow(
    client,
    'orderStatusChanged',
    `subscription { orderStatusChanged(after: "${after}") { cursor } }`,
  );
  await replayed.atLeast(1);
  expect(await Promise.race([still.ended, Promise.resolve('open')])).toBe('open');
  await client.dispose();
});

async function setStatus(status: string): Promise<void> {
  await server.ask(
    support,
    `mutation { updateOrderStatus(input: { orderId: "1001", status: "${status}" }) { order { id } } }`,
  );
}

test('a lock that somebody holds is RETRY_LATER with a time, and nothing is written', async () => {
  const holder = server.database.admin.em.fork();
  await holder.begin();
  await holder.execute(`SELECT 1 FROM subscriptions WHERE subscription_id = '${subscriptionIdOf(2)}' FOR UPDATE`);
  const text = `mutation { pauseSubscription(input: { subscriptionId: "${subscriptionIdOf(2)}" }) { userErrors { code } } }`;
  const answers = await Promise.all(transports.map((transport) => transport.ask(support, text)));
  await holder.rollback();
  for (const answer of answers) {
    expect([answer.data, codesOf(answer)]).toEqual([null, ['RETRY_LATER']]);
    expect(answer.errors?.[0]?.extensions).toEqual({ code: 'RETRY_LATER', retryAfterMs: expect.any(Number) });
  }
});

test('what a value of ours does to graphql-js is no remark for the client: it would quote the value', async () => {
  const tiny = buildSchema('type Query { cents: Int }');
  const { errors } = await execute({ schema: tiny, document: parse('{ cents }'), rootValue: { cents: 'Ann p0001' } });
  expect(errors?.[0]?.message).toContain('Ann');
  const shown = shownError(errors?.[0] as GraphQLError, 'request-1', log);
  expect(shown).toMatchObject({
    path: ['cents'],
    extensions: { code: 'INTERNAL_SERVER_ERROR', requestId: 'request-1' },
  });
  expect(JSON.stringify(shown)).not.toContain('Ann');
});
