import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { nodeIdOf } from '../../kit/people.ts';
import { endServing, serveTwoPeople } from '../../kit/served-people.ts';
import { createTestApp, type TestApp } from '../../kit/test-app.ts';
import { codesOf, type Transport, transportsOf } from '../../kit/transports.ts';

let server: TestApp;
let transports: Transport[];
let support: string;

beforeAll(async () => {
  ({ server, transports, support } = await serveTwoPeople());
});

afterAll(() => endServing(server, transports));

const repeat = (count: number, text: (index: number) => string) =>
  Array.from({ length: count }, (_, n) => text(n)).join(' ');

/** Customers, their orders, their customers, … */
function nested(times: number, inside: string): string {
  let selection = inside;
  for (let level = 0; level < times; level++) selection = `orders(first: 1) { nodes { customer { ${selection} } } }`;
  return `{ customers(first: 1) { nodes { ${selection} } } }`;
}

/** Fragments that each spread the next one twice. */
function bomb(levels: number, last: string): string {
  const fragments = repeat(levels, (n) => `fragment F${n} on Query { ...F${n + 1} ...F${n + 1} }`);
  return `{ ...F0 } ${fragments} fragment F${levels} on Query { ${last} }`;
}

/** The same, but each level is a field deeper, as lists of lists would be. */
function nestedBomb(): string {
  const fragments = repeat(30, (n) => `fragment F${n} on Customer { a${n}: email ...F${n + 1} ...F${n + 1} }`);
  return `{ customers { nodes { ...F0 } } } ${fragments} fragment F30 on Customer { id }`;
}

const ALL_IDS = Array.from({ length: 100 }, () => `"${nodeIdOf('customer', 1)}"`).join(' ');

const REFUSED: [what: string, text: string, code: string][] = [
  ['nested 13 deep', nested(3, 'orders { nodes { id } }'), 'QUERY_TOO_COMPLEX'],
  [
    'nested 13 deep by a fragment',
    `${nested(3, '...More')} fragment More on Customer { orders { nodes { id } } }`,
    'QUERY_TOO_COMPLEX',
  ],
  ['with 51 aliases', `{ ${repeat(51, (n) => `a${n}: product(productId: "x") { id }`)} }`, 'QUERY_TOO_COMPLEX'],
  [
    'with 51 aliases of the schema itself',
    `{ ${repeat(51, (n) => `a${n}: __schema { description }`)} }`,
    'QUERY_TOO_COMPLEX',
  ],
  [
    'with 52 aliases in a fragment spread twice',
    `{ customers { nodes { ...A } } customer(id: "x") { ...A } } fragment A on Customer { ${repeat(26, (n) => `a${n}: id`)} }`,
    'QUERY_TOO_COMPLEX',
  ],
  [
    'that costs too much',
    '{ customers(first: 100) { nodes { orders(first: 100) { nodes { id orderId createdAt source status } } } } }',
    'QUERY_TOO_COMPLEX',
  ],
  [
    'that costs too much by a list of ids',
    `{ nodes(ids: [${ALL_IDS}]) { ... on Customer { orders(first: 100) { nodes { id orderId createdAt source status } } } } }`,
    'QUERY_TOO_COMPLEX',
  ],
  ['that asks for 101 ids', `{ nodes(ids: [${ALL_IDS} "x"]) { id } }`, 'BAD_USER_INPUT'],
  ['that is a fragment bomb', bomb(60, '__typename'), 'QUERY_TOO_COMPLEX'],
  ['that is a fragment bomb with aliases', nestedBomb(), 'QUERY_TOO_COMPLEX'],
  ['of more than 4,000 tokens', `{ ${repeat(4_000, () => 'a')} }`, 'GRAPHQL_PARSE_FAILED'],
  ['that does not parse', '{ customers { ', 'GRAPHQL_PARSE_FAILED'],
  ['that is empty', ' ', 'GRAPHQL_PARSE_FAILED'],
  ['of a field that does not exist', '{ customers { secrets } }', 'GRAPHQL_VALIDATION_FAILED'],
  ['whose fragment spreads itself', '{ ...A } fragment A on Query { ...A }', 'GRAPHQL_VALIDATION_FAILED'],
  ['of a page of 101', '{ customers(first: 101) { nodes { id } } }', 'BAD_USER_INPUT'],
];

describe('an operation', () => {
  test.each(REFUSED)(
    '%s is refused, with one code on HTTP, on the socket and on the stream',
    async (_what, text, code) => {
      for (const transport of transports) {
        const answer = await transport.ask(support, text);
        expect(new Set(codesOf(answer)), transport.name).toEqual(new Set([code]));
        expect(answer.data).toBeNull();
      }
    },
  );

  test('that is refused before it begins has status 400, and says each thing once', async () => {
    for (const [what, text] of REFUSED.filter(([, , code]) => code !== 'BAD_USER_INPUT')) {
      const answer = await server.ask(support, text);
      expect(answer.status, what).toBe(400);
      const said = (answer.errors ?? []).map((error) => JSON.stringify(error));
      expect(new Set(said).size, what).toBe(said.length);
    }
  });

  test('just within the bounds is answered', async () => {
    const texts = [
      nested(3, 'id'),
      `{ ${repeat(50, (n) => `a${n}: product(productId: "x") { id }`)} }`,
      `{ nodes(ids: [${ALL_IDS}]) { id } }`,
      bomb(8, '__typename'),
      '{ customers(first: 100) { nodes { id } } }',
    ];
    for (const transport of transports) {
      for (const text of texts) expect((await transport.ask(support, text)).errors).toBeUndefined();
    }
  });

  test('that costs too much is told what it costs and what it may', async () => {
    const text =
      '{ customers(first: 100) { nodes { orders(first: 100) { nodes { id orderId createdAt source status } } } } }';
    for (const transport of transports) {
      const answer = await transport.ask(support, text);
      expect(answer.errors?.[0]?.extensions).toMatchObject({ cost: expect.any(Number), limit: 50_000 });
    }
  });

  test('costs by the page size that its variables ask for', async () => {
    const text =
      'query ($n: Int) { customers(first: $n) { nodes { orders(first: $n) { nodes { id orderId createdAt source status } } } } }';
    for (const transport of transports) {
      expect(codesOf(await transport.ask(support, text, { n: 2 }))).toEqual([]);
      expect(codesOf(await transport.ask(support, text, { n: 100 }))).toEqual(['QUERY_TOO_COMPLEX']);
    }
  });
});

describe('variables that do not fit', () => {
  const text = 'query Q($first: Int!, $sort: CustomerSort) { customers(first: $first, sort: $sort) { nodes { id } } }';

  test.each([
    ['a wrong type', { first: 'many' }, /\$first.*got invalid value/],
    ['a missing one', {}, /\$first.*not provided/],
    ['a number that is too large', { first: 2 ** 31 }, /\$first.*32-bit/],
    ['a field that does not exist', { first: 1, sort: { field: 'CREATED_AT', colour: 'red' } }, /colour/],
    ['an enum value that does not exist', { first: 1, sort: { field: 'SHOE_SIZE' } }, /SHOE_SIZE/],
    ['nothing where something must be', { first: 1, sort: { field: 'CREATED_AT', direction: null } }, /direction/],
  ])('are BAD_USER_INPUT and say which and why: %s', async (_what, variables, message) => {
    for (const transport of transports) {
      const answer = await transport.ask(support, text, variables);
      expect([answer.data, codesOf(answer)], transport.name).toEqual([null, ['BAD_USER_INPUT']]);
      expect(answer.errors?.[0]?.message).toMatch(message);
      expect([0, 400]).toContain(answer.status);
    }
  });

  test('are BAD_USER_INPUT too when a variable that may be null stands where nothing may', async () => {
    const text =
      'query ($d: SortDirection = ASC) { customers(sort: { field: CREATED_AT, direction: $d }) { nodes { id } } }';
    for (const transport of transports) {
      expect(codesOf(await transport.ask(support, text, { d: null }))).toEqual(['BAD_USER_INPUT']);
    }
  });
});

test('an operation name that the document lacks, or none where there are several, is OPERATION_RESOLUTION_FAILURE', async () => {
  const several = 'query A { __typename } query B { __typename }';
  for (const transport of transports) {
    for (const [text, name] of [
      [several, 'C'],
      [several, undefined],
      ['{ __typename }', 'C'],
    ] as const) {
      const answer = await transport.ask(support, text, {}, name);
      expect([answer.data, codesOf(answer)], transport.name).toEqual([null, ['OPERATION_RESOLUTION_FAILURE']]);
      expect([0, 400]).toContain(answer.status);
    }
    expect((await transport.ask(support, several, {}, 'B')).data).toEqual({ __typename: 'Query' });
  }
});

describe('over a socket', () => {
  const opened = async () => {
    const socket = new WebSocket(`${server.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
    const closed = new Promise<number>((resolve) => socket.once('close', (code) => resolve(code)));
    await new Promise((resolve) => socket.once('open', resolve));
    socket.send(JSON.stringify({ type: 'connection_init', payload: { authorization: `Bearer ${support}` } }));
    await new Promise((resolve) => socket.once('message', resolve));
    return { socket, closed };
  };

  test('a frame of more than 256 kB closes the socket with 1009', async () => {
    const { socket, closed } = await opened();
    socket.send(
      JSON.stringify({ id: '1', type: 'subscribe', payload: { query: `{ __typename } #${'x'.repeat(256 * 1_024)}` } }),
    );
    expect(await closed).toBe(1009);
  });

  test('101 operations at once are one too many: it is refused, the others go on', async () => {
    const { socket, closed } = await opened();
    const refused = new Promise<{ id: string; payload: { message: string }[] }>((resolve) =>
      socket.on('message', (data) => {
        const message = JSON.parse(String(data)) as { type: string; id: string; payload: { message: string }[] };
        if (message.type === 'error') resolve(message);
      }),
    );
    for (let id = 0; id < 101; id++) {
      const query = 'subscription { orderStatusChanged { cursor } }';
      socket.send(JSON.stringify({ id: String(id), type: 'subscribe', payload: { query } }));
    }
    expect(await refused).toMatchObject({ id: '100', payload: [{ extensions: { code: 'BAD_USER_INPUT' } }] });
    socket.send(JSON.stringify({ id: '0', type: 'complete' }));
    const answered = new Promise((resolve) =>
      socket.on('message', (data) => String(data).includes('Query') && resolve(true)),
    );
    socket.send(JSON.stringify({ id: 'next', type: 'subscribe', payload: { query: '{ __typename }' } }));
    expect(await answered).toBe(true);
    socket.close();
    await closed;
  });
});

describe.each([
  ['off', ['GRAPHQL_VALIDATION_FAILED']],
  ['on', []],
])('with EXPLORER=%s', (setting, codes) => {
  test(`introspection is ${setting} on HTTP, on the socket and on the stream, and __typename is answered`, async () => {
    const other = await createTestApp({ database: server.database, environment: { EXPLORER: setting } });
    for (const transport of transportsOf(other)) {
      for (const text of ['{ __schema { types { name } } }', '{ __type(name: "Customer") { name } }']) {
        expect(new Set(codesOf(await transport.ask(support, text))), transport.name).toEqual(new Set(codes));
      }
      expect((await transport.ask(support, '{ __typename }')).data).toEqual({ __typename: 'Query' });
      await transport.close();
    }
    await other.stop();
  });
});
