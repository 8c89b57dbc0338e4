import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { plainQuery, type Query } from '../../../src/platform/database/query.ts';
import { createTestApp, type TestApp } from '../../kit/test-app.ts';
import { ADD_STATUS, makeOrder } from '../schema/make-rows.ts';
import { openSession, type Session } from '../schema/session.ts';

const NOW = new Date('2026-03-10T12:00:00.123Z');
const AT = '2026-03-10 12:00:00.123';

let server: TestApp;
let other: Session;
let query: Query;
let support: string;
let now = NOW;
beforeAll(async () => {
  server = await createTestApp({ clock: { now: () => now } });
  other = await openSession(server.database.adminUrl);
  query = await plainQuery(server.database.orm);
  support = await server.token({ role: 'support', subject: 'agent-7' });
});
afterAll(async () => {
  await other?.close();
  await server?.stop();
});

let made = 0;

/** An order of its own, with this history: `[status, time]`. */
async function newOrder(...history: [string, string][]): Promise<string> {
  const id = ++made;
  await makeOrder(other, id);
  for (const [status, time] of history) await other.rows(ADD_STATUS, [id, status, time]);
  return String(id);
}

interface Update {
  order: { orderId: string; status: string | null; rawStatus: string | null } | null;
  statusUpdate: { updateId: string; rawStatus: string; source: string; actor: string; note: string | null } | null;
  userErrors: { code: string; path: string[] }[];
}

function ask(token: string | null, input: object) {
  return server.ask<{ u: Update }>(
    token,
    `mutation ($input: UpdateOrderStatusInput!) { u: updateOrderStatus(input: $input) {
      order { orderId status rawStatus } statusUpdate { updateId rawStatus source actor note }
      userErrors { code path } } }`,
    { input },
  );
}

async function update(input: object, token = support): Promise<Update> {
  const { data, errors } = await ask(token, input);
  if (data === null) throw new Error(JSON.stringify(errors));
  return data.u;
}

function history(orderId: string) {
  return query('SELECT * FROM order_status_updates WHERE order_id = ? ORDER BY update_id', [orderId]);
}

test('a status set by hand joins the history with our clock, who set it and the note, and is the current one', async () => {
  const orderId = await newOrder(['awaiting_script', '2026-03-09 08:00:00.000']);
  const answer = await update({ orderId, status: 'Awaiting Shipment', note: 'Called the pharmacy' });
  expect(answer).toEqual({
    order: { orderId, status: 'AWAITING_SHIPMENT', rawStatus: 'awaiting_shipment' },
    statusUpdate: {
      updateId: expect.stringMatching(/^\d+$/),
      rawStatus: 'awaiting_shipment',
      source: 'manual',
      actor: 'agent-7',
      note: 'Called the pharmacy',
    },
    userErrors: [],
  });
  expect((await history(orderId))[1]).toMatchObject({
    update_id: answer.statusUpdate?.updateId,
    previous_status: 'awaiting_script',
    changed_current: 1,
    status_updated_at: AT,
    webhook_received_at: AT,
    order_created_at: '2026-03-01 12:00:00.000',
  });
});

test.each([
  [' Shipped ', 'shipped', 'SHIPPED'],
  ['canceled', 'cancelled', 'CANCELLED'],
  ['AWAITING-PAYMENT', 'awaiting_payment', 'AWAITING_PAYMENT'],
  ['lost in the  mail', 'lost_in_the_mail', 'OTHER'],
  ['отправлено', 'отправлено', 'OTHER'],
  ['x'.repeat(50), 'x'.repeat(50), 'OTHER'],
])('the text %j is kept as %j and shown as %s', async (status, rawStatus, shown) => {
  const orderId = await newOrder();
  expect((await update({ orderId, status })).order).toEqual({ orderId, status: shown, rawStatus });
});

test('a cancellation by hand is noted as one', async () => {
  const orderId = await newOrder();
  await update({ orderId, status: 'Canceled' });
  expect(await query('SELECT cancelled_at FROM orders_cancelled WHERE order_id = ?', [orderId])).toEqual([
    { cancelled_at: AT },
  ]);
});

test('an order may be moved anywhere, back as well', async () => {
  const orderId = await newOrder(['delivered', '2026-03-09 08:00:00.000']);
  expect((await update({ orderId, status: 'pending' })).order?.status).toBe('PENDING');
});

test('where something later is known already it joins the history and changes nothing', async () => {
  const orderId = await newOrder(['delivered', '2026-03-10 12:05:00.000']);
  const answer = await update({ orderId, status: 'shipped' });
  expect(answer.order?.status).toBe('DELIVERED');
  expect(answer.statusUpdate?.rawStatus).toBe('shipped');
  expect((await history(orderId))[1]).toMatchObject({ changed_current: 0, previous_status: null });
});

test('the same status at the same moment is one entry', async () => {
  const orderId = await newOrder();
  const answers = await Promise.all(Array.from({ length: 8 }, () => update({ orderId, status: 'shipped' })));
  expect(answers.filter((answer) => answer.statusUpdate !== null)).toHaveLength(1);
  for (const answer of answers) expect(answer).toMatchObject({ order: { status: 'SHIPPED' }, userErrors: [] });
  expect(await history(orderId)).toHaveLength(1);
  now = new Date(NOW.getTime() + 1);
  await update({ orderId, status: 'shipped' });
  now = NOW;
  expect(await history(orderId)).toHaveLength(2);
});

test('forty at once on two orders all join the history, each telling what was before it', async () => {
  const orders = [await newOrder(), await newOrder()];
  const answers = await Promise.all(
    Array.from({ length: 40 }, (_, i) => update({ orderId: orders[i % 2], status: `step_${i}` })),
  );
  expect(answers.flatMap((answer) => answer.userErrors)).toEqual([]);
  for (const orderId of orders) {
    const rows = (await history(orderId)) as {
      updated_status: string;
      previous_status: string;
      changed_current: number;
    }[];
    expect(rows).toHaveLength(20);
    let current: string | null = null;
    for (const row of rows) {
      if (row.changed_current === 0) continue;
      expect(row.previous_status).toBe(current);
      current = row.updated_status;
    }
    const [order] = await query<{ current_status: string }>('SELECT current_status FROM orders WHERE order_id = ?', [
      orderId,
    ]);
    expect(order?.current_status).toBe(current);
  }
});

describe('a refusal writes nothing:', () => {
  test.each(['', '   ', 'x'.repeat(51), `${'x'.repeat(51)} `])('the status %j', async (status) => {
    const orderId = await newOrder();
    expect(await update({ orderId, status })).toMatchObject({
      statusUpdate: null,
      userErrors: [{ code: 'VALIDATION', path: ['input', 'status'] }],
    });
    expect(await history(orderId)).toEqual([]);
  });

  test('a note of more than 2,000 characters', async () => {
    const orderId = await newOrder();
    expect(await update({ orderId, status: 'shipped', note: 'n'.repeat(2_001) })).toMatchObject({
      userErrors: [{ code: 'VALIDATION', path: ['input', 'note'] }],
    });
    expect(await history(orderId)).toEqual([]);
    const longest = { orderId, status: 'shipped', note: '語'.repeat(2_000) };
    expect((await update(longest)).statusUpdate?.note).toBe(longest.note);
  });

  test.each(['999999', '0', '-1', '', 'abc', '1.0', ' 1', '01', '9223372036854775808', "1' OR '1'='1", 'ünï'])(
    'the order %j, which there is not',
    async (orderId) => {
      const before = await query('SELECT COUNT(*) AS n FROM order_status_updates');
      expect(await update({ orderId, status: 'shipped' })).toEqual({
        order: null,
        statusUpdate: null,
        userErrors: [{ code: 'NOT_FOUND', path: ['input', 'orderId'] }],
      });
      expect(await query('SELECT COUNT(*) AS n FROM order_status_updates')).toEqual(before);
    },
  );

  test.each([
    [{ role: 'customer', customerId: 'c1' }, 'FORBIDDEN'],
    [{ role: 'analyst' }, 'FORBIDDEN'],
    [{ role: 'service', scopes: ['feed', 'ingest'] }, 'FORBIDDEN'],
  ] as const)('%j may not', async (who, code) => {
    const orderId = await newOrder();
    const { errors } = await ask(await server.token(who), { orderId, status: 'shipped' });
    expect(errors?.map((error) => error.extensions.code)).toEqual([code]);
    expect(await history(orderId)).toEqual([]);
  });
});

test('an order that somebody else holds locked answers RETRY_LATER, and nothing was written', async () => {
  const orderId = await newOrder();
  await other.run('START TRANSACTION', `SELECT * FROM orders WHERE order_id = ${orderId} FOR UPDATE`);
  const { errors } = await ask(support, { orderId, status: 'shipped' });
  await other.run('ROLLBACK');
  expect(errors?.map((error) => error.extensions)).toEqual([{ code: 'RETRY_LATER', retryAfterMs: 1_000 }]);
  expect(await history(orderId)).toEqual([]);
  expect((await update({ orderId, status: 'shipped' })).order?.status).toBe('SHIPPED');
});
