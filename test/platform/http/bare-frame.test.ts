import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestApp, type TestApp } from '../../kit/test-app.ts';
import type { TestDatabase } from '../../kit/test-database.ts';

const ORIGIN = 'https://support.example';

let closed: TestApp;
let open: TestApp;
let database: TestDatabase;

beforeAll(async () => {
  closed = await createTestApp();
  database = closed.database;
  open = await createTestApp({ database, environment: { CORS_ORIGINS: `${ORIGIN},https://other.example` } });
});

afterAll(async () => {
  await open?.stop();
  await closed?.stop();
});

// Both mean the same; the second is so rarely written that Express is left to read it.
const PAST_EXPRESS = 'application/json; charset=utf-8';
const THROUGH_EXPRESS = 'application/json; charset="utf-8"';

async function post(server: TestApp, contentType: string, body: string, headers: Record<string, string> = {}) {
  const response = await fetch(`${server.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': contentType, ...headers },
    body,
  });
  const { date: _, 'x-request-id': requestId, ...kept } = Object.fromEntries(response.headers);
  const text = await response.text();
  // Each operation leaves less.
  const same = text.replaceAll(String(requestId), 'REQUEST').replace(/"remaining":\d+/, '"remaining":0');
  return { status: response.status, headers: kept, text: same, requestId };
}

const BODIES: [what: string, body: string, headers?: Record<string, string>][] = [
  ['an answer', '{"query":"{ __typename }"}'],
  ['an answer to a strange Accept', '{"query":"{ __typename }"}', { accept: 'application/graphql-response+json' }],
  ['a refusal of what is accepted', '{"query":"{ __typename }"}', { accept: 'text/csv' }],
  ['what is no JSON', '{"query": '],
  ['what is neither an object nor a list', '"query"'],
  ['a number', ' 5'],
  ['a list', '[{"query":"{ __typename }"}]'],
  ['an empty object', '{}'],
  ['JSON behind a byte order mark', '\ufeff{"query":"{ __typename }"}'],
  ['a lone surrogate', '{"query":"{ __typename }","operationName":"\ud800"}'],
  ['a syntax error', '{"query":"{"}'],
  ['a token that is none', '{"query":"{ __typename }"}', { authorization: 'Bearer x' }],
];

describe.each([
  ['without origins', () => closed, {}],
  ['with an origin that is allowed', () => open, { origin: ORIGIN }],
  ['with an origin that is not', () => open, { origin: 'https://evil.example' }],
  ['with origins, to who sends none', () => open, {}],
])('past Express, %s', (_where, serverOf, origin) => {
  test.each(BODIES)('%s is the same as through Express, headers and all', async (_what, body, headers) => {
    const server = serverOf();
    const token = `Bearer ${await server.token({ role: 'support' })}`;
    const all = { authorization: token, ...origin, ...headers };
    const { requestId: one, ...past } = await post(server, PAST_EXPRESS, body, all);
    const { requestId: other, ...through } = await post(server, THROUGH_EXPRESS, body, all);
    expect(past).toEqual(through);
    expect(one).toMatch(/^[0-9a-f-]{36}$/);
    expect(one).not.toBe(other);
  });
});

test('both ways are counted under the same route', async () => {
  const count = async () => {
    const metrics = await (await fetch(`${closed.url}/metrics`)).text();
    const line = /careportals_http_requests_total\{method="POST",route="\/graphql",status="401"\} (\d+)/.exec(metrics);
    return Number(line?.[1] ?? 0);
  };
  const before = await count();
  for (const type of [PAST_EXPRESS, THROUGH_EXPRESS]) await post(closed, type, '{"query":"{ __typename }"}');
  await expect.poll(count).toBe(before + 2);
});

test('an answer that is larger than one chunk of the socket arrives whole', async () => {
  const query = `{ __typename ${Array.from({ length: 45 }, (_, n) => `a${n}: __typename`).join(' ')} }`;
  const body = JSON.stringify({ query, variables: { pad: 'ä'.repeat(100_000) } });
  const authorization = `Bearer ${await closed.token({ role: 'support' })}`;
  const { status, text } = await post(closed, PAST_EXPRESS, body, { authorization });
  expect([status, Object.keys(JSON.parse(text).data).length]).toEqual([200, 46]);
});
