import { afterAll, beforeAll, expect, test } from 'vitest';
import type { PaymentLine, RefundLine } from '../../../../src/modules/careportals/workbook/lines.ts';
import { customersTable } from '../../../../src/modules/careportals/workbook/tables/customers.table.ts';
import { ordersTable } from '../../../../src/modules/careportals/workbook/tables/orders.table.ts';
import { paymentsTable } from '../../../../src/modules/careportals/workbook/tables/payments.table.ts';
import { refundsTable } from '../../../../src/modules/careportals/workbook/tables/refunds.table.ts';
import { plainQuery } from '../../../../src/platform/database/query.ts';
import { createTestDatabase, type TestDatabase } from '../../../kit/test-database.ts';
import { dids, loadLines, newContext, rulesOf, STARTED_AT, settleLines } from '../load-lines.ts';
import { customerLine, orderLine, paymentLine, refundLine } from '../sample-lines.ts';

let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
  await loadLines(database.orm, customersTable, [customerLine('ann')]);
  await loadLines(database.orm, ordersTable, [orderLine('101'), orderLine('102')]);
  await loadLines(database.orm, paymentsTable, [paymentLine('ch_paid', { payment_intent_id: 'pi_paid' })]);
});
afterAll(() => database.drop());

function run(sql: string, params: unknown[] = []): Promise<Record<string, unknown>[]> {
  return database.orm.em.getConnection().execute(sql, params) as unknown as Promise<Record<string, unknown>[]>;
}

const pay = (lines: PaymentLine[], mode: 'import' | 'sync' = 'import') =>
  loadLines(database.orm, paymentsTable, lines, newContext(mode));
const refund = (lines: RefundLine[], mode: 'import' | 'sync' = 'import') =>
  loadLines(database.orm, refundsTable, lines, newContext(mode));

async function paymentOf(charge: string) {
  const [row] = await run('SELECT * FROM payments WHERE charge_id = ?', [charge]);
  return row;
}

async function ordersOf(charge: string): Promise<unknown[]> {
  const rows = await run(
    `SELECT l.order_id FROM payment_orders l JOIN payments p ON p.payment_id = l.payment_id
      WHERE p.charge_id = ? ORDER BY l.order_id`,
    [charge],
  );
  return rows.map((row) => row.order_id);
}

test('a payment is written, linked to its order, and marked as the workbook’s', async () => {
  expect(await paymentOf('ch_paid')).toMatchObject({ card_last4: '0042', amount: 34_900, imported_at: STARTED_AT });
  expect(await ordersOf('ch_paid')).toEqual(['101']);
  expect(dids(await pay([paymentLine('ch_paid', { payment_intent_id: 'pi_paid' })]))).toEqual(['unchanged']);
});

test('a payment for several orders is linked to those that are known, and later to the others', async () => {
  const line = paymentLine('ch_cart', {
    linked_order_ids: ['102', '103'],
    description: 'Orders #101, #102, #103',
  });
  const written = await pay([line]);
  expect([dids(written), rulesOf(written)]).toEqual([['written'], ['payment-link-waits description']]);
  expect(await ordersOf('ch_cart')).toEqual(['101', '102']);
  await loadLines(database.orm, ordersTable, [orderLine('103')]);
  expect(dids(await pay([line]))).toEqual(['filled']);
  expect(await ordersOf('ch_cart')).toEqual(['101', '102', '103']);
  expect(dids(await pay([line]))).toEqual(['unchanged']);
});

test('a payment of an unknown order waits for it', async () => {
  const settled = await pay([paymentLine('ch_early', { order_id: '999' })]);
  expect([dids(settled), rulesOf(settled)]).toEqual([['parked'], ['payment-without-order order_number']]);
  expect(await paymentOf('ch_early')).toBeUndefined();
  expect(
    await run("SELECT waiting_for FROM webhook_inbox WHERE event_type = 'payment_succesful' AND status = 'parked'"),
  ).toEqual([{ waiting_for: 'order:999' }]);
  expect(dids(await pay([paymentLine('ch_early', { order_id: '999' })]))).toEqual(['waiting']);
});

test('an intent is paid once, by the database and by the rows of the file', async () => {
  const twice = { payment_intent_id: 'pi_twice' };
  const lines = [
    paymentLine('ch_t1', twice),
    paymentLine('ch_t2', twice),
    paymentLine('ch_t3', { ...twice, status: 'failed' }),
  ];
  const dry = newContext();
  const dryRun = [
    ...(await settleLines(database.orm, paymentsTable, lines.slice(0, 1), dry)),
    ...(await settleLines(database.orm, paymentsTable, lines.slice(1), dry)),
  ];
  expect(dids(dryRun)).toEqual(['written', 'rejected', 'written']);
  const settled = await pay(lines);
  expect(dids(settled)).toEqual(['written', 'rejected', 'written']);
  expect(rulesOf(settled)).toEqual(['intent-paid-twice payment_intent_id']);
  expect(dids(await pay(lines))).toEqual(['unchanged', 'rejected', 'unchanged']);
});

test('sync gives an intent to one payment alone, and notes the other, which keeps its own', async () => {
  const own = (charge: string) => paymentLine(charge, { payment_intent_id: `pi_of_${charge}` });
  await pay([own('ch_s1'), own('ch_s2'), { ...own('ch_s3'), status: 'failed' }, { ...own('ch_s4'), status: 'failed' }]);
  const shared = (charge: string) => paymentLine(charge, { payment_intent_id: 'pi_shared' });
  const settled = await pay([shared('ch_s1'), { ...shared('ch_s2'), card_brand: 'amex' }], 'sync');
  expect([dids(settled), rulesOf(settled)]).toEqual([['updated', 'updated'], ['intent-kept payment_intent_id']]);
  expect(await paymentOf('ch_s1')).toMatchObject({ payment_intent_id: 'pi_shared' });
  expect(await paymentOf('ch_s2')).toMatchObject({ payment_intent_id: 'pi_of_ch_s2', card_brand: 'amex' });

  // Two that failed with one intent have both succeeded.
  const failed = [own('ch_s3'), own('ch_s4')].map((line) => ({
    ...line,
    payment_intent_id: 'pi_both',
    status: 'failed',
  }));
  expect(dids(await pay(failed, 'sync'))).toEqual(['updated', 'updated']);
  const succeeded = failed.map((line) => ({ ...line, status: 'succeeded' }));
  expect(dids(await pay(succeeded, 'sync'))).toEqual(['updated', 'kept']);
  const again = await pay(succeeded, 'sync');
  expect([dids(again), rulesOf(again)]).toEqual([['unchanged', 'kept'], ['intent-kept payment_intent_id']]);
});

test('blanks that others left are filled with an intent once', async () => {
  await pay([paymentLine('ch_f1', { payment_intent_id: null }), paymentLine('ch_f2', { payment_intent_id: null })]);
  await run("UPDATE payments SET imported_at = NULL WHERE charge_id IN ('ch_f1', 'ch_f2')");
  const lines = ['ch_f1', 'ch_f2'].map((charge) => paymentLine(charge, { payment_intent_id: 'pi_filled' }));
  const settled = await pay(lines);
  expect([dids(settled), rulesOf(settled)]).toEqual([['filled', 'kept'], ['intent-kept payment_intent_id']]);
});

test('an intent that an import leaves as it is stays free for another payment of the file', async () => {
  await pay([paymentLine('ch_k1', { payment_intent_id: 'pi_k1' })]);
  const context = newContext();
  const kept = [paymentLine('ch_k1', { payment_intent_id: 'pi_k2' })];
  expect(dids(await loadLines(database.orm, paymentsTable, kept, context))).toEqual(['kept']);
  const other = [paymentLine('ch_k2', { payment_intent_id: 'pi_k2' })];
  expect(dids(await loadLines(database.orm, paymentsTable, other, context))).toEqual(['written']);
});

test('sync takes away links that the workbook made and does not name any longer, and no others', async () => {
  const cart = { linked_order_ids: ['102'], description: 'Orders #101, #102' };
  await pay([paymentLine('ch_l1', cart), paymentLine('ch_l2', cart)]);
  await run("UPDATE payments SET imported_at = NULL WHERE charge_id = 'ch_l2'");
  const lines = ['ch_l1', 'ch_l2'].map((charge) => paymentLine(charge));
  expect(dids(await pay(lines))).toEqual(['kept', 'kept']);
  expect(await ordersOf('ch_l1')).toEqual(['101', '102']);
  expect(dids(await pay(lines, 'sync'))).toEqual(['updated', 'kept']);
  expect([await ordersOf('ch_l1'), await ordersOf('ch_l2')]).toEqual([['101'], ['101', '102']]);
  expect(dids(await pay(lines, 'sync'))).toEqual(['unchanged', 'kept']);
});

test('a link that is too many is a difference by itself, and sync mends it', async () => {
  await pay([paymentLine('ch_l3')]);
  await run("INSERT INTO payment_orders SELECT payment_id, 102 FROM payments WHERE charge_id = 'ch_l3'");
  const kept = await pay([paymentLine('ch_l3')]);
  expect(kept.map(({ did, differs }) => [did, differs])).toEqual([['kept', ['linked_order_ids']]]);
  expect(dids(await pay([paymentLine('ch_l3')], 'sync'))).toEqual(['updated']);
  expect(await ordersOf('ch_l3')).toEqual(['101']);
});

test('a payment that is not what its order costs is noted each time, and logged once', async () => {
  const line = paymentLine('ch_less', { amount: 1 });
  expect(rulesOf(await pay([line]))).toEqual(['payment-not-order-total amount']);
  expect(rulesOf(await pay([line]))).toEqual(['payment-not-order-total amount']);
});

test('sync replaces a payment that the workbook wrote last, and no other', async () => {
  await pay([paymentLine('ch_mine'), paymentLine('ch_theirs')]);
  await run("UPDATE payments SET imported_at = NULL, card_brand = NULL WHERE charge_id = 'ch_theirs'");
  const lines = [
    paymentLine('ch_mine', { card_brand: 'amex' }),
    paymentLine('ch_theirs', { card_brand: 'amex', amount: 5 }),
  ];
  expect(dids(await pay(lines))).toEqual(['kept', 'filled']);
  expect(dids(await pay(lines, 'sync'))).toEqual(['updated', 'kept']);
  expect(await paymentOf('ch_mine')).toMatchObject({ card_brand: 'amex' });
  expect(await paymentOf('ch_theirs')).toMatchObject({ card_brand: 'amex', amount: 34_900, imported_at: null });
});

test('refunds are written, found by intent where no charge is named, and wait for a payment that is unknown', async () => {
  const lines = [
    refundLine('re_1'),
    refundLine('re_2', { charge_id: '', payment_intent_id: 'pi_paid' }),
    refundLine('re_3', { charge_id: 'ch_none' }),
    refundLine('re_4', { charge_id: '', payment_intent_id: 'pi_none' }),
  ];
  const settled = await refund(lines);
  expect(dids(settled)).toEqual(['written', 'written', 'parked', 'parked']);
  expect(rulesOf(settled)).toEqual(['refund-without-payment charge_id', 'refund-without-payment payment_intent_id']);
  const rows = await run('SELECT stripe_refund_id, charge_id, source_updated_at, imported_at FROM refunds ORDER BY 1');
  expect(rows).toEqual(
    ['re_1', 're_2'].map((stripe_refund_id) => ({
      stripe_refund_id,
      charge_id: 'ch_paid',
      source_updated_at: null,
      imported_at: STARTED_AT,
    })),
  );
  const waits = await run("SELECT waiting_for FROM webhook_inbox WHERE event_type = 'refund.created' ORDER BY 1");
  expect(waits).toEqual([{ waiting_for: 'intent:pi_none' }, { waiting_for: 'payment:ch_none' }]);
  expect(dids(await refund(lines))).toEqual(['unchanged', 'unchanged', 'waiting', 'waiting']);
});

test('a dry run knows payments of its own rows', async () => {
  const context = newContext();
  await settleLines(database.orm, paymentsTable, [paymentLine('ch_dry', { payment_intent_id: 'pi_dry' })], context);
  const lines = [
    refundLine('re_dry1', { charge_id: 'ch_dry' }),
    refundLine('re_dry2', { charge_id: '', payment_intent_id: 'pi_dry' }),
  ];
  expect(dids(await settleLines(database.orm, refundsTable, lines, context))).toEqual(['written', 'written']);
});

test('sync replaces a refund that the workbook wrote last', async () => {
  await refund([refundLine('re_sync')]);
  const line = refundLine('re_sync', { status: 'failed', amount: 900 });
  expect([dids(await refund([line])), dids(await refund([line], 'sync'))]).toEqual([['kept'], ['updated']]);
  expect(await run("SELECT status, amount FROM refunds WHERE stripe_refund_id = 're_sync'")).toEqual([
    { status: 'failed', amount: 900 },
  ]);
});

test('what waits for a payment is due once a line brings it', async () => {
  const names = ['payment:ch_w', 'stripe-order-of:ch_w', 'intent:pi_w', 'stripe-order-of:pi_w'];
  for (const name of names) {
    await run(
      `INSERT INTO webhook_inbox (source_system, event_key, event_type, payload, status, waiting_for)
       VALUES ('stripe', ?, 'refund.created', '{}', 'parked', ?)`,
      [name, name],
    );
  }
  await pay([paymentLine('ch_w', { payment_intent_id: 'pi_w' })]);
  const rows = await run('SELECT DISTINCT status FROM webhook_inbox WHERE event_key IN (?)', [names]);
  expect(rows).toEqual([{ status: 'pending' }]);
});

test('payments come back as the lines that brought them', async () => {
  const lines: PaymentLine[] = [];
  for await (const page of paymentsTable.pages(await plainQuery(database.orm), 'payment_succesful'))
    lines.push(...page);
  expect(lines.find(({ charge_id }) => charge_id === 'ch_cart')).toEqual(
    paymentLine('ch_cart', { linked_order_ids: ['102', '103'], description: 'Orders #101, #102, #103' }),
  );
});
