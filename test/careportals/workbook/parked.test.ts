import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { verifyAuditChains } from '../../../src/modules/careportals/subscriptions/verify-audit-chain.ts';
import type { LogLine } from '../../../src/modules/careportals/workbook/lines.ts';
import { cancellationsTable } from '../../../src/modules/careportals/workbook/tables/cancellations.table.ts';
import { customersTable } from '../../../src/modules/careportals/workbook/tables/customers.table.ts';
import { orderUpdatesTable } from '../../../src/modules/careportals/workbook/tables/order-updates.table.ts';
import { ordersTable } from '../../../src/modules/careportals/workbook/tables/orders.table.ts';
import { paymentsTable } from '../../../src/modules/careportals/workbook/tables/payments.table.ts';
import { refundsTable } from '../../../src/modules/careportals/workbook/tables/refunds.table.ts';
import { subscriptionLogTable } from '../../../src/modules/careportals/workbook/tables/subscription-log.table.ts';
import { plainQuery, type Query } from '../../../src/platform/database/query.ts';
import { createTestApp, type TestApp } from '../../kit/test-app.ts';
import { ownOrder } from '../intake/careportals/deliver.ts';
import { postCareportals, send } from '../operations/senders.ts';
import { dids, loadLines } from './load-lines.ts';
import { customerLine, orderLine, paymentLine, refundLine } from './sample-lines.ts';

let server: TestApp;
let query: Query;
beforeAll(async () => {
  server = await createTestApp();
  query = await plainQuery(server.database.orm);
});
afterAll(() => server?.stop());

const orm = () => server.database.orm;
const hex = (digits: number) => randomBytes(digits / 2).toString('hex');
const inboxOf = (waitingFor: string) =>
  query<{ status: string }>(
    `SELECT status, waiting_for FROM webhook_inbox WHERE source_system = 'workbook'
      AND (waiting_for = ? OR or_waiting_for = ?)`,
    [waitingFor, waitingFor],
  );
const openOnes = async () =>
  Number(
    (
      await query<{ counted: number }>(
        `SELECT COUNT(*) AS counted FROM webhook_inbox
          WHERE source_system = 'workbook' AND status NOT IN ('processed', 'ignored')`,
      )
    )[0]?.counted,
  );

/** Everything that can hang on an order, in the order of the sheets. */
function familyOf(orderId: string) {
  const chargeId = `ch_${hex(20)}`;
  const intent = `pi_${hex(20)}`;
  return {
    chargeId,
    intent,
    payment: paymentLine(chargeId, { order_id: orderId, payment_intent_id: intent }),
    refund: refundLine(`re_${hex(20)}`, { charge_id: chargeId, payment_intent_id: intent }),
    status: {
      order_id: orderId,
      updated_status: 'cancelled',
      status_updated_at: '2025-11-05 10:00:00.000',
      order_created_at: '2025-11-03 15:00:00.000',
    },
    cancellation: { order_id: orderId, cancelled_at: '2025-11-05 09:00:00.000' },
  };
}

async function loadFamily({ payment, refund, status, cancellation }: ReturnType<typeof familyOf>): Promise<string[]> {
  return [
    ...dids(await loadLines(orm(), paymentsTable, [payment])),
    ...dids(await loadLines(orm(), refundsTable, [refund])),
    ...dids(await loadLines(orm(), orderUpdatesTable, [status])),
    ...dids(await loadLines(orm(), cancellationsTable, [cancellation])),
  ];
}

async function standsOf(orderId: string) {
  const count = (sql: string) => query<{ at: string | null; mark: string | null }>(sql, [orderId]);
  return {
    payments: await count('SELECT created_at AS at, imported_at AS mark FROM payments WHERE order_id = ?'),
    refunds: await count(
      `SELECT r.created_at AS at, r.imported_at AS mark FROM refunds r
        JOIN payments p ON p.charge_id = r.charge_id WHERE p.order_id = ?`,
    ),
    history: await count(
      "SELECT status_updated_at AS at, source AS mark FROM order_status_updates WHERE order_id = ? AND source = 'import'",
    ),
    cancelled: await count('SELECT cancelled_at AS at, NULL AS mark FROM orders_cancelled WHERE order_id = ?'),
  };
}

const WHOLE = {
  payments: [{ at: '2025-11-03 15:01:00.000', mark: expect.any(String) }],
  refunds: [{ at: '2025-11-04 15:01:00.000' }],
  history: [{ at: '2025-11-05 10:00:00.000', mark: 'import' }],
  cancelled: [{ at: '2025-11-05 09:00:00.000' }],
};

describe('lines that came before what they hang on', () => {
  test('are applied by the worker when a webhook brings the order', async () => {
    const { id, body } = ownOrder('order.created');
    const family = familyOf(id);
    expect(await loadFamily(family)).toEqual(['parked', 'parked', 'parked', 'parked']);
    expect(await inboxOf(`order:${id}`)).toHaveLength(3);
    expect(await inboxOf(`payment:${family.chargeId}`)).toHaveLength(1);
    await send(server, postCareportals(server, 'order.created', body));
    expect(await standsOf(id)).toMatchObject(WHOLE);
    expect(await openOnes()).toBe(0);
    expect(await loadFamily(family)).toEqual(['unchanged', 'unchanged', 'unchanged', 'unchanged']);
  });

  test('are applied when a later import brings the order', async () => {
    const id = '77001';
    const family = familyOf(id);
    await loadFamily(family);
    expect(dids(await loadLines(orm(), customersTable, [customerLine('ann')]))).toEqual(['written']);
    expect(dids(await loadLines(orm(), ordersTable, [orderLine(id)]))).toEqual(['written']);
    await server.app.inbox.idle();
    expect(await standsOf(id)).toMatchObject(WHOLE);
    expect(await openOnes()).toBe(0);
  });

  test('an order without its customer is built when a webhook tells of the customer, with the address of its line', async () => {
    const { id, body } = ownOrder('order.created');
    const customer = String(body['customer._id']);
    const addressId = hex(32);
    await query('INSERT INTO addresses (address_id, city) VALUES (?, ?)', [addressId, 'Miami']);
    const told = orderLine(`88${id}`, { customer_id: customer, shipping_address_id: addressId, product_id: hex(24) });
    const family = familyOf(told.order_id);
    expect(dids(await loadLines(orm(), ordersTable, [told]))).toEqual(['parked']);
    await loadFamily(family);
    await send(server, postCareportals(server, 'order.created', body));
    const [order] = await query('SELECT * FROM orders WHERE order_id = ?', [told.order_id]);
    expect(order).toMatchObject({
      customer_id: customer,
      shipping_address_id: addressId,
      product_id: told.product_id,
      total_amount: told.total_amount,
      base_amount: told.base_amount,
      created_at: told.created_at,
      is_stub: 0,
      imported_at: expect.any(String),
    });
    expect(await standsOf(told.order_id)).toMatchObject(WHOLE);
    expect(await openOnes()).toBe(0);
  });

  test('an order that a webhook built meanwhile keeps what the webhook told, and gets what it did not', async () => {
    const { id, body } = ownOrder('order.created', { 'lineItems.0.productId': '', coupon: '', totalAmount: '12' });
    const told = orderLine(id, {
      customer_id: hex(24),
      care_portals_internal_order_id: String(body._id),
      product_id: hex(24),
    });
    expect(dids(await loadLines(orm(), ordersTable, [told]))).toEqual(['parked']);
    await send(server, postCareportals(server, 'order.created', body));
    const [order] = await query('SELECT * FROM orders WHERE order_id = ?', [id]);
    expect(order).toMatchObject({ total_amount: 1_200, product_id: told.product_id, imported_at: null });
    expect(await openOnes()).toBe(0);
  });

  test('a refund that names only its intent waits for that', async () => {
    const { id, body } = ownOrder('order.created');
    const family = familyOf(id);
    await loadLines(orm(), refundsTable, [{ ...family.refund, charge_id: '' }]);
    expect(await inboxOf(`intent:${family.intent}`)).toHaveLength(1);
    await send(server, postCareportals(server, 'order.created', body));
    await loadLines(orm(), paymentsTable, [family.payment]);
    await server.app.inbox.idle();
    expect((await standsOf(id)).refunds).toHaveLength(1);
    expect(await openOnes()).toBe(0);
  });

  test('a second charge of an intent that has succeeded is ignored, and says so', async () => {
    const { id, body } = ownOrder('order.created');
    const family = familyOf(id);
    const rival = { ...family.payment, charge_id: `ch_${hex(20)}` };
    await loadLines(orm(), paymentsTable, [family.payment]);
    await loadLines(orm(), paymentsTable, [rival]);
    await send(server, postCareportals(server, 'order.created', body));
    // Tried at once, one of them meets the other's key and is tried again a second later.
    await expect.poll(openOnes, { timeout: 10_000 }).toBe(0);
    expect((await standsOf(id)).payments).toHaveLength(1);
    const notes = await query<{ note: string }>(
      "SELECT note FROM webhook_inbox WHERE status = 'ignored' AND note LIKE '%charge%'",
    );
    expect(notes).toEqual([{ note: 'Sheet sheet, row 2: Another charge of its intent has succeeded' }]);
  });

  test('lines of the log make a subscription that stands in no sheet, whatever order they are applied in', async () => {
    const id = hex(24);
    const line: LogLine = {
      subscription_id: id,
      emr_customer_id: hex(24),
      product_id: hex(24),
      cycle: 2,
      status: 'active',
      trigger_type: 'active',
      received_at: '2025-09-01 12:00:00.000',
      created_at: '2025-08-01 12:00:00.000',
      updated_at: '2025-09-01 11:59:00.000',
      raw_data: { _id: id },
    };
    const later = {
      ...line,
      status: 'paused',
      trigger_type: 'paused',
      received_at: '2025-09-05 12:00:00.000',
      updated_at: null,
    };
    expect(dids(await loadLines(orm(), subscriptionLogTable, [later, line]))).toEqual(['parked', 'parked']);
    await server.app.inbox.idle();
    const [spine] = await query('SELECT state, emr_customer_id FROM subscriptions WHERE subscription_id = ?', [id]);
    expect(spine).toEqual({ state: 'paused', emr_customer_id: line.emr_customer_id });
    const entries = await query(
      `SELECT source, actor, webhook_received_at AS at FROM subscriptions_audit_log WHERE subscription_id = ?
        ORDER BY webhook_received_at`,
      [id],
    );
    expect(entries).toEqual([
      { source: 'import', actor: 'careportals', at: line.received_at },
      { source: 'import', actor: 'careportals', at: later.received_at },
    ]);
    expect((await verifyAuditChains(query)).broken).toEqual([]);
    expect(dids(await loadLines(orm(), subscriptionLogTable, [later, line]))).toEqual(['unchanged', 'unchanged']);
  });
});

test('support sees what waits, for what and since when, and no value that is somebody’s', async () => {
  const stranger = orderLine('99001', { customer_id: hex(24) });
  const payment = paymentLine(`ch_${hex(20)}`, {
    order_id: '99002',
    description: 'for Marisol Quennell',
    card_last4: '4711',
  });
  await loadLines(orm(), ordersTable, [stranger]);
  await loadLines(orm(), paymentsTable, [payment]);
  const { data } = await server.ask<{ list: { nodes: { payload: unknown; note: string }[] } }>(
    await server.token({ role: 'support' }),
    `{ list: webhookDeliveries(first: 10, filter: { sourceSystem: "workbook", status: [PARKED] },
        sort: { field: RECEIVED_AT, direction: ASC }) {
      nodes { sourceSystem eventType status waitingFor waitingSince note payload } } }`,
  );
  expect(data?.list.nodes).toMatchObject([
    {
      sourceSystem: 'workbook',
      eventType: 'order.created',
      waitingFor: `order:99001 or customer:${stranger.customer_id}`,
      note: 'Sheet sheet, row 2',
    },
    { eventType: 'payment_succesful', waitingFor: 'order:99002', waitingSince: expect.any(String) },
  ]);
  const shown = JSON.stringify(data?.list.nodes.map(({ payload }) => payload));
  expect(shown).not.toContain('Marisol');
  expect(shown).not.toContain('4711');
});

test('nobody can bring lines of the workbook from outside', async () => {
  for (const path of ['/', '/webhooks/workbook', '/webhooks/careportals/workbook', '/workbook']) {
    const answer = await fetch(`${server.url}${path}`, { method: 'POST', body: '{}' });
    expect(answer.status).toBeGreaterThanOrEqual(400);
  }
  const { data } = await server.ask<{ done: { userErrors: { message: string }[] } }>(
    await server.token({ role: 'admin' }),
    `mutation { done: ingestWebhook(input: { source: "workbook", payload: "{}" }) { userErrors { message } } }`,
  );
  expect(data?.done.userErrors).toEqual([
    { message: 'Lines of the workbook are brought by an import, not by webhooks.' },
  ]);
  const [{ counted } = { counted: -1 }] = await query<{ counted: number }>(
    "SELECT COUNT(*) AS counted FROM webhook_inbox WHERE source_system = 'workbook' AND payload = '{}'",
  );
  expect(Number(counted)).toBe(0);
});
