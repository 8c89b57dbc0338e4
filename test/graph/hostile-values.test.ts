import { type GraphQLArgument, type GraphQLInputField, getNamedType, isInputObjectType } from 'graphql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Random } from '../../src/modules/careportals/demo/random.ts';
import { addressIdOf, asAdmin, customerIdOf, makePeople, nodeIdOf, subscriptionIdOf } from '../kit/people.ts';
import { createTestApp, type TestApp } from '../kit/test-app.ts';
import { codesOf, type Transport, twoTransportsOf } from '../kit/transports.ts';
import { edgesOf, nodeTypes, queryFields, rootLists, schema, takesList } from './walk.ts';

let server: TestApp;
let transports: Transport[];
let admin: string;

beforeAll(async () => {
  server = await createTestApp();
  await makePeople(await asAdmin(server.database), 2);
  transports = twoTransportsOf(server);
  admin = await server.token({ role: 'admin' });
});

afterAll(async () => {
  for (const transport of transports ?? []) await transport.close();
  await server?.stop();
});

const HOSTILE = [
  'é',
  '😀',
  '1001\u0000',
  '1001 ',
  ' 1001',
  '01001',
  '+1001',
  'x'.repeat(10_000),
  '\ud800',
  "' OR '1'='1",
  '1 OR 1=1',
  '-1',
  '9'.repeat(20),
  '9223372036854775808',
  '1e3',
  '0x3e9',
  '?',
  '\\',
  '%',
  'order_',
  `order_${'g'.repeat(32)}`,
  `nothing_${'0'.repeat(32)}`,
];

const SEED = process.env.TEST_SEED ?? '1';

/** Those that one filter meets: with the full counts all of them, otherwise six, others for each filter and each seed. */
function someFor(filter: string): string[] {
  if (process.env.LONG_TESTS !== undefined) return HOSTILE;
  const random = Random.from(`hostile ${SEED} ${filter}`);
  const left = [...HOSTILE];
  return Array.from({ length: 6 }, () => left.splice(random.below(left.length), 1)[0]!);
}

/** Sends hostile values at once, each under a name of its own: `f0: field(arg: $v0) { … }`. */
function allAtOnce(
  transport: Transport,
  type: string,
  list: boolean,
  field: (value: string) => string,
  values: string[] = HOSTILE,
) {
  const names = values.map((_, index) => index);
  const text = `query (${names.map((n) => `$v${n}: ${type}`).join(' ')}) { ${names.map((n) => `f${n}: ${field(`$v${n}`)}`).join(' ')} }`;
  return transport.ask(admin, text, Object.fromEntries(names.map((n) => [`v${n}`, list ? [values[n]] : values[n]])));
}

function isText(argument: GraphQLArgument | GraphQLInputField): boolean {
  return ['ID', 'String'].includes(getNamedType(argument.type).name);
}

const LOOKUPS = queryFields()
  .filter((field) => !getNamedType(field.type).name.endsWith('Connection'))
  .flatMap((field) => field.args.filter(isText).map((argument) => ({ field: field.name, argument })));

test.each(LOOKUPS)('$field by a hostile $argument.name finds nothing', async ({ field, argument }) => {
  expect(LOOKUPS.length).toBeGreaterThan(15);
  for (const transport of transports) {
    const answer = await allAtOnce(
      transport,
      String(argument.type),
      takesList(argument.type),
      (value) => `${field}(${argument.name}: ${value}) { id }`,
    );
    expect(answer.errors).toBeUndefined();
    const found = Object.values(answer.data ?? {}).flat();
    expect(found).toEqual(HOSTILE.map(() => null));
  }
});

test.each([
  ['customer', 'customerId', customerIdOf(1)],
  ['customer', 'id', nodeIdOf('customer', 1)],
  ['order', 'orderId', '1001'],
  ['subscription', 'subscriptionId', subscriptionIdOf(1)],
  ['payment', 'chargeId', 'ch_p0001_1'],
  ['payment', 'paymentId', '11'],
  ['refund', 'stripeRefundId', 're_p0001_1'],
  ['address', 'addressId', addressIdOf(1)],
  ['product', 'productId', 'prod-1'],
  ['node', 'id', nodeIdOf('order', 1)],
] as const)(
  '%s by %s is found by exactly that id: no space, no other case, nothing added',
  async (field, argument, id) => {
    const spellings = [id, `${id} `, ` ${id}`, `${id}\u0000`, `0${id}`, `${id}'`];
    if (id !== id.toUpperCase()) spellings.push(id.toUpperCase());
    const names = spellings.map((_, n) => n);
    const text = `query (${names.map((n) => `$v${n}: ID!`).join(' ')}) { ${names.map((n) => `f${n}: ${field}(${argument}: $v${n}) { id }`).join(' ')} }`;
    const answer = await server.ask(admin, text, Object.fromEntries(spellings.map((value, n) => [`v${n}`, value])));
    expect(answer.errors).toBeUndefined();
    expect(Object.values(answer.data ?? {})).toEqual([
      { id: expect.any(String) },
      ...spellings.slice(1).map(() => null),
    ]);
  },
);

const CHOICES = queryFields().filter(({ name, args }) => !name.endsWith('s') && args.length > 1 && args.every(isText));

test.each(CHOICES)(
  '$name takes exactly one argument: none, only null or two are BAD_USER_INPUT',
  async ({ name, args }) => {
    expect(CHOICES.length).toBeGreaterThan(6);
    const [one, two] = args.map((arg) => arg.name);
    for (const given of [`(${one}: null)`, `(${one}: "x", ${two}: "x")`, `(${one}: null, ${two}: null)`, '']) {
      const answer = await server.ask(admin, `{ ${name}${given} { id } }`);
      expect(codesOf(answer), given).toEqual(['BAD_USER_INPUT']);
      expect(answer.errors?.[0]?.message).toContain(args.map((arg) => arg.name).sort()[0]);
    }
    expect((await server.ask(admin, `{ ${name}(${one}: null, ${two}: "x") { id } }`)).errors).toBeUndefined();
  },
);

describe.each(rootLists())('$name', ({ name, filters }) => {
  test.each(filters.filter(isText))(`filtered by a hostile $name is empty (TEST_SEED=${SEED})`, async (filter) => {
    const values = someFor(`${name} ${filter.name}`);
    const answer = await allAtOnce(
      transports[0] as Transport,
      String(filter.type),
      takesList(filter.type),
      (value) => `${name}(filter: { ${filter.name}: ${value} }) { totalCount nodes { id } }`,
      values,
    );
    expect(answer.errors).toBeUndefined();
    expect(Object.values(answer.data ?? {}), JSON.stringify(values).slice(0, 500)).toEqual(
      values.map(() => ({ totalCount: 0, nodes: [] })),
    );
  });

  test.each(filters.filter((filter) => getNamedType(filter.type).name === 'DateTimeISO'))(
    'filtered by a $name that no calendar has is BAD_USER_INPUT, and by the first and last that it has is not',
    async (filter) => {
      const text = `query ($v: DateTimeISO) { list: ${name}(filter: { ${filter.name}: $v }) { totalCount nodes { id } } }`;
      for (const v of [
        '0000-01-01T00:00:00Z',
        '9999-12-31T23:59:59-23:59',
        '2026-02-30T00:00:00Z',
        '+012026-01-01T00:00:00Z',
        'é',
      ]) {
        const answer = await server.ask(admin, text, { v });
        expect([answer.status, codesOf(answer)], v.slice(0, 50)).toEqual([400, ['BAD_USER_INPUT']]);
      }
      for (const v of ['1000-01-01T00:00:00Z', '9999-12-31T23:59:59.999Z']) {
        expect(codesOf(await server.ask(admin, text, { v }))).toEqual([]);
      }
    },
  );

  test('after or before a hostile cursor is INVALID_CURSOR', async () => {
    for (const cursor of HOSTILE) {
      const text = `query ($c: String) { ${name}(ARGUMENT: $c) { nodes { id } } }`;
      for (const argument of ['after', 'before']) {
        const answer = await server.ask(admin, text.replace('ARGUMENT', argument), { c: cursor });
        expect(codesOf(answer), cursor.slice(0, 50)).toEqual(['INVALID_CURSOR']);
      }
    }
  });
});

const NESTED = nodeTypes().flatMap(({ type, source }) =>
  edgesOf(type)
    .filter((edge) => edge.many)
    .map((edge) => ({ type, prefix: source.idPrefix, edge: edge.name })),
);

test.each(NESTED)(
  '$edge of a $type.name bears hostile filters and cursors as the lists at the root do',
  async ({ type, prefix, edge }) => {
    const owner = ['product', 'coupon', 'address'].includes(prefix) ? 0 : 1;
    const args = type.getFields()[edge]?.args ?? [];
    const filter = getNamedType(args.find((arg) => arg.name === 'filter')?.type);
    const fields = isInputObjectType(filter) ? Object.values(filter.getFields()).filter(isText) : [];
    const inside = (list: string) => `node(id: "${nodeIdOf(prefix, owner)}") { ... on ${type.name} { list: ${list} } }`;
    for (const field of fields) {
      const values = someFor(`${type.name} ${edge} ${field.name}`);
      const answer = await allAtOnce(
        transports[0] as Transport,
        String(field.type),
        takesList(field.type),
        (value) => inside(`${edge}(filter: { ${field.name}: ${value} }) { totalCount nodes { id } }`),
        values,
      );
      expect(answer.errors).toBeUndefined();
      expect(Object.values(answer.data ?? {}), JSON.stringify(values).slice(0, 500)).toEqual(
        values.map(() => ({ list: { totalCount: 0, nodes: [] } })),
      );
    }
    const cursors = await allAtOnce(transports[0] as Transport, 'String', false, (value) =>
      inside(`${edge}(after: ${value}) { nodes { id } }`),
    );
    expect(codesOf(cursors)).toEqual(HOSTILE.map(() => 'INVALID_CURSOR'));
  },
);

const MUTATIONS = Object.values(schema.getMutationType()?.getFields() ?? {});

/** What makes each mutation do its work, but for the one field that is under test. */
const WELL: Record<string, Record<string, unknown>> = {
  updateOrderStatus: { orderId: '1001', status: 'on_the_way' },
  pauseSubscription: { subscriptionId: subscriptionIdOf(1) },
  resumeSubscription: { subscriptionId: subscriptionIdOf(1) },
  cancelSubscription: { subscriptionId: subscriptionIdOf(2) },
  undoScheduledChange: { subscriptionId: subscriptionIdOf(1) },
  reactivateSubscription: { subscriptionId: subscriptionIdOf(1, 3) },
  rescheduleSubscription: {
    subscriptionId: subscriptionIdOf(1),
    nextCycleDate: new Date(Date.now() + 30 * 86_400_000),
  },
  skipSubscriptionCycle: { subscriptionId: subscriptionIdOf(1) },
  unskipSubscriptionCycle: { subscriptionId: subscriptionIdOf(1) },
  swapSubscriptionProduct: { subscriptionId: subscriptionIdOf(1), productId: 'prod-3' },
  advanceSubscriptionCycle: { subscriptionId: subscriptionIdOf(1) },
  bulkSubscriptionAction: { action: 'SWAP_PRODUCT', subscriptionIds: [subscriptionIdOf(2)], productId: 'prod-3' },
  stopBulkJob: { id: nodeIdOf('bulkjob', 1) },
  replayWebhook: { id: nodeIdOf('webhook', 1) },
  ingestWebhook: { source: 'careportals', event: 'test.hostile', payload: '{"_id":"1"}' },
  saveSubscriptionReason: { code: 'a_reason', label: 'A reason' },
};

test.each(MUTATIONS)(
  '$name bears hostile text in every field of its input: refused in words or done, never broken',
  async (mutation) => {
    const input = mutation.args.find((argument) => argument.name === 'input');
    const type = getNamedType(input?.type);
    if (!isInputObjectType(type)) throw new Error(`${mutation.name} takes no input.`);
    for (const field of Object.values(type.getFields()).filter(isText)) {
      for (const hostile of [...HOSTILE, 'x'.repeat(100_000), '']) {
        const text = `mutation ($input: ${input?.type}) { done: ${mutation.name}(input: $input) { userErrors { code path } } }`;
        const asked = { ...WELL[mutation.name], [field.name]: takesList(field.type) ? [hostile] : hostile };
        const answer = await server.ask<{ done: { userErrors: { code: string }[] } }>(admin, text, { input: asked });
        expect(answer.errors, `${field.name}: ${hostile.slice(0, 50)}`).toBeUndefined();
        const codes = answer.data?.done.userErrors.map((error) => error.code);
        if (/^id$|Id$/.test(field.name)) expect(codes).toEqual(['NOT_FOUND']);
        else expect(['VALIDATION', 'INVALID_TRANSITION', 'IDEMPOTENCY_KEY_REUSED', undefined]).toContain(codes?.[0]);
      }
    }
  },
);

test('hostile text that is stored comes back as it was sent, and what is too long is refused', async () => {
  const text = `mutation ($input: UpdateOrderStatusInput!) { updateOrderStatus(input: $input) { statusUpdate { note } userErrors { code path } } }`;
  const send = (note: string) => server.ask(admin, text, { input: { orderId: '2001', status: 'noted', note } });
  for (const note of ['é😀', 'a\u0000b', "' OR '1'='1", '\\%?']) {
    expect((await send(note)).data).toEqual({ updateOrderStatus: { statusUpdate: { note }, userErrors: [] } });
  }
  expect((await send('x'.repeat(2_001))).data).toEqual({
    updateOrderStatus: { statusUpdate: null, userErrors: [{ code: 'VALIDATION', path: ['input', 'note'] }] },
  });
});
