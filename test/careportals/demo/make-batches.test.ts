import { describe, expect, it } from 'vitest';
import { DEMO_TABLES } from '../../../src/modules/careportals/demo/demo-batch.ts';
import { demoCounts } from '../../../src/modules/careportals/demo/demo-counts.ts';
import { makeBatches } from '../../../src/modules/careportals/demo/make-batches.ts';
import { planDemo, plannedRows } from '../../../src/modules/careportals/demo/plan-demo.ts';
import { OrderStatus, orderStatusOf } from '../../../src/modules/careportals/orders/order-status.ts';
import { AS_OF, NOTHING_KNOWN, type Story, tell } from './story.ts';

const real = tell({ customers: 281 });

function count<Row>(rows: readonly Row[], test: (row: Row) => boolean): number {
  return rows.filter(test).length;
}

function total(rows: readonly { amount: number }[]): number {
  return rows.reduce((sum, { amount }) => sum + amount, 0);
}

describe('the proportions of the operator', () => {
  it('hold row by row for 281 customers', () => {
    const rows = Object.fromEntries(DEMO_TABLES.map((table) => [table, real[table].length]));
    expect(rows).toEqual({
      products: 26,
      coupons: 4,
      customers: 281,
      customer_aliases: 281,
      addresses: 248,
      orders: 476,
      payments: 438,
      payment_orders: 441,
      refunds: 121,
      order_status_updates: 3_081,
      orders_cancelled: 71,
      subscriptions: 274,
      subscriptions_active: 206,
      subscriptions_paused: 15,
      subscriptions_cancelled: 53,
      subscriptions_audit_log: 202,
      questionnaire_responses: 145,
      webhook_logs: 60,
      error_logs: 6,
    });
  });

  it('hold for what an order lacks', () => {
    const { orders } = real;
    expect(count(orders, (order) => order.product_id === null)).toBe(154);
    expect(count(orders, (order) => order.shipping_address_id !== null)).toBe(310);
    expect(count(orders, (order) => order.pharmacy_assigned !== null)).toBe(101);
    expect(count(orders, (order) => order.coupon_code !== null)).toBe(32);
    expect(count(orders, (order) => order.source === 'checkout')).toBe(150);
    expect(count(orders, (order) => order.total_amount === 0)).toBe(42);
  });

  it('hold for payments: some failed, some without a card, some for two orders', () => {
    expect(count(real.payments, (payment) => payment.status === 'failed')).toBe(14);
    expect(count(real.payments, (payment) => payment.card_last4 === null)).toBe(38);
    expect(count(real.payments, (payment) => payment.charge_id.startsWith('py_'))).toBe(38);
    const orders = Map.groupBy(real.payment_orders, (row) => row.charge_id);
    expect(count([...orders.values()], (rows) => rows.length === 2)).toBe(3);
  });

  it('give back 31.6 % of the value, half of the refunds in full', () => {
    const paid = total(real.payments.filter((payment) => payment.status === 'succeeded'));
    const given = total(real.refunds.filter((refund) => refund.status !== 'failed'));
    expect(given / paid).toBeCloseTo(0.316, 3);
    const amounts = new Map(real.payments.map((payment) => [payment.charge_id, payment.amount]));
    expect(count(real.refunds, (refund) => refund.amount === amounts.get(refund.charge_id))).toBe(61);
    expect(count(real.refunds, (refund) => refund.reason === null)).toBe(28);
  });

  it('leave 36 % of the subscriptions without customer and product', () => {
    const { subscriptions_active, subscriptions_paused, subscriptions_cancelled } = real;
    expect(count(subscriptions_active, (one) => one.customer_id === null && one.product_id === null)).toBe(75);
    const all = [...subscriptions_active, ...subscriptions_paused, ...subscriptions_cancelled];
    expect(count(all, (one) => one.customer_id === null) / all.length).toBeCloseTo(0.36, 2);
    expect(count(all, (one) => (one.customer_id === null) !== (one.product_id === null))).toBe(0);
  });

  it('send a few orders backwards, and some to statuses without a name here', () => {
    const stages = ['awaiting_requirements', 'awaiting_script', 'awaiting_shipment', 'shipped'];
    const byTime = real.order_status_updates.toSorted((a, b) => (a.status_updated_at < b.status_updated_at ? -1 : 1));
    const histories = [...Map.groupBy(byTime, (row) => row.order_id).values()];
    const fallsBack = histories.filter((rows) => {
      const reached = rows.map((row) => stages.indexOf(row.updated_status)).filter((stage) => stage >= 0);
      return reached.some((stage, i) => stage < (reached[i - 1] ?? 0));
    });
    expect(fallsBack.length).toBeGreaterThan(0);
    expect(fallsBack.length).toBeLessThan(6);
    const resting = histories.map((rows) => orderStatusOf(rows.at(-1)!.updated_status));
    const unnamed = count(resting, (status) => status === OrderStatus.OTHER);
    expect(unnamed).toBeGreaterThan(0);
    expect(unnamed).toBeLessThan(9);
  });

  it('let flats share an address, each order with its own flat', () => {
    const units = Map.groupBy(
      real.orders.filter((order) => order.shipping_address_id !== null),
      (order) => order.shipping_address_id,
    );
    const shared = [...units.values()].filter((orders) => new Set(orders.map((o) => o.ship_to_address2)).size > 1);
    expect(shared.length).toBeGreaterThan(3);
  });
});

describe('any size', () => {
  const sizes = [...Array.from({ length: 60 }, (_, i) => i + 1), 97, 150, 400, 1_000];

  it.each([
    ['in real proportions', undefined, undefined],
    ['with two orders each', 2, undefined],
    ['with four history rows each', undefined, 4],
  ])('comes to the counts that were planned, %s', (_, ordersPerCustomer, statusesPerOrder) => {
    for (const customers of sizes) {
      const size = { customers, ordersPerCustomer, statusesPerOrder };
      const counts = demoCounts(size);
      const story = tell(size);
      expect(story.customers.length).toBe(customers);
      expect(story.addresses.length).toBe(counts.addresses);
      expect(story.orders.length).toBe(counts.orders);
      expect(story.payments.length).toBe(counts.payments);
      expect(story.refunds.length).toBe(counts.refunds);
      expect(story.order_status_updates.length).toBe(counts.statuses);
      expect(story.subscriptions.length).toBe(counts.active + counts.paused + counts.cancelled);
      expect(story.questionnaire_responses.length).toBe(counts.answers);
      expect(story.webhook_logs.length).toBe(counts.webhookLogs);
    }
  });

  it('gives each customer M orders with one payment and K history rows, if asked to', () => {
    const story = tell({ customers: 70, ordersPerCustomer: 3, statusesPerOrder: 9 });
    const groups = [
      Map.groupBy(story.orders, (order) => order.customer_id),
      Map.groupBy(story.payments, (payment) => payment.order_id),
      Map.groupBy(story.order_status_updates, (update) => update.order_id),
    ];
    expect(groups.map((group) => group.size)).toEqual([70, 210, 210]);
    expect(groups.map((group) => [...new Set([...group.values()].map((rows) => rows.length))])).toEqual([
      [3],
      [1],
      [9],
    ]);
  });

  it('says beforehand how many rows it comes to, those of the payment trigger included', () => {
    const plan = planDemo({ customers: 281, seed: 's', asOf: AS_OF, known: NOTHING_KNOWN });
    const rows = [...makeBatches(plan)].flatMap((batch) => Object.values(batch).map((table) => table.length));
    const ofTrigger = 5;
    expect(plannedRows(plan)).toBe(rows.reduce((a, b) => a + b) + ofTrigger);
  });

  it('is refused in a sentence if it is too large', () => {
    expect(() => demoCounts({ customers: 3_000_000 })).toThrow(/5081851 orders; one run can make at most 2000000/);
    expect(() => demoCounts({ customers: 1, statusesPerOrder: 1_001 })).toThrow(/at most 1000 history rows/);
  });
});

describe('every story', () => {
  const stories: [string, Story][] = [
    ['real proportions', real],
    ['three orders each', tell({ customers: 40, ordersPerCustomer: 3, statusesPerOrder: 5, seed: 'other' })],
    ['one customer', tell({ customers: 1, seed: 'lonely' })],
  ];

  it.each(stories)('keeps total = base - discount - credit, and charges what is owed: %s', (_, story) => {
    const owed = new Map(story.orders.map((order) => [order.order_id, order.total_amount]));
    const wrong = story.orders.filter(
      (order) =>
        order.total_amount !== order.base_amount - (order.discount_amount ?? 0) - (order.credit_used_amount ?? 0) ||
        order.total_amount < 0,
    );
    expect(wrong).toEqual([]);
    const sums = new Map<string, number>();
    for (const { charge_id, order_id } of story.payment_orders) {
      sums.set(charge_id, (sums.get(charge_id) ?? 0) + (owed.get(order_id) ?? Number.NaN));
    }
    const surcharge = 2_500;
    const odd = story.payments.filter(
      ({ charge_id, amount }) => amount !== sums.get(charge_id) && amount !== surcharge,
    );
    expect(odd.map((payment) => payment.charge_id)).toEqual([]);
  });

  it.each(stories)('never gives back more than was paid: %s', (_, story) => {
    const paid = new Map(story.payments.map((payment) => [payment.charge_id, payment]));
    const given = Map.groupBy(story.refunds, (refund) => refund.charge_id);
    for (const [charge, refunds] of given) {
      expect(paid.get(charge)?.status).toBe('succeeded');
      expect(total(refunds.filter(({ status }) => status !== 'failed'))).toBeLessThanOrEqual(paid.get(charge)!.amount);
    }
  });

  it.each(stories)('tells no instant after its end, save when renewals and plans are due: %s', (_, story) => {
    const ahead = new Set(['subscriptions.next_cycle_date', 'subscriptions.scheduled_at']);
    const end = AS_OF.toISOString().replace('T', ' ').slice(0, 23);
    const late = DEMO_TABLES.flatMap((table) =>
      (story[table] as object[]).flatMap((row) =>
        Object.entries(row)
          .filter(([column, value]) => /_(at|date)$/.test(column) && value !== null && String(value) > end)
          .map(([column]) => `${table}.${column}`),
      ),
    );
    expect(late.filter((column) => !ahead.has(column))).toEqual([]);
  });

  it.each(stories)('keeps a history with no two rows of one order, status and time: %s', (_, story) => {
    const keys = story.order_status_updates.map(
      (row) => `${row.order_id} ${row.updated_status} ${row.status_updated_at}`,
    );
    expect(new Set(keys).size).toBe(keys.length);
    const created = new Map(story.orders.map((order) => [order.order_id, order.created_at]));
    expect(count(story.order_status_updates, (row) => row.status_updated_at < created.get(row.order_id)!)).toBe(0);
  });

  it('invents nobody who could be written to or called', () => {
    expect(count(real.customers, ({ email }) => !/@example\.(com|org|net)$/.test(email))).toBe(0);
    expect(count(real.customers, ({ phone }) => phone != null && !/^\+1\d{3}55501\d\d$/.test(phone))).toBe(0);
  });
});

describe('chance', () => {
  it('gives the same rows for the same request, and others for another seed', () => {
    const again = JSON.stringify(tell({ customers: 50 }));
    expect(JSON.stringify(tell({ customers: 50 }))).toBe(again);
    expect(JSON.stringify(tell({ customers: 50, seed: 'another' }))).not.toBe(again);
  });

  it('never gives an id twice, nor one of the load before', () => {
    const first = tell({ customers: 281 });
    const known = { customers: 281, addresses: 248, nextOrderNumber: 3_001 + 476, catalogue: new Set<string>() };
    const second = tell({ customers: 281, known });
    const unique = ['public_id', 'customer_id', 'order_id', 'email', 'address_id', 'charge_id', 'stripe_refund_id'];
    for (const [table, columns] of [
      ['customers', unique.slice(0, 4)],
      ['orders', ['public_id', 'order_id', 'care_portals_internal_order_id']],
      ['addresses', ['public_id', 'address_id']],
      ['payments', ['public_id', 'charge_id']],
      ['refunds', ['public_id', 'stripe_refund_id']],
      ['subscriptions', ['public_id', 'subscription_id']],
      ['order_status_updates', ['public_id']],
    ] as const) {
      const rows = [...first[table], ...second[table]] as unknown as Record<string, unknown>[];
      for (const column of columns.filter((name) => name in rows[0]!)) {
        expect(new Set(rows.map((row) => row[column])).size, `${table}.${column}`).toBe(rows.length);
      }
    }
  });

  it('numbers orders in the order in which they were made', () => {
    expect(real.orders[0]!.order_id).toBe('3001');
    expect(real.orders.map((order) => order.created_at)).toEqual(real.orders.map((order) => order.created_at).sort());
  });
});
