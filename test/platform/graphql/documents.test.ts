import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { getIntrospectionQuery, print } from 'graphql';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { WebSocket } from 'ws';
import { BadSettings, readSettings } from '../../../src/platform/config.ts';
import { RecentTexts } from '../../../src/platform/graphql/documents/recent-texts.ts';
import { AcrossTheGraphDocument, PauseSubscriptionDocument } from '../../generated/operations.ts';
import { openStream } from '../../kit/event-stream.ts';
import { asAdmin, customerIdOf, orderNumber } from '../../kit/people.ts';
import { endServing, serveTwoPeople } from '../../kit/served-people.ts';
import { createTestApp, type GraphAnswer, type TestApp } from '../../kit/test-app.ts';
import { codesOf, follow, type Transport, transportsOf } from '../../kit/transports.ts';

const hashOf = (text: string) => createHash('sha256').update(text).digest('hex');
const idOf = (text: string) => `sha256:${hashOf(text)}`;
const automatic = (text: string) => ({ persistedQuery: { version: 1, sha256Hash: hashOf(text) } });
const ORDER = 'query Order($orderId: ID!) { order(orderId: $orderId) { orderId } }';
const variables = { orderId: orderNumber(1) };
const found = { order: { orderId: orderNumber(1) } };

let server: TestApp;
let transports: Transport[];
let support: string;

beforeAll(async () => {
  ({ server, transports, support } = await serveTwoPeople());
});

afterAll(() => endServing(server, transports));

/** The same request as a GET, with what is no text as JSON. */
async function get(on: TestApp, payload: Record<string, unknown>): Promise<GraphAnswer> {
  const asked = new URLSearchParams();
  for (const [name, value] of Object.entries(payload)) {
    asked.set(name, typeof value === 'string' ? value : JSON.stringify(value));
  }
  const response = await fetch(`${on.url}/graphql?${asked}`, {
    headers: { authorization: `Bearer ${support}`, 'apollo-require-preflight': '1' },
  });
  return { status: response.status, data: null, ...((await response.json()) as object) };
}

/** By every way, the URL of a GET included. */
async function everyWay(on: Transport[], of: TestApp, payload: Record<string, unknown>): Promise<GraphAnswer[]> {
  const answers = [await get(of, payload)];
  for (const transport of on) answers.push(await transport.send(support, payload));
  return answers;
}

describe('a persisted document', () => {
  test('that nobody has sent is not found by its hash, and is once somebody has, by every way', async () => {
    for (const [n, transport] of transports.entries()) {
      const text = `${ORDER} # sent by ${transport.name}`;
      const asked = { extensions: automatic(text), variables };
      for (const answer of await everyWay(transports, server, asked)) {
        expect([answer.data, answer.errors]).toEqual([
          null,
          [{ message: 'PersistedQueryNotFound', extensions: { code: 'PERSISTED_QUERY_NOT_FOUND' } }],
        ]);
        expect([0, 200]).toContain(answer.status);
      }
      expect((await transports[n]?.send(support, { query: text, ...asked }))?.data).toEqual(found);
      for (const answer of await everyWay(transports, server, asked)) expect(answer.data).toEqual(found);
      const byId = { documentId: idOf(text), variables };
      for (const answer of await everyWay(transports, server, byId)) expect(answer.data).toEqual(found);
    }
  });

  test('may be registered by its id and its text together', async () => {
    const text = `${ORDER} # with its id`;
    const [http] = transports;
    expect((await http?.send(support, { query: text, documentId: idOf(text), variables }))?.data).toEqual(found);
    for (const answer of await everyWay(transports, server, { documentId: idOf(text), variables })) {
      expect(answer.data).toEqual(found);
    }
  });

  test('of an unknown id is PERSISTED_QUERY_NOT_FOUND, 400 over HTTP', async () => {
    for (const documentId of [idOf('nothing'), 'sha256:', 'made-up']) {
      for (const answer of await everyWay(transports, server, { documentId, variables })) {
        expect([answer.data, codesOf(answer)]).toEqual([null, ['PERSISTED_QUERY_NOT_FOUND']]);
        expect([0, 400]).toContain(answer.status);
      }
    }
  });

  test.each([
    ['under the hash of another text', { query: ORDER, extensions: automatic('{ __typename }') }],
    ['under the id of another text', { query: ORDER, documentId: idOf('{ __typename }') }],
    ['under an id of its own making', { query: ORDER, documentId: 'order' }],
    [
      'by another version of the protocol',
      { extensions: { persistedQuery: { version: 2, sha256Hash: hashOf(ORDER) } } },
    ],
  ])('cannot be registered %s', async (_what, payload) => {
    for (const answer of await everyWay(transports, server, { ...payload, variables })) {
      expect([answer.data, codesOf(answer)]).toEqual([null, ['BAD_REQUEST']]);
      expect([0, 400]).toContain(answer.status);
    }
  });

  test('is not for those without a token: they hear that first', async () => {
    const response = await fetch(`${server.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query: ORDER, extensions: automatic(ORDER) }),
    });
    expect(response.status).toBe(401);
    const [http] = transports;
    expect(codesOf((await http?.send(support, { extensions: automatic(ORDER) })) as GraphAnswer)).toEqual([
      'PERSISTED_QUERY_NOT_FOUND',
    ]);
  });

  test('is known only once a document was found good, and then also if it came without its hash', async () => {
    for (const [n, transport] of transports.entries()) {
      const bad = `{ nothing } # by ${transport.name}`;
      const asked = { extensions: automatic(bad) };
      expect(codesOf((await transport.send(support, { query: bad, ...asked })) as GraphAnswer)).toEqual([
        'GRAPHQL_VALIDATION_FAILED',
      ]);
      for (const answer of await everyWay(transports, server, asked)) {
        expect(codesOf(answer)).toEqual(['PERSISTED_QUERY_NOT_FOUND']);
      }
      const good = `${ORDER} # without its hash, ${n}`;
      expect((await transport.send(support, { query: good, variables })).data).toEqual(found);
      for (const answer of await everyWay(transports, server, { documentId: idOf(good), variables })) {
        expect(answer.data).toEqual(found);
      }
    }
  });

  test('that is not known by its id says how to make it known', async () => {
    const [http] = transports;
    const answer = await http?.send(support, { documentId: 'made-up', variables });
    expect(answer?.errors?.[0]?.message).toMatch(/Send it once with its text in `query`.*"sha256:"/);
  });

  test('is kept within eight million characters, the longest unused go first', () => {
    const texts = new RecentTexts();
    const long = 'x'.repeat(500_000);
    for (let n = 0; n < 16; n++) texts.add(`${n}`, long, `caller ${n}`);
    expect(texts.get('0')).toBe(long);
    texts.add('16', long, 'caller 16');
    expect([texts.get('0'), texts.get('1'), texts.get('16')]).toEqual([long, undefined, long]);
  });

  test('of one caller makes room for its own others: nobody pushes out what others rely on', () => {
    const texts = new RecentTexts();
    texts.add('of support', 'short', 'support');
    const long = 'x'.repeat(100_000);
    for (let n = 0; n < 200; n++) texts.add(`${n}`, long, 'customer');
    expect(texts.get('of support')).toBe('short');
    expect([texts.get('194'), texts.get('195')]).toEqual([undefined, long]);
    texts.add('too long', 'x'.repeat(500_001), 'customer');
    expect(texts.get('too long')).toBeUndefined();
  });

  test('may be asked for on a socket by a message without a query', async () => {
    const text = `${ORDER} # on a bare socket`;
    const [http] = transports;
    await http?.send(support, { query: text, documentId: idOf(text), variables });
    const socket = new WebSocket(`${server.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
    onTestFinished(() => socket.close());
    const messages: { type: string; payload?: unknown }[] = [];
    socket.on('message', (data) => messages.push(JSON.parse(String(data))));
    await new Promise((resolve) => socket.once('open', resolve));
    socket.send(JSON.stringify({ type: 'connection_init', payload: { authorization: `Bearer ${support}` } }));
    await expect.poll(() => messages.at(-1)?.type).toBe('connection_ack');
    const payload = { documentId: idOf(text), variables };
    socket.send(JSON.stringify({ id: '1', type: 'subscribe', payload }));
    await expect.poll(() => messages.at(-1)?.type).toBe('complete');
    expect(messages.at(-2)).toMatchObject({ type: 'next', payload: { data: found } });
  });
});

describe('with trusted documents', () => {
  const LIVE = 'subscription { orderStatusChanged { cursor rawStatus } }';
  const across = { customerId: customerIdOf(1) };
  let trusting: TestApp;
  let ways: Transport[];
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'careportals-documents-'));
    const generated = print(AcrossTheGraphDocument);
    const manifest = { [idOf(generated)]: generated, 'order-by-number': ORDER, live: LIVE };
    await writeFile(join(folder, 'manifest.json'), JSON.stringify(manifest));
    const environment = { TRUSTED_DOCUMENTS: join(folder, 'manifest.json') };
    trusting = await createTestApp({ database: server.database, environment });
    ways = transportsOf(trusting);
  });

  afterAll(async () => {
    for (const way of ways ?? []) await way.close();
    await trusting?.stop();
    await rm(folder, { recursive: true });
  });

  test('one of the manifest is run by its id, its hash, the hash of Apollo clients, or its text', async () => {
    for (const payload of [
      { documentId: 'order-by-number' },
      { documentId: idOf(ORDER) },
      { extensions: automatic(ORDER) },
      { query: ORDER },
      { query: ORDER, documentId: 'order-by-number' },
      { query: ORDER, extensions: automatic(ORDER) },
    ]) {
      for (const answer of await everyWay(ways, trusting, { ...payload, variables })) {
        expect([answer.data, answer.errors], JSON.stringify(payload)).toEqual([found, undefined]);
      }
    }
  });

  test('what npm run codegen writes is run, as the typed documents print it', async () => {
    const text = print(AcrossTheGraphDocument);
    for (const answer of await everyWay(ways, trusting, { query: text, variables: across })) {
      expect(answer.data).toMatchObject({ customer: { email: expect.any(String) } });
    }
  });

  test.each([
    ['another text', { query: '{ __typename }' }],
    ['the same with one more blank', { query: `${ORDER} ` }],
    ['a mutation', { query: print(PauseSubscriptionDocument) }],
    ['introspection', { query: getIntrospectionQuery() }],
    ['another text under its own hash', { query: '{ __typename }', extensions: automatic('{ __typename }') }],
    ['another text under its own id', { query: '{ __typename }', documentId: idOf('{ __typename }') }],
    ['another text under an id of the manifest', { query: '{ __typename }', documentId: 'order-by-number' }],
    ['what is no document', { query: '{' }],
  ])('%s is refused, before it is even parsed', async (_what, payload) => {
    trusting.statements.length = 0;
    for (const answer of await everyWay(ways, trusting, { ...payload, variables })) {
      expect([answer.data, codesOf(answer)]).toEqual([null, ['DOCUMENT_NOT_TRUSTED']]);
      expect([0, 400]).toContain(answer.status);
    }
    expect(trusting.statements).toEqual([]);
  });

  test('an unknown id or hash is not found, and stays so', async () => {
    for (const payload of [{ documentId: idOf('{ __typename }') }, { extensions: automatic('{ __typename }') }]) {
      for (const answer of await everyWay(ways, trusting, payload)) {
        expect(codesOf(answer)).toEqual(['PERSISTED_QUERY_NOT_FOUND']);
      }
    }
  });

  test('a live operation follows the same rule, on the socket and on the stream', async () => {
    const client = trusting.socket(support);
    const refused = follow(client, 'orderStatusChanged', 'subscription { orderStatusChanged { cursor } }');
    expect(await refused.ended).toMatchObject([{ extensions: { code: 'DOCUMENT_NOT_TRUSTED' } }]);
    const live = follow<{ rawStatus: string }>(client, 'orderStatusChanged', LIVE);
    const stream = await openStream(trusting.url, { token: support, query: LIVE });
    await new Promise((resolve) => setTimeout(resolve, 300));
    const query = await asAdmin(server.database);
    const sql =
      'INSERT INTO order_status_updates (order_id, updated_status, order_created_at, status_updated_at) VALUES (?, ?, NOW(3), NOW(3))';
    await query(sql, [orderNumber(1), 'trusted']);
    expect((await live.atLeast(1))[0]?.rawStatus).toBe('trusted');
    await expect.poll(() => stream.results().length).toBeGreaterThan(0);
    live.stop();
    stream.leave();
    await client.dispose();
  });

  test('the server knows how many they are, for its banner', () => {
    expect([trusting.app.trusted, server.app.trusted]).toEqual([3, null]);
  });

  test('the explorer is not there: it could show nothing', async () => {
    const explorer = await fetch(`${trusting.url}/explorer`);
    expect([explorer.status, await explorer.text()]).toEqual([404, expect.stringContaining('TRUSTED_DOCUMENTS')]);
    // 503 where it has not been built.
    expect((await fetch(`${server.url}/explorer`)).status).not.toBe(404);
    const both = { EXPLORER: 'on', TRUSTED_DOCUMENTS: 'manifest.json' };
    expect(() => readSettings(both)).toThrow(/EXPLORER, TRUSTED_DOCUMENTS/);
  });

  test.each([
    ['is not there', null, /TRUSTED_DOCUMENTS: there is no file .*\.json/],
    ['is no JSON', 'documents: none', /TRUSTED_DOCUMENTS: .*JSON/],
    ['is another JSON', '["{ __typename }"]', /texts by id/],
    ['has what is no text', '{"fine":"{ __typename }","wrong":5}', /texts by id: see "wrong"/],
    ['has no document', '{}', /has no documents/],
    ['has a text under the hash of another', JSON.stringify({ [idOf('a')]: '{ __typename }' }), /another SHA-256/],
    ['has what does not parse', JSON.stringify({ broken: '{' }), / {2}broken: Syntax Error/],
    ['has what the schema does not know', JSON.stringify({ old: '{ shoes }' }), / {2}old: .*"shoes"/],
    ['introspects', JSON.stringify({ all: '{ __schema { description } }' }), / {2}all: .*introspection/i],
  ])('a manifest that %s stops the start, and says why', async (_what, text, message) => {
    const path = join(folder, `${hashOf(String(text))}.json`);
    if (text !== null) await writeFile(path, text);
    const start = createTestApp({ database: server.database, environment: { TRUSTED_DOCUMENTS: path } });
    await expect(start).rejects.toThrow(message);
    await expect(start).rejects.toBeInstanceOf(BadSettings);
  });
});
