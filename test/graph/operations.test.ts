import { readFile } from 'node:fs/promises';
import { generate, loadContext } from '@graphql-codegen/cli';
import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { print } from 'graphql';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  AcrossTheGraphDocument,
  OrderStatusChangedDocument,
  type OrderStatusChangedSubscription,
  PauseSubscriptionDocument,
} from '../generated/operations.ts';
import { asAdmin, customerIdOf, makePeople, orderNumber, subscriptionIdOf } from '../kit/people.ts';
import { createTestApp, type GraphAnswer, type TestApp } from '../kit/test-app.ts';
import { follow } from '../kit/transports.ts';

// The types here are made by npm run codegen: this file compiles only as long as they fit what the tests do with them.

let server: TestApp;
let support: string;

beforeAll(async () => {
  server = await createTestApp();
  await makePeople(await asAdmin(server.database), 2);
  support = await server.token({ role: 'support' });
});

afterAll(() => server?.stop());

function ask<Data, Variables extends object>(
  operation: TypedDocumentNode<Data, Variables>,
  variables: Variables,
): Promise<GraphAnswer<Data>> {
  return server.ask<Data>(support, print(operation), variables);
}

test('the generated operations are what npm run codegen makes of the schema and the documents', async () => {
  const context = await loadContext('codegen.yml');
  context.updateConfig({ silent: true });
  const files = (await generate(context, false)) as { filename: string; content: string }[];
  expect(files.map(({ filename }) => filename)).toEqual([
    expect.stringMatching(/test\/generated\/operations\.ts$/),
    expect.stringMatching(/test\/generated\/trusted-documents\.json$/),
  ]);
  for (const { filename, content } of files) expect(await readFile(filename, 'utf8')).toBe(content);
});

test('one query reads across the graph, typed from end to end', async () => {
  const { data, errors } = await ask(AcrossTheGraphDocument, { customerId: customerIdOf(1) });
  expect(errors).toBeUndefined();
  expect(data?.customer?.orders.totalCount).toBe(3);
  const [first, second] = data?.customer?.orders.nodes ?? [];
  expect([first?.orderId, first?.status, first?.totalAmount, first?.currency]).toEqual([
    orderNumber(1),
    'SHIPPED',
    10_000,
    'USD',
  ]);
  expect(first?.createdAt).toBe('2026-03-01T10:02:00.000Z');
  expect(first?.payments.nodes.map((payment) => [payment.chargeId, payment.refunds.totalCount])).toEqual([
    ['ch_p0001_1', 2],
  ]);
  expect(second?.statusHistory.nodes.map((entry) => entry.status)).toEqual(['CANCELLED']);
  expect(data?.customer?.orders.pageInfo.hasNextPage).toBe(true);
  expect(data?.customer?.subscriptions.nodes.map((subscription) => subscription.subscriptionId)).toEqual([
    subscriptionIdOf(1),
  ]);
  expect(data?.customer?.subscriptions.nodes[0]?.auditLog.nodes).toEqual([{ triggerType: 'pause', rawData: null }]);
});

test('one mutation changes, and then refuses in words', async () => {
  const input = { subscriptionId: subscriptionIdOf(1), reason: 'travelling', expectedVersion: 1 };
  const paused = (await ask(PauseSubscriptionDocument, { input })).data?.pauseSubscription;
  expect(paused).toEqual({
    subscription: { status: 'PAUSED', version: 2 },
    auditEntry: { triggerType: 'pause', previousStatus: 'active' },
    userErrors: [],
  });
  const again = (await ask(PauseSubscriptionDocument, { input })).data?.pauseSubscription;
  expect(again?.userErrors.map((error) => [error.code, error.path])).toEqual([
    ['STALE_VERSION', ['input', 'expectedVersion']],
  ]);
});

test('one live operation tells what another program wrote', async () => {
  const client = server.socket(support);
  type Event = OrderStatusChangedSubscription['orderStatusChanged'];
  const live = follow<Event>(client, 'orderStatusChanged', print(OrderStatusChangedDocument), {
    filter: { orderIds: [orderNumber(2, 3)], statuses: ['DELIVERED'] },
  });
  await live.taken();
  const query = await asAdmin(server.database);
  for (const status of ['processing', 'delivered']) {
    await query(
      `INSERT INTO order_status_updates (order_id, updated_status, order_created_at, status_updated_at)
       VALUES (?, ?, '2026-03-01', ?)`,
      [orderNumber(2, 3), status, status === 'processing' ? '2026-03-02 00:00:00.000' : '2026-03-03 00:00:00.000'],
    );
  }
  const [event] = await live.atLeast(1);
  expect(event).toEqual({
    cursor: expect.any(String),
    kind: 'CHANGE',
    status: 'DELIVERED',
    previousStatus: 'PROCESSING',
    rawStatus: 'delivered',
    order: { orderId: orderNumber(2, 3) },
  });
  await client.dispose();
});
