import fc from 'fast-check';
import { parse, validate } from 'graphql';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { NewToken } from '../../../src/platform/access/token.ts';
import { asAdmin } from '../../kit/people.ts';
import { createTestApp, type GraphAnswer, type TestApp } from '../../kit/test-app.ts';
import type { QueryChoice } from './choice.ts';
import { queryChoice } from './choices.ts';
import { harvestCursors } from './harvest-cursors.ts';
import { makeWorld } from './make-world.ts';
import { answer, published } from './reference/answer.ts';
import { kinds } from './reference/kinds.ts';
import { type Hearing, idOf } from './reference/page.ts';
import type { Asker } from './reference/rights.ts';
import { customerMeant, readWorld, type World } from './reference/world.ts';
import { LEFT_OUT, unanswered } from './shape.ts';
import { Values } from './values.ts';
import { QueryWriter, type WrittenQuery } from './write-query.ts';

const RUNS = process.env.LONG_TESTS ? 500 : 50;
const SEED = Number(process.env.TEST_SEED ?? 1);

let server: TestApp;
let world: World;
let callers: { asker: Asker; token: string }[];
let hearing: Omit<Hearing, 'asker'>;

beforeAll(async () => {
  server = await createTestApp();
  const query = await asAdmin(server.database);
  await makeWorld(query, SEED);
  world = await readWorld(query);
  callers = await Promise.all(
    tokens().map(async (token) => ({ asker: askerOf(token), token: await server.token(token) })),
  );
  const admin = await server.token({ role: 'admin' });
  hearing = { world, cursors: await harvestCursors(server, admin) };
});

afterAll(() => server?.stop());

type Token = Pick<NewToken, 'role' | 'customerId' | 'scopes'>;

/** Each role; customers by their own id, by one they got later, and one who came by email alone. */
function tokens(): Token[] {
  const ids = (world.customers ?? []).map((row) => String(row.customer_id));
  const alias = (world.customer_aliases ?? [])
    .map((row) => String(row.careportals_id))
    .find((id) => !id.startsWith('email-'));
  const customers = [ids[0], alias, ids[2], ids.find((id) => id.startsWith('unknown-'))];
  return [
    { role: 'admin' },
    ...customers.map((customerId): Token => ({ role: 'customer', customerId })),
    { role: 'support' },
    { role: 'support' },
    { role: 'analyst' },
    { role: 'analyst' },
    { role: 'admin' },
    { role: 'admin' },
    { role: 'admin' },
    { role: 'service', scopes: ['feed'] },
  ];
}

function askerOf({ role, customerId }: Token): Asker {
  return { role, customerId: customerId == null ? null : customerMeant(world, customerId) };
}

interface Costed {
  extensions?: { cost: { statements: number } };
}

interface Told {
  answer: GraphAnswer;
  codes: string[];
  statements: number;
  /** How many the server itself said that it would take at most, before it read anything. */
  stated: number;
}

async function ask(token: string, { text, variables }: WrittenQuery): Promise<Told> {
  server.statements.length = 0;
  const answer = (await server.ask(token, text, variables)) as GraphAnswer & Costed;
  const codes = (answer.errors ?? []).map((error) => error.extensions.code);
  // What was going on beside a refusal comes to its end, and is not taken for the next query's.
  if (codes.length > 0) await new Promise((resolve) => setTimeout(resolve, 20));
  const stated = answer.extensions?.cost.statements ?? Number.NaN;
  return { answer, codes, statements: server.statements.length, stated };
}

const TOO_LARGE = ['QUERY_TOO_COMPLEX', 'GRAPHQL_PARSE_FAILED', 'GRAPHQL_VALIDATION_FAILED'];

const tally = { queries: 0, asked: 0, refused: 0, tooLarge: 0, fields: 0, statements: 0, stated: 0 };

async function holds({ roots, askings }: QueryChoice): Promise<void> {
  let text: string | undefined;
  tally.queries++;
  for (const { asker, booleans, shift } of askings) {
    const values = new Values(world, hearing.cursors, shift);
    const query = new QueryWriter(values).write(roots, booleans);
    text ??= query.text;
    // With other values an argument may be missing, and then it is another query.
    if (query.text === text) await holdsFor(callers[asker % callers.length] as (typeof callers)[number], query);
  }
}

async function holdsFor({ asker, token }: (typeof callers)[number], query: WrittenQuery): Promise<void> {
  const document = parse(query.text);
  const what = `${asker.role} ${asker.customerId ?? ''} ${query.text} ${JSON.stringify(query.variables)}`;
  const wrong = validate(published, document).map((error) => error.message);
  expect(wrong, what).toEqual([]);
  const told = await ask(token, query);
  if (told.codes.some((code) => TOO_LARGE.includes(code))) {
    tally.tooLarge++;
    return;
  }
  count(told);
  const expected = await answer(document, query.variables, { ...hearing, asker });
  expect(told.answer.data, `${what} ${told.codes}`).toEqual(expected.data);
  // The order of fields, too.
  expect(JSON.stringify(told.answer.data), what).toBe(JSON.stringify(expected.data));
  expect(told.codes.length > 0, `${what} ${told.codes}`).toBe(expected.isRefused);
  for (const code of told.codes) expect([...expected.codes], what).toContain(code);
  expect(told.statements, what).toBeLessThanOrEqual(told.stated);
}

function count({ answer, codes, statements, stated }: Told) {
  tally.asked++;
  tally.statements += statements;
  tally.stated += stated;
  tally.refused += codes.length === 0 ? 0 : 1;
  tally.fields += JSON.stringify(answer.data).split(':').length - 1;
}

test(`any query gives each caller what whole tables and plain rules give (TEST_SEED=${SEED})`, async () => {
  await fc.assert(fc.asyncProperty(queryChoice, holds), {
    numRuns: RUNS,
    seed: SEED,
    // Small cases are for shrinking to find; what is asked here may be large from the first on.
    unbiased: true,
    interruptAfterTimeLimit: 540_000,
  });
  process.stdout.write(`generated queries: TEST_SEED=${SEED}, ${JSON.stringify(tally)}\n`);
  expect(tally.queries).toBeGreaterThanOrEqual(RUNS);
  expect(tally.tooLarge).toBeLessThan(tally.asked / 10);
}, 600_000);

test('one text is answered by what its variables name, whatever they named before', async () => {
  const text =
    'query ($id: ID!, $code: ID) { node(id: $id) { __typename id } coupon(couponCode: $code) { couponCode webhooks { totalCount } } }';
  const document = parse(text);
  const codes = (world.coupons ?? []).map(({ coupon_code }) => String(coupon_code));
  for (const [n, kind] of Object.values(kinds).entries()) {
    const row = world[kind.table]?.[0];
    if (row === undefined) throw new Error(`The world has no ${kind.type}.`);
    const code = codes[n % codes.length] ?? '';
    const variables = { id: idOf(kind, row), code: n % 2 === 0 ? code : code.toLowerCase() };
    const { token, asker } = callers[0] as (typeof callers)[number];
    const { data } = await server.ask(token, text, variables);
    expect(data, kind.type).toEqual((await answer(document, variables, { ...hearing, asker })).data);
  }
});

test('every field of the graph is in these queries, or is named here as one that is not', () => {
  expect(unanswered().sort()).toEqual(LEFT_OUT.sort());
});
