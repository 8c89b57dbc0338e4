import { afterAll, beforeAll, expect, test } from 'vitest';
import { examine } from '../../../src/modules/careportals/operations/examine.ts';
import type { Query } from '../../../src/platform/database/query.ts';
import { asAdmin } from '../../kit/people.ts';
import { createTestApp, type TestApp } from '../../kit/test-app.ts';
import { deliveries, postCareportals, postStripe, purchase, send } from './senders.ts';

let server: TestApp;
let query: Query;
let support: string;
let admin: string;

beforeAll(async () => {
  server = await createTestApp();
  query = await asAdmin(server.database);
  support = await server.token({ role: 'support' });
  admin = await server.token({ role: 'admin' });
});

afterAll(() => server?.stop());

test('from an order to the deliveries that made it, and from these back to the order and all else they made', async () => {
  const { id, order, payment } = purchase();
  await send(server, postCareportals(server, 'order.created', order));
  await send(server, postStripe(server, payment));
  const { data } = await server.ask<{ order: { webhooks: { nodes: Delivery[]; totalCount: number } } }>(
    support,
    `query ($id: ID) { order(orderId: $id) { webhooks { totalCount nodes { eventType status attempts note
      subjects { id __typename ... on Order { orderId } } logs { nodes { attempt outcome delivery { eventType } } } } } } }`,
    { id },
  );
  interface Delivery {
    eventType: string;
    subjects: { __typename: string; orderId?: string }[];
    logs: { nodes: object[] };
  }
  const made = data?.order.webhooks.nodes.find(({ eventType }) => eventType === 'order.created');
  expect(made).toMatchObject({
    status: 'PROCESSED',
    attempts: 1,
    logs: { nodes: [{ attempt: 1, outcome: 'processed', delivery: { eventType: 'order.created' } }] },
  });
  const types = made?.subjects.map(({ __typename }) => __typename) ?? [];
  expect(types).toEqual(expect.arrayContaining(['Order', 'Customer']));
  expect(made?.subjects.find(({ __typename }) => __typename === 'Order')?.orderId).toBe(id);
});

test('from a payment to the deliveries that told of it', async () => {
  const { order, payment, chargeId } = purchase();
  await send(server, postCareportals(server, 'order.created', order));
  await send(server, postStripe(server, payment));
  const { data } = await server.ask(
    support,
    'query ($c: ID) { payment(chargeId: $c) { webhooks { nodes { eventType sourceSystem eventId } } } }',
    { c: chargeId },
  );
  expect(data).toEqual({
    payment: {
      webhooks: {
        nodes: [{ eventType: 'payment_intent.succeeded', sourceSystem: 'stripe', eventId: JSON.parse(payment).id }],
      },
    },
  });
});

test('parked deliveries say what they wait for and since when, who waits longest first, and are gone when it came', async () => {
  const [first, second] = [purchase(), purchase()];
  await send(server, postStripe(server, first.refund));
  await send(server, postStripe(server, second.payment));
  const text = `query ($f: ParkedWebhookFilter) { parkedWebhooks(filter: $f) { totalCount nodes { eventType status waitingFor waitingSince } } }`;
  const { data } = await server.ask<Parked>(support, text);
  interface Parked {
    parkedWebhooks: { totalCount: number; nodes: { waitingFor: string; waitingSince: string }[] };
  }
  expect(data?.parkedWebhooks.nodes).toMatchObject([
    { eventType: 'refund.created', status: 'PARKED', waitingFor: `payment:${first.chargeId}` },
    { eventType: 'payment_intent.succeeded', status: 'PARKED', waitingFor: `order:${second.id}` },
  ]);
  const since = data?.parkedWebhooks.nodes.map(({ waitingSince }) => waitingSince) ?? [];
  expect(since).toEqual(since.toSorted());
  const waiting = { waitingFor: [`order:${second.id}`] };
  expect((await server.ask<Parked>(support, text, { f: waiting })).data?.parkedWebhooks.totalCount).toBe(1);
  await send(server, postCareportals(server, 'order.created', second.order));
  expect((await server.ask<Parked>(support, text, { f: waiting })).data?.parkedWebhooks.totalCount).toBe(0);
  const [done] = await deliveries(server, support, { eventId: [JSON.parse(second.payment).id] });
  expect(done).toMatchObject({ status: 'PROCESSED', waitingFor: null, waitingSince: null });
});

test('failed deliveries are the dead, the quarantined and the pending that have failed, and no others', async () => {
  const made = ['dead', 'quarantined', 'failing', 'new', 'replayed', 'processed', 'ignored', 'parked'];
  await query(
    'INSERT INTO webhook_inbox (source_system, event_key, event_type, payload, status, attempts, attempts_before_replay, next_attempt_at) VALUES ?',
    [
      made.map((kind) => [
        'careportals',
        `failed-${kind}`,
        'test.failed',
        '{}',
        ['failing', 'new', 'replayed'].includes(kind) ? 'pending' : kind,
        kind === 'new' ? 0 : 2,
        kind === 'replayed' ? 2 : 0,
        '2098-01-01',
      ]),
    ],
  );
  const { data } = await server.ask<{ failedWebhooks: { totalCount: number; nodes: { status: string }[] } }>(
    support,
    '{ failedWebhooks(filter: { eventType: ["test.failed"] }) { totalCount nodes { status } } }',
  );
  expect(data?.failedWebhooks.nodes.map(({ status }) => status).toSorted()).toEqual(['DEAD', 'PENDING', 'QUARANTINED']);
  expect(data?.failedWebhooks.totalCount).toBe(3);
});

test('support reads what a delivery said without anybody in it; an admin reads all of it; the log says the same', async () => {
  const { id, order } = purchase();
  await send(server, postCareportals(server, 'order.created', order));
  const text = `query ($id: ID) { order(orderId: $id) { webhooks { nodes { payload logs { nodes { payload } } } } } }`;
  const payloads = async (token: string) => {
    const { data } = await server.ask<{ order: { webhooks: { nodes: Told[] } } }>(token, text, { id });
    return data?.order.webhooks.nodes.flatMap((node) => [node.payload, node.logs.nodes[0]?.payload]) ?? [];
  };
  interface Told {
    payload: Record<string, unknown>;
    logs: { nodes: { payload: Record<string, unknown> }[] };
  }
  const seen = await payloads(support);
  expect(seen).toHaveLength(2);
  for (const payload of seen) {
    expect(payload).toMatchObject({ id, totalAmount: '149.5', 'customer.firstName': '[redacted]' });
    expect(JSON.stringify(payload)).not.toMatch(/Marisol|Quennell|Juniper|example\.org|2125550142/);
  }
  for (const payload of await payloads(admin)) expect(payload).toEqual(order);
});

test('fifty deliveries with their subjects and logs take as many statements as two', async () => {
  const sending = Array.from({ length: 50 }, () => postCareportals(server, 'order.created', purchase().order));
  await send(server, ...sending);
  const statementsFor = async (first: number) => {
    server.statements.length = 0;
    const { data } = await server.ask<{ list: { nodes: { subjects: object[] }[] } }>(
      support,
      `query ($first: Int) { list: webhookDeliveries(first: $first, filter: { eventType: ["order.created"] }) { nodes {
        payload subjects { id } logs(first: 1) { nodes { outcome } } } } }`,
      { first },
    );
    expect(data?.list.nodes).toHaveLength(first);
    for (const { subjects } of data?.list.nodes ?? []) expect(subjects.length).toBeGreaterThan(1);
    return server.statements.length;
  };
  expect(await statementsFor(50)).toBe(await statementsFor(2));
});

test('the doctor notes what could not be understood', async () => {
  await query(
    "INSERT INTO webhook_inbox (source_system, event_key, event_type, payload, status) VALUES ('careportals', 'odd', 'unknown', '{}', 'quarantined')",
  );
  const findings = await examine(query);
  expect(findings.find(({ name }) => name === 'quarantined deliveries')).toMatchObject({
    state: 'note',
    says: expect.stringMatching(/^\d+ webhook\(s\) could not be understood/),
  });
});

test('every way from rows to their deliveries begins with the key of their subjects', async () => {
  const { order, payment } = purchase();
  await send(server, postCareportals(server, 'order.created', order));
  await send(server, postStripe(server, payment));
  await makeMany('walked');
  for (const path of ['orders', 'customers', 'products', 'addresses', 'coupons', 'payments']) {
    server.statements.length = 0;
    const { errors } = await server.ask(
      support,
      `{ ${path}(first: 2) { nodes { webhooks(first: 2) { nodes { id } } } } }`,
    );
    expect(errors).toBeUndefined();
    const statement = server.statements.find((sql) => sql.includes('LATERAL')) ?? '';
    const plan = await query<{ table: string; key: string; ref: string }>(
      `EXPLAIN FORMAT=TRADITIONAL ${statement.replaceAll('?', "'x'")}`,
    );
    const applied = plan.find(({ table }) => table === 'applied');
    expect([path, applied?.key, applied?.ref?.split(',').length]).toEqual([path, 'PRIMARY', 2]);
  }
});

test('every filter of a list of deliveries that could leave few of many goes by an index', async () => {
  await makeMany('filtered');
  const keyFor = async (ask: string) => {
    server.statements.length = 0;
    expect((await server.ask(support, ask)).errors).toBeUndefined();
    const [statement = ''] = server.statements;
    const values = [...ask.matchAll(/"([^"]+)"/g)].map(([, value]) => value?.replace(/^(\d{4}-\d\d-\d\d)T.*/, '$1'));
    const bound = statement
      .replaceAll('IN (?)', () => `IN ('${values.shift()}')`)
      .replaceAll('?', () => `'${values.shift()}'`);
    const [plan] = await query<{ key: string }>(`EXPLAIN FORMAT=TRADITIONAL ${bound}`);
    return plan?.key;
  };
  expect(await keyFor('{ webhookDeliveries(first: 5, filter: { eventType: ["explained.7"] }) { nodes { id } } }')).toBe(
    'idx_type_received',
  );
  expect(await keyFor('{ webhookDeliveries(first: 5, filter: { eventId: ["evt_7"] }) { nodes { id } } }')).toBe(
    'idx_event_id',
  );
  expect(await keyFor('{ parkedWebhooks(first: 5, filter: { waitingFor: ["order:300"] }) { nodes { id } } }')).toBe(
    'idx_waiting_for,idx_or_waiting_for',
  );
  expect(await keyFor('{ parkedWebhooks(first: 5) { nodes { id } } }')).toBe('idx_due');
  expect(await keyFor('{ failedWebhooks(first: 5) { nodes { id } } }')).toBe('idx_due');
  expect(await keyFor('{ webhookDeliveries(first: 5) { nodes { id } } }')).toBe('idx_received_at');
  expect(
    await keyFor(
      '{ webhookDeliveries(first: 5, filter: { receivedBefore: "2024-01-02T00:00:00.000Z" }) { nodes { id } } }',
    ),
  ).toBe('idx_received_at');
});

/** Deliveries enough that MySQL has something to choose; few of them wait. Each was applied to a row of each kind. */
async function makeMany(prefix: string): Promise<void> {
  await query(
    `INSERT INTO webhook_inbox (source_system, event_key, event_type, event_id, payload, status, waiting_for, next_attempt_at, received_at)
     WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 900)
     SELECT 'stripe', CONCAT(?, i), CONCAT('explained.', i % 30), CONCAT('evt_', i), '{}',
       IF(i % 300 = 0, 'parked', 'processed'), IF(i % 300 = 0, CONCAT('order:', i), NULL), '2098-01-01',
       '2024-01-01' + INTERVAL i HOUR FROM n`,
    [prefix],
  );
  await query(
    `INSERT INTO webhook_subjects (subject_type, subject_id, inbox_id) SELECT kinds.t, CONCAT(?, i.inbox_id), i.inbox_id
     FROM webhook_inbox i JOIN (VALUES ROW('Order'), ROW('Customer'), ROW('Product'), ROW('Address'), ROW('Coupon'), ROW('Payment')) kinds (t)
     WHERE i.event_key LIKE ?`,
    [prefix, `${prefix}%`],
  );
  await query('ANALYZE TABLE webhook_inbox, webhook_subjects');
}
