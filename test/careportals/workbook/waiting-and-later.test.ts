import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { customersTable } from '../../../src/modules/careportals/workbook/tables/customers.table.ts';
import { ordersTable } from '../../../src/modules/careportals/workbook/tables/orders.table.ts';
import { paymentsTable } from '../../../src/modules/careportals/workbook/tables/payments.table.ts';
import { refundsTable } from '../../../src/modules/careportals/workbook/tables/refunds.table.ts';
import { plainQuery, type Query } from '../../../src/platform/database/query.ts';
import { createTestApp, type TestApp } from '../../kit/test-app.ts';
import { dids, loadLines, newContext, STARTED_AT } from './load-lines.ts';
import { customerLine, id24, orderLine, paymentLine, refundLine } from './sample-lines.ts';

let server: TestApp;
let query: Query;
beforeAll(async () => {
  server = await createTestApp();
  query = await plainQuery(server.database.orm);
  await loadLines(orm(), customersTable, [customerLine('ann')]);
});
afterAll(() => server?.stop());

const orm = () => server.database.orm;
const hex = (digits: number) => randomBytes(digits / 2).toString('hex');
const sync = () => newContext('sync');
const rowOf = async (sql: string, key: string) => (await query<Record<string, unknown>>(sql, [key]))[0];
const paymentOf = (charge: string) =>
  rowOf('SELECT amount, status, card_brand, imported_at FROM payments WHERE charge_id = ?', charge);
const notesOf = (sheet: string) =>
  query("SELECT DISTINCT status, note FROM webhook_inbox WHERE event_type = ? AND note LIKE '%later import'", [sheet]);

async function linksOf(charge: string): Promise<string[]> {
  const rows = await query<{ id: string }>(
    `SELECT l.order_id AS id FROM payment_orders l JOIN payments p ON p.payment_id = l.payment_id
      WHERE p.charge_id = ? ORDER BY l.order_id`,
    [charge],
  );
  return rows.map(({ id }) => String(id));
}

test('a payment that waited does not replace what a later sync wrote, and sync may go on correcting it', async () => {
  const line = paymentLine(`ch_${hex(20)}`, { order_id: '91001', amount: 50_000 });
  expect(dids(await loadLines(orm(), paymentsTable, [line]))).toEqual(['parked']);
  await loadLines(orm(), ordersTable, [orderLine('91001')], sync());
  const corrected = { ...line, amount: 34_900 };
  const [did] = dids(await loadLines(orm(), paymentsTable, [corrected], sync()));
  await server.app.inbox.idle();
  // The worker may have been faster than the sync, which then corrects it.
  expect(did).toMatch(/^(written|updated)$/);
  expect(await paymentOf(line.charge_id)).toMatchObject({ amount: 34_900, imported_at: STARTED_AT });
  const again = { ...line, amount: 20_000 };
  expect(dids(await loadLines(orm(), paymentsTable, [again], sync()))).toEqual(['updated']);
});

test('an order that waited does not replace what a later sync wrote, and sync may go on correcting it', async () => {
  const line = orderLine('91002', { customer_id: id24('olga'), total_amount: 50_000, base_amount: 50_000 });
  expect(dids(await loadLines(orm(), ordersTable, [line]))).toEqual(['parked']);
  const corrected = { ...line, total_amount: 40_000, base_amount: 40_000 };
  const known = sync();
  known.known.learn([['customer', line.customer_id, line.customer_id]]);
  await query('INSERT INTO customers (customer_id, email) VALUES (?, ?)', [line.customer_id, 'olga@example.com']);
  expect(dids(await loadLines(orm(), ordersTable, [corrected], known))).toEqual(['written']);
  await server.app.inbox.idle();
  const order = await rowOf('SELECT total_amount, imported_at FROM orders WHERE order_id = ?', '91002');
  expect(order).toEqual({ total_amount: 40_000, imported_at: STARTED_AT });
  expect(await notesOf('order.created')).toEqual([
    { status: 'ignored', note: 'Sheet sheet, row 2: Written by a later import' },
  ]);
});

test('a refund that waited does not replace what a later sync wrote', async () => {
  const charge = `ch_${hex(20)}`;
  const line = refundLine(`re_${hex(20)}`, { charge_id: charge, amount: 1_000 });
  expect(dids(await loadLines(orm(), refundsTable, [line]))).toEqual(['parked']);
  await query(
    `INSERT INTO payments (charge_id, order_id, amount, currency, status, created_at)
      VALUES (?, 91002, 34900, 'USD', 'succeeded', '2025-11-03 15:00:00')`,
    [charge],
  );
  expect(dids(await loadLines(orm(), refundsTable, [{ ...line, amount: 900 }], sync()))).toEqual(['written']);
  await query("UPDATE webhook_inbox SET status = 'pending', next_attempt_at = received_at WHERE waiting_for = ?", [
    `payment:${charge}`,
  ]);
  await server.app.inbox.idle();
  const refund = await rowOf(
    'SELECT amount, imported_at FROM refunds WHERE stripe_refund_id = ?',
    line.stripe_refund_id,
  );
  expect(refund).toEqual({ amount: 900, imported_at: STARTED_AT });
});

test('what waited is written as it is written at once: with its own status, and as the import’s', async () => {
  const line = paymentLine(`ch_${hex(20)}`, { order_id: '91004', status: 'pending' });
  const refund = refundLine(`re_${hex(20)}`, { charge_id: line.charge_id });
  await loadLines(orm(), paymentsTable, [line]);
  await loadLines(orm(), refundsTable, [refund]);
  await loadLines(orm(), ordersTable, [orderLine('91004')]);
  await server.app.inbox.idle();
  expect(await paymentOf(line.charge_id)).toMatchObject({ status: 'pending', imported_at: expect.any(String) });
  const corrected = { ...refund, amount: refund.amount - 100 };
  expect(dids(await loadLines(orm(), refundsTable, [corrected], sync()))).toEqual(['updated']);
});

test('sync that moves a payment to another order moves its link', async () => {
  await loadLines(orm(), ordersTable, [orderLine('91005'), orderLine('91006'), orderLine('91007')]);
  const line = paymentLine(`ch_${hex(20)}`, { order_id: '91005' });
  await loadLines(orm(), paymentsTable, [line]);
  const moved = { ...line, order_id: '91006' };
  expect(dids(await loadLines(orm(), paymentsTable, [moved], sync()))).toEqual(['updated']);
  expect(await linksOf(line.charge_id)).toEqual(['91006']);
  const both = { ...line, order_id: '91005', linked_order_ids: ['91006', '91007'], description: 'Orders #91005…' };
  expect(dids(await loadLines(orm(), paymentsTable, [both], sync()))).toEqual(['updated']);
  expect(await linksOf(line.charge_id)).toEqual(['91005', '91006', '91007']);
});

test('a payment is linked to a further order of its description as soon as that is told', async () => {
  await loadLines(orm(), ordersTable, [orderLine('91008')]);
  const description = 'Orders #91008, #91009, #91010';
  const line = paymentLine(`ch_${hex(20)}`, {
    order_id: '91008',
    linked_order_ids: ['91009', '91010'],
    description,
  });
  expect(dids(await loadLines(orm(), paymentsTable, [line]))).toEqual(['written']);
  expect(await linksOf(line.charge_id)).toEqual(['91008']);
  expect(dids(await loadLines(orm(), paymentsTable, [line]))).toEqual(['unchanged']);
  const [{ waiting } = { waiting: 0 }] = await query<{ waiting: number }>(
    "SELECT COUNT(*) AS waiting FROM webhook_inbox WHERE waiting_for IN ('order:91009', 'order:91010')",
  );
  expect(Number(waiting)).toBe(2);
  await loadLines(orm(), ordersTable, [orderLine('91009')]);
  await server.app.inbox.idle();
  expect(await linksOf(line.charge_id)).toEqual(['91008', '91009']);
  const other = { ...line, linked_order_ids: ['91009'], description: 'Orders #91008, #91009' };
  await loadLines(orm(), paymentsTable, [other], sync());
  await loadLines(orm(), ordersTable, [orderLine('91010')]);
  await server.app.inbox.idle();
  expect(await linksOf(line.charge_id)).toEqual(['91008', '91009']);
});
