import { COUPONS, type DemoCoupon, type DemoProduct, discountOf, PRODUCTS } from './demo-catalog.ts';
import type { DemoCounts } from './demo-counts.ts';
import type { OrderMoment, Timeline } from './plan-timeline.ts';
import type { Random } from './random.ts';

/**
 * How an order is paid: `once`; `retried` (a failed charge, then a good one); `surcharged` (a second charge later);
 * `failed` (no good charge); `companion` (with the payment of another order); `free` and `pending` (no payment).
 */
export type Billing = 'once' | 'retried' | 'surcharged' | 'failed' | 'companion' | 'free' | 'pending';

export interface PlannedRefund {
  /** Cents. */
  amount: number;
  status: 'succeeded' | 'pending' | 'failed';
  reason: string | null;
}

/** All that is decided of an order before its rows are made. Amounts in cents. */
export interface PlannedOrder extends OrderMoment {
  /** The order number. */
  number: number;
  product: DemoProduct;
  source: string;
  billing: Billing;
  /** On the order that pays for a companion. */
  pays: PlannedOrder | null;
  coupon: DemoCoupon | null;
  base: number;
  discount: number;
  credit: number;
  hasProduct: boolean;
  hasAddress: boolean;
  hasPharmacy: boolean;
  isStub: boolean;
  refunds: PlannedRefund[];
  /** The status that the order comes to rest in, if there is time enough. */
  ending: string;
  goesBack: boolean;
}

/** What goes into a cart beside the main product: vitamins, anti-nausea, booster. */
const EXTRAS = PRODUCTS.slice(17, 20);

/** @returns the orders, oldest first, without refunds and endings. */
export function planOrders(
  counts: DemoCounts,
  { starts, moments }: Timeline,
  firstNumber: number,
  random: Random,
): PlannedOrder[] {
  const products = starts.map(() => pickProduct(random));
  const orders = moments.map((moment, i) => ({
    ...bareOrder(moment, products[moment.customer]!, random),
    number: firstNumber + i,
  }));
  planSources(orders, counts, random);
  planBilling(orders, counts, random);
  for (const order of orders) order.base = basePrice(order);
  planReductions(orders, counts, random);
  planGaps(orders, counts, random);
  return orders;
}

/** What is paid in the end, in cents. */
export function totalOf(order: PlannedOrder): number {
  return order.base - order.discount - order.credit;
}

/** The first ones of the catalogue are ordered most. */
export function pickProduct(random: Random): DemoProduct {
  return PRODUCTS[Math.floor(PRODUCTS.length * random.next() ** 2.2)]!;
}

function bareOrder(moment: OrderMoment, product: DemoProduct, random: Random): Omit<PlannedOrder, 'number'> {
  return {
    ...moment,
    product: moment.companion ? random.pick(EXTRAS) : product,
    source: random.chance(0.01) ? random.pick(['api', 'admin', 'imported']) : 'subscription_cycle',
    billing: moment.companion ? 'companion' : 'once',
    pays: null,
    coupon: null,
    base: 0,
    discount: 0,
    credit: 0,
    hasProduct: true,
    hasAddress: true,
    hasPharmacy: false,
    isStub: false,
    refunds: [],
    ending: 'shipped',
    goesBack: false,
  };
}

/** Many customers' first order on record is a renewal: they came before the records begin. */
function planSources(orders: PlannedOrder[], counts: DemoCounts, random: Random): void {
  const firsts = orders.filter((order) => order.ordinal === 0 && !order.companion);
  const firstOf = new Map(firsts.map((order) => [order.customer, order]));
  const carts = orders.filter((order) => order.companion);
  for (const companion of carts) firstOf.get(companion.customer)!.pays = companion;
  const [double, single] = split(firsts, (order) => order.pays !== null);
  const wanted = Math.min(counts.checkoutOrders, carts.length + firsts.length) - carts.length - double.length;
  for (const order of [...carts, ...double, ...random.choose(single, Math.max(0, wanted))]) order.source = 'checkout';
}

function planBilling(orders: PlannedOrder[], counts: DemoCounts, random: Random): void {
  const mark = (billing: Billing, marked: PlannedOrder[]) => {
    for (const order of marked) order.billing = billing;
  };
  const unpaid = counts.pendingOrders + counts.failedOrders;
  const recent = orders.slice(Math.floor(orders.length * 0.85));
  const waiting = random.choosePreferring(
    recent.filter(isPlain),
    orders.slice(0, -recent.length).filter(isPlain),
    unpaid,
  );
  mark('failed', waiting.slice(0, counts.failedOrders));
  mark('pending', waiting.slice(counts.failedOrders));
  const [prepaid, others] = split(orders.filter(isPlain), isPrepaid);
  mark('free', random.choosePreferring(prepaid, others, counts.freeOrders));
  mark('retried', random.choose(orders.filter(isPlain), counts.retriedOrders));
  mark('surcharged', random.choose(orders.filter(isPlain), counts.surchargedOrders));
}

function isPlain(order: PlannedOrder): boolean {
  return order.billing === 'once' && order.pays === null;
}

function isPrepaid(order: PlannedOrder): boolean {
  return order.ordinal > 0 && order.ordinal < (order.product.saleCycleDuration ?? 1);
}

function basePrice({ billing, ordinal, product }: PlannedOrder): number {
  if (billing === 'free') return 0;
  return (ordinal === 0 ? product.salePrice : product.renewalPrice) ?? product.listPrice;
}

function planReductions(orders: PlannedOrder[], counts: DemoCounts, random: Random): void {
  const [priced] = split(orders, (order) => order.billing !== 'free' && order.billing !== 'companion');
  for (const order of random.choose(priced, Math.min(counts.ordersWithCoupon, priced.length))) {
    order.coupon = random.pick(COUPONS);
    order.discount = discountOf(order.coupon, order.base);
  }
  for (const order of priced) {
    if (order.coupon === null && random.chance(0.05)) order.credit = random.between(5, 35) * 100;
  }
}

/** What the old merge of a CSV file lost, mostly on older orders; pharmacies are known of the newer ones. */
function planGaps(orders: PlannedOrder[], counts: DemoCounts, random: Random): void {
  const middle = orders[Math.floor(orders.length * 0.6)]!.at;
  const [older, newer] = split(orders, (order) => order.at < middle);
  const merged = random.choosePreferring(older, newer, counts.ordersWithoutProduct);
  for (const order of merged) order.hasProduct = order.hasAddress = false;
  const whole = orders.filter((order) => order.hasAddress);
  for (const order of random.choose(whole, counts.ordersWithoutAddress - merged.length)) order.hasAddress = false;
  const [assigned, others] = split(
    orders.filter((order) => order.hasAddress),
    (order) => order.at >= middle,
  );
  for (const order of random.choosePreferring(assigned, others, counts.ordersWithPharmacy)) order.hasPharmacy = true;
  for (const order of random.choose(merged, counts.stubs)) order.isStub = true;
}

/** Those for which the test holds, and the others. */
function split<T>(list: readonly T[], test: (item: T) => boolean): [T[], T[]] {
  const { yes = [], no = [] } = Object.groupBy(list, (item) => (test(item) ? 'yes' : 'no'));
  return [yes, no];
}
