import type { Tables } from './tables.ts';

/** What a figure should be: value, then the rows that it rests on, then of how many. */
export type Expected = [value: number | string | null, rows: number, outOf: number];

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

export function ms(text: string): number {
  return Date.parse(`${text.replace(' ', 'T')}Z`);
}

// When New York keeps daylight saving time, in the years of these tests, by the days that begin in it.
const SUMMERS = [
  ['2025-03-10', '2025-11-03'],
  ['2026-03-09', '2026-11-02'],
] as const;

/** Midnight in New York. */
export function midnight(day: string): number {
  const isSummer = SUMMERS.some(([from, to]) => day >= from && day < to);
  return Date.parse(`${day}T00:00:00Z`) + (isSummer ? 4 : 5) * HOUR;
}

/**
 * Each figure, computed in plain JavaScript from whole tables, written from the words that the schema has for it and
 * from nothing that the program does.
 */
export class Oracle {
  readonly #t: Tables;
  readonly #from: number;
  readonly #to: number;
  /** From where figures look back. */
  readonly #moment: number;

  constructor(tables: Tables, from: string, to: string, tomorrow: string) {
    this.#t = tables;
    this.#from = midnight(from);
    this.#to = midnight(to);
    this.#moment = Math.min(this.#to, midnight(tomorrow));
  }

  all(): Record<string, Record<string, Expected>> {
    return {
      totals: this.#totals(),
      finance: this.finance(),
      patients: this.#patients(),
      recurring: this.#recurring(),
      adherence: this.#adherence(),
      customerValue: this.#customerValue(),
      stages: this.#stages(),
      refunds: this.#refunds(),
    };
  }

  #in(text: string): boolean {
    return ms(text) >= this.#from && ms(text) < this.#to;
  }

  #totals() {
    const before = (text: string) => ms(text) < this.#to;
    const orders = this.#t.orders.filter((order) => before(order.created_at));
    const buyers = new Set(orders.map((order) => order.customer_id));
    const customers = this.#t.customers.filter((one) => before(one.created_at) || buyers.has(one.customer_id)).length;
    const paid = this.#t.payments.filter((one) => before(one.created_at) && one.status === 'succeeded');
    const dollars = paid.filter((one) => one.currency === 'USD');
    return {
      customers: same(customers),
      orders: same(orders.length),
      revenue: [String(sum(dollars.map((one) => one.amount))), dollars.length, paid.length],
    } satisfies Record<string, Expected>;
  }

  finance(): Record<string, Expected> {
    const orders = this.#t.orders.filter((order) => this.#in(order.created_at));
    const renewals = orders.filter(({ source }) => ['subscription_cycle', 'renewal', 'subscription'].includes(source));
    const told = this.#t.order_status_updates.filter((update) => this.#in(update.status_updated_at));
    const cancelled = told.filter(({ updated_status }) => /cancell?ed|deleted/.test(updated_status));
    const attempts = this.#t.payments.filter((payment) => this.#in(payment.created_at));
    const paid = attempts.filter(({ status }) => status === 'succeeded');
    const paidDollars = paid.filter(({ currency }) => currency === 'USD');
    const back = this.#t.refunds.filter((refund) => refund.status === 'succeeded' && this.#in(refund.created_at));
    const backDollars = back.filter(({ currency }) => currency === 'USD');
    const gross = sum(paidDollars.map((one) => one.amount));
    const refunded = sum(backDollars.map((one) => one.amount));
    const both: [number, number] = [paidDollars.length + backDollars.length, paid.length + back.length];
    const failed = new Set(
      this.#t.payments.filter(({ status }) => status !== 'succeeded').map(({ payment_id }) => payment_id),
    );
    const ordersWithFailure = new Set(
      this.#t.payment_orders.filter((link) => failed.has(link.payment_id)).map((link) => link.order_id),
    );
    const unpaid = new Set(
      told
        .filter((update) => update.updated_status === 'awaiting_payment' && !ordersWithFailure.has(update.order_id))
        .map((update) => update.order_id),
    );
    const tries = attempts.length + unpaid.size;
    const totals = sum(orders.map((order) => order.total_amount));
    return {
      newOrders: same(orders.length),
      renewals: [renewals.length, orders.length, orders.length],
      cancellations: same(new Set(cancelled.map((one) => one.order_id)).size),
      grossRevenue: [String(gross), paidDollars.length, paid.length],
      refunds: [String(refunded), backDollars.length, back.length],
      netRevenue: [String(gross - refunded), ...both],
      refundRate: [over(refunded, gross), ...both],
      averageOrderValue: [cents(totals, orders.length), orders.length, orders.length],
      paymentSuccess: [over(paid.length, tries), tries, tries],
    };
  }

  #patients(): Record<string, Expected> {
    const active = this.#standing().filter(({ state }) => state === 'active');
    const linked = active.filter(({ customer_id }) => customer_id !== null);
    const recent = this.#t.orders.filter(({ created_at }) => {
      return ms(created_at) >= this.#moment - 90 * DAY && ms(created_at) < this.#moment;
    });
    const patients = new Set([...linked, ...recent].map(({ customer_id }) => customer_id));
    const firsts = [...this.#byCustomer(Number.POSITIVE_INFINITY).values()].map((orders) => orders[0]!);
    const inRange = firsts.filter(({ created_at }) => this.#in(created_at));
    const placed = this.#t.orders.filter(({ created_at }) => this.#in(created_at));
    const provinces = placed.map((order) => this.#provinceOf(order)).filter((province) => province !== '');
    return {
      activePatients: [patients.size, linked.length, active.length],
      newPatients: [inRange.filter(({ source }) => source === 'checkout').length, inRange.length, inRange.length],
      provinces: [new Set(provinces).size, provinces.length, placed.length],
    };
  }

  #provinceOf(order: Tables['orders'][number]): string {
    const own = (order.ship_to_province_code ?? '').trim();
    const linked = this.#t.addresses.find(({ address_id }) => address_id === order.shipping_address_id);
    return (own === '' ? (linked?.province_code ?? '') : own).trim().toUpperCase();
  }

  /** Each customer's orders, the first ones first. */
  #byCustomer(before: number): Map<string, Tables['orders']> {
    const sorted = this.#t.orders
      .filter(({ created_at }) => ms(created_at) < before)
      .toSorted((a, b) => ms(a.created_at) - ms(b.created_at) || Number(a.order_id) - Number(b.order_id));
    return Map.groupBy(sorted, ({ customer_id }) => customer_id);
  }

  /** The subscriptions as they stood at the moment, and since when. */
  #standing() {
    const stateOf = (status: string) => (status === 'ended' ? 'cancelled' : status);
    return this.#t.subscriptions
      .filter(({ created_at }) => ms(created_at) < this.#moment)
      .map((subscription) => {
        const moves = this.#t.subscriptions_audit_log
          .filter(({ subscription_id }) => subscription_id === subscription.subscription_id)
          .toSorted((a, b) => Number(a.log_id) - Number(b.log_id))
          .flatMap(({ status, previous_status, updated_at, webhook_received_at }) => {
            if (previous_status === null || stateOf(previous_status) === stateOf(status)) return [];
            const received = ms(webhook_received_at);
            return [
              {
                was: stateOf(previous_status),
                at: Math.min(updated_at === null ? received : ms(updated_at), received),
              },
            ];
          });
        const created = ms(subscription.created_at);
        const changed = subscription.updated_at === null ? null : ms(subscription.updated_at);
        const next = moves.find(({ at }) => at >= this.#moment);
        const earlier = moves.filter(({ at }) => at < this.#moment).map(({ at }) => at);
        const last = earlier.length === 0 ? null : Math.max(...earlier);
        if (next !== undefined) return { ...subscription, created, state: next.was, since: last ?? created };
        if (last !== null) return { ...subscription, created, since: last };
        if (changed !== null && changed >= this.#moment)
          return { ...subscription, created, state: 'active', since: created };
        return { ...subscription, created, since: changed ?? created };
      });
  }

  #recurring(): Record<string, Expected> {
    const standing = this.#standing();
    const active = standing.filter(({ state }) => state === 'active');
    const cancelled = standing.filter(({ state }) => state === 'cancelled');
    const recent = cancelled.filter(({ since }) => since >= this.#moment - 90 * DAY).length;
    const priced = active.flatMap(({ product_id }) => {
      const product = this.#t.products.find((one) => one.product_id === product_id);
      if (product === undefined || product.renewal_price === null) return [];
      return [{ price: product.renewal_price, days: product.renewal_cycle_duration ?? 30 }];
    });
    // Over one denominator for all intervals that there are, so that only whole numbers are added.
    const common = [...new Set(priced.map(({ days }) => BigInt(days)))].reduce((a, b) => a * b, 1n);
    const monthly = priced.reduce((all, { price, days }) => all + (BigInt(price) * 30n * common) / BigInt(days), 0n);
    const coverage: [number, number] = [priced.length, active.length];
    const known: [number, number] = [active.length + cancelled.length, standing.length];
    return {
      activeSubscriptions: same(active.length),
      monthlyRecurringRevenue: [cents(monthly, common, priced.length), ...coverage],
      revenuePerSubscription: [cents(monthly, common * BigInt(priced.length), priced.length), ...coverage],
      monthlyChurn: [over(recent * 30, known[0] * 90), ...known],
      cancelledShare: [over(cancelled.length, known[0]), ...known],
    };
  }

  #adherence(): Record<string, Expected> {
    const standing = this.#standing();
    const old = standing.filter(({ created }) => created <= this.#moment - 90 * DAY);
    const kept = old.filter(({ state, since, created }) => state === 'active' || since - created >= 90 * DAY);
    return { adherence: [over(kept.length, old.length), old.length, standing.length] };
  }

  #customerValue(): Record<string, Expected> {
    const customers = [...this.#byCustomer(this.#moment)].map(([customer, orders]) => this.#judge(customer, orders));
    const mature = customers.filter((one) => one.isMature);
    const all = customers.length;
    const total = (some: typeof customers) => sum(some.map((one) => one.total));
    const months = [...new Set(customers.map((one) => BigInt(one.months)))].reduce((a, b) => a * b, 1n);
    const monthly = customers.reduce((so, one) => so + (BigInt(one.total) * months) / BigInt(one.months), 0n);
    const arpu = cents(monthly, months * BigInt(all), all);
    const [churn] = this.#recurring().monthlyChurn!;
    const predicted = arpu === null || !churn ? null : String(Math.round(Number(arpu) / Number(churn)));
    const renewed = mature.filter((one) => one.hasRenewed).length;
    return {
      monthlyRevenuePerCustomer: [arpu, all, all],
      predictedLifetimeValue: [predicted, all, all],
      lifetimeValue: [cents(total(customers), all), all, all],
      matureLifetimeValue: [cents(total(mature), mature.length), mature.length, all],
      matureShare: [over(mature.length, all), customers.filter((one) => one.hasProduct).length, all],
      renewalRate: [over(renewed, mature.length), mature.length, all],
    };
  }

  #judge(customer: string, orders: Tables['orders']) {
    const named = orders.find(({ product_id }) => product_id !== null)?.product_id;
    const prepaid = this.#t.products.find(({ product_id }) => product_id === named)?.sale_cycle_duration ?? 1;
    const held = this.#standing().filter(({ customer_id }) => customer_id === customer);
    const [first, last] = [ms(orders[0]!.created_at), ms(orders.at(-1)!.created_at)];
    const has = (state: string) => held.some((subscription) => subscription.state === state);
    const byOrders = orders.length > prepaid || (orders.length === prepaid && last <= this.#moment - 30 * DAY);
    return {
      total: sum(orders.map(({ total_amount }) => total_amount)),
      months: Math.max(1, Math.ceil((last - first) / (30 * DAY))),
      isMature: has('cancelled') || (!has('paused') && byOrders),
      hasRenewed: orders.slice(prepaid).some(({ total_amount }) => total_amount > 0),
      hasProduct: named !== undefined,
    };
  }

  #stages(): Record<string, Expected> {
    const recent = this.#t.orders.filter(({ created_at }) => {
      return ms(created_at) >= this.#moment - 60 * DAY && ms(created_at) < this.#moment;
    });
    const paths = recent.map((order) => ({
      placed: ms(order.created_at),
      script: this.#firstTime(order.order_id, 'awaiting_script'),
      shipment: this.#firstTime(order.order_id, 'awaiting_shipment'),
      shipped: this.#firstTime(order.order_id, 'shipped'),
    }));
    const whole = paths.filter(({ script, shipment, shipped }) => script && shipment && shipped);
    const mean = (from: keyof (typeof paths)[0], to: keyof (typeof paths)[0]): Expected => {
      const spans = whole.map((path) => (path[to]! - path[from]!) / HOUR);
      return [over(sum(spans), spans.length), whole.length, recent.length];
    };
    return {
      purchaseToScript: mean('placed', 'script'),
      scriptToShipment: mean('script', 'shipment'),
      shipmentToShipped: mean('shipment', 'shipped'),
      purchaseToShipped: mean('placed', 'shipped'),
      ...this.#shipping(),
    };
  }

  #firstTime(order: string, status: string): number | null {
    const times = this.#t.order_status_updates
      .filter(({ order_id, updated_status }) => order_id === order && updated_status === status)
      .map(({ status_updated_at }) => ms(status_updated_at));
    return times.length === 0 ? null : Math.min(...times);
  }

  #shipping(): Record<string, Expected> {
    const placed = this.#t.orders.filter(({ created_at }) => this.#in(created_at));
    const spans = placed
      .flatMap((order) => {
        const shipped = this.#firstTime(order.order_id, 'shipped');
        return shipped === null ? [] : [Math.floor((shipped - ms(order.created_at)) / 60_000) / 60];
      })
      .toSorted((a, b) => a - b);
    const core = ['awaiting_requirements', 'awaiting_script', 'awaiting_shipment', 'shipped'];
    const histories = placed.map((order) =>
      this.#t.order_status_updates
        .filter((update) => update.order_id === order.order_id && core.includes(update.updated_status))
        .map((update) => ({ at: ms(update.status_updated_at), stage: core.indexOf(update.updated_status) })),
    );
    const staged = histories.filter((history) => history.length > 0);
    const back = staged.filter((history) =>
      history.some((later) => history.some(({ at, stage }) => at < later.at && stage > later.stage)),
    );
    return {
      medianHoursToShip: [spans[Math.ceil(spans.length * 0.5) - 1] ?? null, spans.length, placed.length],
      p90HoursToShip: [spans[Math.ceil(spans.length * 0.9) - 1] ?? null, spans.length, placed.length],
      wentBack: [over(back.length, staged.length), staged.length, placed.length],
    };
  }

  /** Refunds in dollars that succeeded in the range, each with its payment. */
  refunded() {
    return this.#t.refunds
      .filter(
        ({ status, currency, created_at }) => status === 'succeeded' && currency === 'USD' && this.#in(created_at),
      )
      .map((refund) => ({
        refund,
        payment: this.#t.payments.find(({ charge_id }) => charge_id === refund.charge_id)!,
      }));
  }

  #refunds(): Record<string, Expected> {
    const made = this.refunded();
    const payments = [...new Set(made.map(({ payment }) => payment))];
    const full = payments.filter(({ charge_id, amount }) => {
      const ofIt = this.#t.refunds.filter(
        (refund) => refund.charge_id === charge_id && refund.status === 'succeeded' && ms(refund.created_at) < this.#to,
      );
      return sum(ofIt.map((refund) => refund.amount)) >= amount;
    }).length;
    const took = made.map(({ refund, payment }) => (ms(refund.created_at) - ms(payment.created_at)) / HOUR);
    return {
      fullyRefundedPayments: [full, payments.length, payments.length],
      partlyRefundedPayments: [payments.length - full, payments.length, payments.length],
      timeToRefund: [over(sum(took), took.length), took.length, took.length],
    };
  }

  /** By product: orders, customers, active subscriptions, revenue; the most revenue first. */
  products() {
    const placed = this.#t.orders.filter(({ created_at }) => this.#in(created_at));
    const cancelled = new Set(this.#t.orders_cancelled.map(({ order_id }) => order_id));
    const active = this.#standing().filter(({ state }) => state === 'active');
    const named = placed.filter(({ product_id }) => product_id !== null);
    const sold = [...Map.groupBy(named, ({ product_id }) => product_id)].map(([productId, orders]) => ({
      productId,
      orders: orders.length,
      customers: new Set(orders.map(({ customer_id }) => customer_id)).size,
      activeSubscriptions: active.filter(({ product_id }) => product_id === productId).length,
      revenue: sum(orders.filter(({ order_id }) => !cancelled.has(order_id)).map(({ total_amount }) => total_amount)),
    }));
    sold.sort((a, b) => b.revenue - a.revenue || (String(a.productId) < String(b.productId) ? -1 : 1));
    return { rows: named.length, outOf: placed.length, top: sold.slice(0, 5) };
  }
}

function same(value: number): Expected {
  return [value, value, value];
}

function sum(values: number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function over(part: number, whole: number): number | null {
  return whole === 0 ? null : part / whole;
}

/** A quotient rounded to whole cents, half a cent up; null over nothing. */
function cents(amount: number | bigint, over: number | bigint, count: number = Number(over)): string | null {
  if (count === 0) return null;
  return String((2n * BigInt(amount) + BigInt(over)) / (2n * BigInt(over)));
}
