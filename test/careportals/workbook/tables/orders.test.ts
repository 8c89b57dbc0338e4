import { afterAll, beforeAll, expect, test } from 'vitest';
import { type OrderFacts, recordOrder } from '../../../../src/modules/careportals/orders/record-order.ts';
import type { Tables } from '../../../../src/modules/careportals/tables.ts';
import { customersTable } from '../../../../src/modules/careportals/workbook/tables/customers.table.ts';
import { ordersTable } from '../../../../src/modules/careportals/workbook/tables/orders.table.ts';
import { plainQuery } from '../../../../src/platform/database/query.ts';
import { inTransaction, mysqlNumber } from '../../../../src/platform/database/transaction.ts';
import { createTestDatabase, type TestDatabase } from '../../../kit/test-database.ts';
import { dids, loadLines, newContext, rulesOf, STARTED_AT, settleLines } from '../load-lines.ts';
import { customerLine, id24, orderLine } from '../sample-lines.ts';

let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
  await loadLines(database.orm, customersTable, [customerLine('ann')]);
});
afterAll(() => database.drop());

function run(sql: string, params: unknown[] = []): Promise<Record<string, unknown>[]> {
  return database.orm.em.getConnection().execute(sql, params) as unknown as Promise<Record<string, unknown>[]>;
}

async function orderOf(id: string) {
  const [row] = await run('SELECT * FROM orders WHERE order_id = ?', [id]);
  return row;
}

const load = (lines: Parameters<typeof orderLine>[], mode: 'import' | 'sync' = 'import') =>
  loadLines(
    database.orm,
    ordersTable,
    lines.map((line) => orderLine(...line)),
    newContext(mode),
  );

/** What a delivery tells: everything is null that is not given. */
function told(orderId: string, fields: Partial<OrderFacts> = {}): OrderFacts {
  return {
    orderId,
    internalOrderId: id24(`o${orderId}`),
    customer: {
      careportalsId: id24('ann'),
      email: 'ann@example.com',
      firstName: null,
      lastName: null,
      phone: null,
      knownSince: null,
    },
    product: null,
    coupon: null,
    shipTo: null,
    source: null,
    totalAmount: null,
    discountAmount: null,
    baseAmount: null,
    creditUsedAmount: null,
    discountReductionAmount: null,
    discountReductionType: null,
    pharmacy: null,
    shippedAt: null,
    trackingCode: null,
    trackingLink: null,
    createdAt: '2025-11-03 15:00:00.000',
    ...fields,
  };
}

function tell(facts: OrderFacts, toldAt: string, isAnnouncement = true) {
  const telling = { toldAt, isAnnouncement, receivedAt: toldAt };
  return inTransaction<Tables, unknown>(database.orm, (tx) => recordOrder(tx, facts, telling));
}

test('an order is written with what it names, and marked as the workbook’s', async () => {
  const names = { product_id: id24('prod'), coupon_code: 'New10', shipping_address_id: 'c'.repeat(32) };
  const settled = await load([
    ['1', names],
    ['2', { ...names, coupon_code: 'NEW10' }],
  ]);
  expect(dids(settled)).toEqual(['written', 'written']);
  expect(rulesOf(settled)).toEqual([
    'product-stubbed product_id',
    'coupon-stubbed coupon',
    'address-stubbed shipping_address_id',
  ]);
  expect(await orderOf('1')).toMatchObject({ ...orderLine('1', names), imported_at: STARTED_AT, is_stub: 0 });
  expect(await run('SELECT coupon_code, imported_at FROM coupons')).toEqual([
    { coupon_code: 'New10', imported_at: STARTED_AT },
  ]);
  expect(
    dids(
      await load([
        ['1', names],
        ['2', { ...names, coupon_code: 'NEW10' }],
      ]),
    ),
  ).toEqual(['unchanged', 'unchanged']);
});

test('a dry run finds the same stubs once, over batches', async () => {
  const context = newContext();
  const line = (id: string) => orderLine(id, { product_id: id24('drystub') });
  const first = await settleLines(database.orm, ordersTable, [line('3')], context);
  const second = await settleLines(database.orm, ordersTable, [line('4')], context);
  expect(rulesOf([...first, ...second])).toEqual(['product-stubbed product_id']);
  expect(await orderOf('3')).toBeUndefined();
});

test('an order of an unknown customer waits for either of the two, and is not waited for twice', async () => {
  const line = [['10', { customer_id: id24('nobody') }]] satisfies Parameters<typeof orderLine>[];
  const settled = await load(line);
  expect([dids(settled), rulesOf(settled)]).toEqual([['parked'], ['order-without-customer customer_id']]);
  expect(await orderOf('10')).toBeUndefined();
  const waits = await run(
    "SELECT status, waiting_for, or_waiting_for FROM webhook_inbox WHERE source_system = 'workbook'",
  );
  expect(waits).toEqual([{ status: 'parked', waiting_for: 'order:10', or_waiting_for: `customer:${id24('nobody')}` }]);
  expect(dids(await load(line))).toEqual(['waiting']);
});

test('another order’s CarePortals id is refused, in the database as in the same batch', async () => {
  const taken = { care_portals_internal_order_id: id24('same') };
  const settled = await load([
    ['20', taken],
    ['21', taken],
  ]);
  expect(dids(settled)).toEqual(['written', 'rejected']);
  expect(rulesOf(settled)).toEqual(['internal-id-taken care_portals_internal_order_id']);
  expect(dids(await load([['22', taken]]))).toEqual(['rejected']);
});

test('whatever a delivery tells stands over what was imported, however old it is', async () => {
  await load([['30', { pharmacy_assigned: 'Zed' }]]);
  await tell(told('30', { totalAmount: 100, baseAmount: 100, pharmacy: 'Alpha' }), '2025-11-03 15:00:00.000');
  expect(await orderOf('30')).toMatchObject({
    total_amount: 100,
    pharmacy_assigned: 'Alpha',
    source: 'checkout',
    imported_at: null,
  });
});

test('import fills what no delivery told, and a later delivery does not take it back', async () => {
  await tell(told('40', { totalAmount: 100, baseAmount: 100 }), '2025-11-03 15:00:00.123', false);
  const line = { pharmacy_assigned: 'Alpha', total_amount: 999, created_at: '2025-11-03 14:00:00.000' };
  const settled = await load([['40', line]]);
  expect([dids(settled), settled[0]?.differs]).toEqual([
    ['filled'],
    ['source', 'total_amount', 'base_amount', 'pharmacy_assigned', 'created_at'],
  ]);
  const filled = {
    total_amount: 100,
    source: 'checkout',
    pharmacy_assigned: 'Alpha',
    created_at: '2025-11-03 14:00:00.000',
    is_stub: 0,
    imported_at: null,
  };
  expect(await orderOf('40')).toMatchObject(filled);
  await tell(told('40', { trackingCode: 'T1' }), '2025-11-04 00:00:00.000');
  expect(await orderOf('40')).toMatchObject({ ...filled, tracking_code: 'T1' });
  expect(dids(await load([['40', line]]))).toEqual(['kept']);
});

test('an order that a delivery builds between looking and writing stays the delivery’s', async () => {
  const racing = {
    ...ordersTable,
    settle: async (...args: Parameters<typeof ordersTable.settle>) => {
      const settled = await ordersTable.settle(...args);
      await tell(told('45', { totalAmount: 100, baseAmount: 100 }), '2025-11-03 15:00:00.000');
      return settled;
    },
  };
  const batch = [orderLine('44'), orderLine('45')];
  const failed = await loadLines(database.orm, racing, batch).catch((error: unknown) => error);
  expect(mysqlNumber(failed)).toBe(1062);
  expect(await orderOf('44')).toBeUndefined();
  expect(dids(await loadLines(database.orm, ordersTable, batch))).toEqual(['written', 'filled']);
  expect(await orderOf('45')).toMatchObject({ total_amount: 100, source: 'checkout', imported_at: null });
});

test('sync replaces only what the workbook wrote last, and a later delivery keeps what it brought', async () => {
  await load([['50'], ['51']]);
  await tell(told('51', { source: 'told' }), '2025-11-05 00:00:00.000');
  const changed = { pharmacy_assigned: 'Beta', source: 'renewal', care_portals_internal_order_id: id24('other50') };
  expect(
    dids(
      await load([
        ['50', changed],
        ['51', { source: 'sheet' }],
      ]),
    ),
  ).toEqual(['kept', 'kept']);
  expect(
    dids(
      await load(
        [
          ['50', changed],
          ['51', { source: 'sheet' }],
        ],
        'sync',
      ),
    ),
  ).toEqual(['updated', 'kept']);
  expect(await orderOf('50')).toMatchObject({
    pharmacy_assigned: 'Beta',
    source: 'renewal',
    care_portals_internal_order_id: id24('o50'),
  });
  expect(await orderOf('51')).toMatchObject({ source: 'told' });
  expect(dids(await load([['50', changed]], 'sync'))).toEqual(['kept']);
  await tell(told('50', { trackingCode: 'T2' }), '2025-11-06 00:00:00.000');
  expect(await orderOf('50')).toMatchObject({ pharmacy_assigned: 'Beta', source: 'renewal', tracking_code: 'T2' });
});

test('amounts that do not add up are written down once', async () => {
  const line = [['60', { total_amount: 1 }]] satisfies Parameters<typeof orderLine>[];
  await load(line);
  await load(line);
  const rows = await run("SELECT error_type FROM error_logs WHERE trigger_source = 'order:60'");
  expect(rows).toEqual([{ error_type: 'order_amount_mismatch' }]);
});

test('what waits for an order is due once a line brings it', async () => {
  await run(
    `INSERT INTO webhook_inbox (source_system, event_key, event_type, payload, status, waiting_for)
     VALUES ('stripe', 'k70', 'charge.succeeded', '{}', 'parked', 'order:70')`,
  );
  await load([['70']]);
  expect(await run("SELECT status FROM webhook_inbox WHERE event_key = 'k70'")).toEqual([{ status: 'pending' }]);
});

test('a history row that changes the status leaves the order the workbook’s', async () => {
  await load([['80']]);
  await run(
    `INSERT INTO order_status_updates (order_id, updated_status, order_created_at, status_updated_at)
     VALUES ('80', 'shipped', '2025-11-03', '2025-11-05')`,
  );
  expect(await orderOf('80')).toMatchObject({ current_status: 'shipped', imported_at: STARTED_AT });
});

test('orders come back as the lines that brought them', async () => {
  const lines: { order_id: string }[] = [];
  for await (const page of ordersTable.pages(await plainQuery(database.orm), 'order.created')) lines.push(...page);
  expect(lines.find(({ order_id }) => order_id === '80')).toEqual(orderLine('80'));
});
