/** How much to make. Whole numbers of at least 1. */
export interface DemoSize {
  customers: number;
  /** Exactly so many orders a customer, each with one payment. Without it: the real 476 orders for 281 customers. */
  ordersPerCustomer?: number;
  /** Exactly so many history rows an order. Without it: the real 6.5 on average. */
  statusesPerOrder?: number;
}

/** Everything the generator must hit exactly. */
export interface DemoCounts {
  customers: number;
  customersWithoutOrder: number;
  addresses: number;
  apartmentBuildings: number;
  addressesWithCountry: number;
  orders: number;
  checkoutOrders: number;
  ordersWithoutProduct: number;
  ordersWithoutAddress: number;
  ordersWithPharmacy: number;
  ordersWithCoupon: number;
  stubs: number;
  cancelledOrders: number;
  statuses: number;
  backwards: number;
  unknownStatuses: number;
  payments: number;
  paymentsWithoutCard: number;
  /** Orders by how they were paid. */
  pendingOrders: number;
  failedOrders: number;
  retriedOrders: number;
  surchargedOrders: number;
  companionOrders: number;
  freeOrders: number;
  refunds: number;
  splitRefunds: number;
  failedRefunds: number;
  pendingRefunds: number;
  refundsWithoutReason: number;
  active: number;
  activeUnlinked: number;
  activeWithUpdate: number;
  paused: number;
  pausedUnlinked: number;
  cancelled: number;
  cancelledUnlinked: number;
  ended: number;
  audited: number;
  answers: number;
  webhookLogs: number;
  errorLogs: number;
}

/** The operator's own figures are those of so many customers; all else is in proportion. */
const REAL_CUSTOMERS = 281;
const REAL_ORDERS = 476;
const REAL_STATUSES = 3_081;
const MOST_ORDERS = 2_000_000;
/** An order's history is written in one transaction. */
const MOST_STATUSES_PER_ORDER = 1_000;

/**
 * The counts for a size, rounded from the real proportions; products and coupons stay as they are.
 * @throws RangeError if it is more than one process can plan in memory.
 */
export function demoCounts({ customers, ordersPerCustomer, statusesPerOrder }: DemoSize): DemoCounts {
  const scaled = (real: number) => Math.round((real * customers) / REAL_CUSTOMERS);
  const orders = ordersPerCustomer === undefined ? scaled(REAL_ORDERS) : customers * ordersPerCustomer;
  if (orders > MOST_ORDERS) {
    throw new RangeError(`That would be ${orders} orders; one run can make at most ${MOST_ORDERS}. Ask for less.`);
  }
  if (statusesPerOrder !== undefined && statusesPerOrder > MOST_STATUSES_PER_ORDER) {
    throw new RangeError(`An order can get at most ${MOST_STATUSES_PER_ORDER} history rows. Ask for less.`);
  }
  const ofOrders = (real: number) => Math.round((real * orders) / REAL_ORDERS);
  const statuses = statusesPerOrder === undefined ? ofOrders(REAL_STATUSES) : orders * statusesPerOrder;
  const billing = ordersPerCustomer === undefined ? realBilling(orders, scaled) : oneEach(orders, ofOrders(5));
  return {
    customers,
    customersWithoutOrder: ordersPerCustomer === undefined ? scaled(18) : 0,
    addresses: Math.max(1, scaled(248)),
    apartmentBuildings: scaled(30),
    addressesWithCountry: scaled(16),
    orders,
    statuses,
    ...orderTraits(ofOrders),
    ...billing,
    ...refunds(billing.payments),
    ...subscriptions(scaled),
    answers: scaled(145),
    webhookLogs: scaled(60),
    errorLogs: scaled(6),
  };
}

function orderTraits(ofOrders: (real: number) => number) {
  return {
    checkoutOrders: ofOrders(150),
    ordersWithoutProduct: ofOrders(154),
    ordersWithoutAddress: ofOrders(166),
    ordersWithPharmacy: ofOrders(101),
    ordersWithCoupon: ofOrders(32),
    stubs: ofOrders(5),
    cancelledOrders: ofOrders(71),
    backwards: ofOrders(2),
    unknownStatuses: ofOrders(4),
  };
}

/** Prepaid renewals cost nothing; some charges fail; a cart may become two orders under one payment. */
function realBilling(orders: number, scaled: (real: number) => number) {
  const payments = scaled(438);
  const pendingOrders = scaled(4);
  const failedOrders = scaled(5);
  const retriedOrders = scaled(14) - failedOrders;
  const surchargedOrders = scaled(2);
  const companionOrders = scaled(3);
  const paid = payments - failedOrders - retriedOrders - surchargedOrders;
  const freeOrders = orders - paid - companionOrders - pendingOrders - failedOrders;
  const paymentsWithoutCard = scaled(38);
  return {
    payments,
    paymentsWithoutCard,
    pendingOrders,
    failedOrders,
    retriedOrders,
    surchargedOrders,
    companionOrders,
    freeOrders,
  };
}

/** For measuring: one payment an order. */
function oneEach(orders: number, failedOrders: number): ReturnType<typeof realBilling> {
  const none = { pendingOrders: 0, retriedOrders: 0, surchargedOrders: 0, companionOrders: 0, freeOrders: 0 };
  return { ...none, payments: orders, paymentsWithoutCard: Math.round((38 * orders) / 438), failedOrders };
}

function refunds(payments: number) {
  const ofPayments = (real: number) => Math.round((real * payments) / 438);
  return {
    refunds: ofPayments(121),
    splitRefunds: ofPayments(4),
    failedRefunds: ofPayments(2),
    pendingRefunds: ofPayments(3),
    refundsWithoutReason: ofPayments(28),
  };
}

/** 36 % of each kind came without customer and product. */
function subscriptions(scaled: (real: number) => number) {
  return {
    active: scaled(206),
    activeUnlinked: scaled(75),
    activeWithUpdate: scaled(88),
    paused: scaled(15),
    pausedUnlinked: scaled(5),
    cancelled: scaled(53),
    cancelledUnlinked: scaled(19),
    ended: scaled(6),
    audited: scaled(202),
  };
}
