import { createHash } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { asAdmin, makePeople, orderNumber } from '../../kit/people.ts';
import { createTestApp, type GraphAnswer, type TestApp } from '../../kit/test-app.ts';
import { codesOf } from '../../kit/transports.ts';

let server: TestApp;
let support: string;

beforeAll(async () => {
  server = await createTestApp();
  await makePeople(await asAdmin(server.database), 2);
  support = await server.token({ role: 'support' });
});

afterAll(() => server?.stop());

const ORDER = 'query Order($orderId: ID!) { order(orderId: $orderId) { orderId rawStatus customer { firstName } } }';

/** A document that no other test has sent. */
let text: string;
let documents = 0;
beforeEach(() => {
  documents += 1;
  text = `${ORDER} #${documents}`;
});

interface Sent {
  token?: string | null;
  body?: object;
  headers?: Record<string, string>;
}

async function send({ token = support, body, headers }: Sent = {}): Promise<GraphAnswer & { type: string | null }> {
  const response = await fetch(`${server.url}/graphql`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(token === null ? {} : { authorization: `Bearer ${token}` }),
      ...headers,
    },
    body: JSON.stringify(body ?? { query: text, variables: { orderId: orderNumber(1) } }),
  });
  const type = response.headers.get('content-type');
  return { status: response.status, data: null, ...((await response.json()) as object), type } as never;
}

/** The same request, first when it is new and then when it is known. */
async function newAndKnown(sent: Sent, warmUp: Sent = {}): Promise<[GraphAnswer, GraphAnswer]> {
  const first = await send(sent);
  await send(warmUp);
  await send(warmUp);
  const again = await send(sent);
  const [one, other] = [first, again].map(({ extensions: _, ...answer }) => masked(answer));
  return [one, other] as [GraphAnswer, GraphAnswer];
}

function masked<Answer>(answer: Answer): Answer {
  return JSON.parse(JSON.stringify(answer).replaceAll(/[0-9a-f-]{36}/g, 'REQUEST')) as Answer;
}

test('a request is answered the same the third time as the first, and reads as much', async () => {
  server.statements.length = 0;
  const first = await send();
  const read = server.statements.splice(0).length;
  expect(first.data).toMatchObject({ order: { orderId: orderNumber(1) } });
  for (const _ of [2, 3]) {
    expect(await send()).toEqual({ ...first, extensions: expect.anything() });
    expect(server.statements.splice(0).length).toBe(read);
  }
});

test.each<[string, Sent]>([
  ['without a token', { token: null }],
  ['with a token that is none', { token: 'x' }],
])('a known document is refused %s, as a new one is', async (_what, sent) => {
  const [first, again] = await newAndKnown(sent);
  expect(codesOf(again)).toEqual(['UNAUTHENTICATED']);
  expect(again).toEqual(first);
});

test.each<[string, object, string]>([
  ['a variable that is missing', { variables: {} }, 'BAD_USER_INPUT'],
  ['variables that are a list', { variables: [] }, 'BAD_REQUEST'],
  ['variables that are a text', { variables: '{}' }, 'BAD_REQUEST'],
  [
    'a name that no operation has',
    { variables: { orderId: '1' }, operationName: 'Other' },
    'OPERATION_RESOLUTION_FAILURE',
  ],
  ['a name that is no text', { variables: { orderId: '1' }, operationName: 5 }, 'BAD_REQUEST'],
  ['extensions that are a text', { variables: { orderId: '1' }, extensions: 'x' }, 'BAD_REQUEST'],
])('a known document with %s is told what a new one is told', async (_what, body, code) => {
  const [first, again] = await newAndKnown({ body: { query: text, ...body } });
  expect(codesOf(again)).toEqual([code]);
  expect(again).toEqual(first);
});

test('who may not read what a known document asks for is told so', async () => {
  const query = `{ webhookDeliveries(first: 1) { nodes { id } } } #${documents}`;
  const admin = await server.token({ role: 'admin' });
  const customer = await server.token({ role: 'customer', customerId: 'f'.repeat(24) });
  const [first, again] = await newAndKnown({ token: customer, body: { query } }, { token: admin, body: { query } });
  expect(codesOf(again)).toEqual(['FORBIDDEN']);
  expect(again).toEqual(first);
});

test('callers get what they may see of a known document, each his own', async () => {
  const stranger = await server.token({ role: 'customer', customerId: 'f'.repeat(24) });
  await newAndKnown({});
  expect((await send({ token: stranger })).data).toEqual({ order: null });
});

test('each answer is charged once, whichever way it goes', async () => {
  const token = await server.token({ role: 'support', subject: 'counted' });
  const left: number[] = [];
  // A list that is no page of rows, and an undeclared field beside rows, are for plain execution.
  for (const query of [text, text, text, `${text}.`, `{ __schema { description } } #${documents}`]) {
    const { extensions } = await send({ token, body: { query, variables: { orderId: orderNumber(1) } } });
    left.push((extensions?.cost.remaining ?? 0) + (extensions?.cost.requested ?? 0));
    left.push(extensions?.cost.remaining ?? 0);
  }
  for (let i = 2; i < left.length; i += 2) expect(left[i]).toBe(left[i - 1]);
});

test('a database that is away is told once, and as for a new document', async () => {
  await newAndKnown({});
  await server.database.admin.em.getConnection().execute('RENAME TABLE orders TO orders_away');
  server.statements.length = 0;
  const answer = await send();
  await server.database.admin.em.getConnection().execute('RENAME TABLE orders_away TO orders');
  expect(codesOf(answer)).toEqual(['INTERNAL_SERVER_ERROR']);
  expect(server.statements.length).toBeLessThanOrEqual(1);
  expect(codesOf(await send())).toEqual([]);
});

test('what a client accepts decides the content type of a known answer too', async () => {
  const accept = (value: string) => send({ headers: { accept: value } });
  const types = ['application/json', 'application/graphql-response+json', '*/*', 'text/csv, application/json;q=0.1'];
  const first = [];
  for (const type of types) first.push((await accept(type)).type);
  const again = [];
  for (const type of types) again.push((await accept(type)).type);
  expect(again).toEqual(first);
  expect(first[1]).toMatch(/^application\/graphql-response\+json/);
  expect([(await accept('text/csv')).status, (await accept('text/csv')).status]).toEqual([406, 406]);
});

test('a known document may come by its id', async () => {
  const own = `${text} # by its id`;
  const documentId = `sha256:${createHash('sha256').update(own).digest('hex')}`;
  const variables = { orderId: orderNumber(1) };
  expect(codesOf(await send({ body: { documentId, variables } }))).toEqual(['PERSISTED_QUERY_NOT_FOUND']);
  const { data } = await send({ body: { query: own, variables } });
  for (const _ of [1, 2]) expect((await send({ body: { documentId, variables } })).data).toEqual(data);
});
