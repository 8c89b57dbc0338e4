import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { endServing, serveTwoPeople } from '../../kit/served-people.ts';
import type { GraphAnswer, TestApp } from '../../kit/test-app.ts';
import { codesOf, type Transport } from '../../kit/transports.ts';

let server: TestApp;
let transports: Transport[];
let support: string;

beforeAll(async () => {
  ({ server, transports, support } = await serveTwoPeople());
});

afterAll(() => endServing(server, transports));

describe('over HTTP', () => {
  const send = (body: string, headers: Record<string, string> = {}) =>
    fetch(`${server.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${support}`, ...headers },
      body,
    });

  test('a body of more than 256 kB is 413, and nothing is read of it', async () => {
    const response = await send(JSON.stringify({ query: '{ __typename }', variables: { v: 'x'.repeat(256 * 1_024) } }));
    expect(response.status).toBe(413);
    const extensions = { code: 'BAD_REQUEST', requestId: expect.stringMatching(/^[0-9a-f-]{36}$/) };
    expect(await response.json()).toEqual({
      errors: [{ message: expect.stringContaining('larger than 256 kB'), extensions }],
    });
  });

  test.each([
    ['no JSON', '{"query": '],
    ['a list of operations', '[{"query":"{ __typename }"},{"query":"{ __typename }"}]'],
    ['no query', '{"variables":{}}'],
    ['a query that is no text', '{"query":{"a":1}}'],
    ['variables that are no object', '{"query":"{ __typename }","variables":"x"}'],
    ['an operation name that is no text', '{"query":"{ __typename }","operationName":5}'],
    ['a bare number', '5'],
  ])('a body that is %s is 400, in plain words: no stack, no path of this machine', async (_what, body) => {
    const response = await send(body);
    const text = await response.text();
    expect(response.status).toBe(400);
    expect(text).not.toMatch(/stack|node_modules|\/src\/|at /i);
    const { errors } = JSON.parse(text) as GraphAnswer;
    expect(errors).toEqual([
      { message: expect.any(String), extensions: expect.objectContaining({ code: 'BAD_REQUEST' }) },
    ]);
  });

  test.each([
    ['no JSON', '{', /Send a JSON object such as/],
    ['JSON but no object', '"x"', /Send a JSON object such as/],
    ['an empty object', '{}', /Nothing is asked for.*`documentId`/],
    ['variables alone', '{"variables":{}}', /Nothing is asked for/],
    ['nothing', '', /Nothing is asked for.*application\/json/],
  ])('a body that is %s says how to mend it', async (_what, body, message) => {
    const response = await send(body);
    expect([response.status, ((await response.json()) as GraphAnswer).errors?.[0]?.message]).toEqual([
      400,
      expect.stringMatching(message),
    ]);
  });

  test('a body in another character set or packed otherwise is 415, and says what is read', async () => {
    const response = await send('{"query":"{ __typename }"}', { 'content-encoding': 'zip' });
    expect(response.status).toBe(415);
    expect(await response.json()).toMatchObject({ errors: [{ message: expect.stringContaining('gzip') }] });
  });

  const get = (text: string, headers: Record<string, string> = {}) =>
    fetch(`${server.url}/graphql?query=${encodeURIComponent(text)}`, {
      headers: { authorization: `Bearer ${support}`, 'apollo-require-preflight': '1', ...headers },
    });

  test('a query may come by GET, a mutation or a live operation may not', async () => {
    expect(await (await get('{ __typename }')).json()).toMatchObject({ data: { __typename: 'Query' } });
    const mutation = await get(
      'mutation { updateOrderStatus(input: { orderId: "1001", status: "x" }) { order { id } } }',
    );
    expect([mutation.status, mutation.headers.get('allow')]).toEqual([405, 'POST']);
    expect((await get('subscription { orderStatusChanged { cursor } }')).status).toBe(405);
    const { data } = await server.ask(support, '{ order(orderId: "1001") { rawStatus } }');
    expect(data).toEqual({ order: { rawStatus: 'shipped' } });
  });

  test('a live operation by POST is SUBSCRIPTION_TRANSPORT, 400', async () => {
    const answer = await server.ask(support, 'subscription { orderStatusChanged { cursor } }');
    expect([answer.status, answer.data, codesOf(answer)]).toEqual([400, null, ['SUBSCRIPTION_TRANSPORT']]);
  });

  test('no answer is kept by anybody on the way', async () => {
    for (const response of [await get('{ __typename }'), await send('{'), await fetch(`${server.url}/graphql`)]) {
      expect(response.headers.get('cache-control')).toBe('no-store');
    }
  });
});
