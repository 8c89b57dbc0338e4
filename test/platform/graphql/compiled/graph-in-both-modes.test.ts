import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { CompiledAnswers } from '../../../../src/platform/graphql/compiled/compiled-answers.ts';
import { asAdmin, makePeople, orderNumber } from '../../../kit/people.ts';
import { createTestApp, type TestApp } from '../../../kit/test-app.ts';
import { askOnSocket } from '../../../kit/transports.ts';

let compiled: TestApp;
let plain: TestApp;

beforeAll(async () => {
  compiled = await createTestApp({ execution: 'compiled' });
  plain = await createTestApp({ execution: 'plain', database: compiled.database });
  await makePeople(await asAdmin(compiled.database), 6);
});

afterAll(async () => {
  await plain?.stop();
  await compiled?.stop();
});

const ORDER = 'id orderId status statusUpdatedAt totalAmount currency isStub createdAt';

/** What frontends ask for: all of it is declared, so all of it must be written from the rows. */
const WRITTEN: [what: string, query: string, variables?: Record<string, unknown>][] = [
  [
    'a list with lists below it',
    `query ($before: DateTimeISO!) { customers(first: 20, filter: { createdBefore: $before }) { nodes {
      id customerId email firstName orders(first: 5) { nodes { ${ORDER} product { label } payments { nodes { amount cardLast4 } } } } } } }`,
    { before: '2100-01-01T00:00:00.000Z' },
  ],
  [
    'one thing and all around it',
    `query ($orderId: ID!) { order(orderId: $orderId) { ${ORDER} customer { firstName emrProfileUrl } product { listPrice }
      payments { nodes { id } } statusHistory { nodes { status rawStatus source } } } }`,
    { orderId: orderNumber(1) },
  ],
  ['a thing that is not there', '{ order(orderId: "1") { id customer { id } } }'],
  [
    'edges, pages and counts',
    `{ orders(first: 2) { edges { cursor node { orderId } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } totalCount }
      none: orders(first: 0) { nodes { id } pageInfo { endCursor } } }`,
  ],
  [
    'several roots, aliases, fragments and __typename',
    `query ($no: Boolean = false) { __typename a: order(orderId: "${orderNumber(1)}") { ...O } b: order(orderId: "${orderNumber(2)}") { ...O x: orderId }
      products { nodes { __typename label orders(first: 1) { totalCount } } } }
      fragment O on Order { __typename orderId ... on Node { id } customer @include(if: $no) { id } first: payments(first: 1) { nodes { id } } all: payments { totalCount } }`,
  ],
];

const ROLES = ['admin', 'support', 'analyst'] as const;

test.each(WRITTEN)(
  '%s is written from the rows, and byte for byte what plain execution says',
  async (_what, query, variables) => {
    const answer = vi.spyOn(CompiledAnswers.prototype, 'answer');
    for (const role of ROLES) {
      const token = await compiled.token({ role });
      const texts: string[] = [];
      // The second answer of each goes past Apollo.
      for (const server of [plain, compiled, compiled]) texts.push(await dataOf(server, token, query, variables));
      expect(texts[1]).toBe(texts[0]);
      expect(texts[2]).toBe(texts[0]);
      expect(JSON.parse(texts[0] ?? '')).not.toHaveProperty('errors');
    }
    const written = await Promise.all(answer.mock.results.map(({ value }) => value as Promise<string | null>));
    answer.mockRestore();
    expect(written).toHaveLength(2 * ROLES.length);
    expect(written).not.toContain(null);
  },
);

test('a query on a socket is written from the rows as well', async () => {
  const [[, query, variables] = []] = WRITTEN;
  const token = await compiled.token({ role: 'admin' });
  const answers = [];
  for (const server of [plain, compiled]) {
    const socket = server.socket(token);
    const { data } = await askOnSocket(socket, { query: query ?? '', variables });
    answers.push(JSON.stringify(data));
    await socket.dispose();
  }
  expect(answers[1]).toBe(answers[0]);
});

/** The answer as it was sent, without what it cost. */
async function dataOf(server: TestApp, token: string, query: string, variables?: object): Promise<string> {
  const response = await fetch(`${server.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify({ query, variables }),
  });
  return (await response.text()).replace(/,"extensions":\{"cost":\{[^}]*\}\}/, '');
}
