import { randomBytes } from 'node:crypto';

/** One webhook of the played business. */
export interface PlayedEvent {
  source: 'careportals' | 'stripe';
  /** e.g. `order.updated`; for Stripe it also stands in the body. */
  event: string;
  body: object;
}

const NAMES = ['Marisol', 'Tobias', 'Imogen', 'Casper', 'Ondine', 'Leopold', 'Saffron', 'Ambrose'];
const SURNAMES = ['Quennell', 'Hartwick', 'Vartan', 'Okonjo', 'Lindqvist', 'Baptiste', 'Marrow', 'Ferrante'];
const STAGES = ['processing', 'awaiting_requirements', 'awaiting_script', 'awaiting_shipment', 'shipped'];
const PRODUCT = { id: 'd0d0d0d0d0d0d0d0d0d0d0d0', name: 'Demo Starter (4-week)', drug: 'Semaglutide 0.25 mg/0.5 mL' };
const PRICE_DOLLARS = 299;

/**
 * What one fictional customer's order makes CarePortals and Stripe send, in order: placed, paid, subscribed, through
 * the stages, and sometimes given back. Everything is as text, as the operator's templates send it.
 * @param orderNumber a number that no other order has
 */
export function* playStory(orderNumber: number, now: () => Date): Generator<PlayedEvent, void> {
  const order = newOrder(orderNumber, now);
  yield { source: 'careportals', event: 'order.created', body: order };
  yield stripe('payment_intent.succeeded', paymentIntent(orderNumber), now);
  yield { source: 'careportals', event: 'subscription.created', body: subscription(order, now) };
  for (const status of STAGES) {
    const updatedAt = now().toISOString();
    yield { source: 'careportals', event: 'order.updated', body: { ...order, status, updatedAt } };
  }
  if (orderNumber % 4 === 0) yield stripe('refund.created', refund(orderNumber), now);
}

function newOrder(orderNumber: number, now: () => Date) {
  const first = pick(NAMES, orderNumber);
  const last = pick(SURNAMES, Math.floor(orderNumber / NAMES.length));
  return {
    _id: mongoId(),
    organization: 'demo_org',
    id: String(orderNumber),
    source: 'checkout',
    totalAmount: String(PRICE_DOLLARS),
    discountAmount: '0',
    baseAmount: String(PRICE_DOLLARS),
    creditUsedAmount: '0',
    createdAt: now().toISOString(),
    coupon: '',
    'customer._id': mongoId(),
    'customer.firstName': first,
    'customer.lastName': last,
    'customer.email': `${first}.${last}.${orderNumber}@example.org`.toLowerCase(),
    'customer.phone': `+1212555${String(100 + (orderNumber % 100)).padStart(4, '0')}`,
    'shippingAddress.address1': `${100 + (orderNumber % 800)} Juniper St.`,
    'shippingAddress.address2': '',
    'shippingAddress.city': 'Riverton',
    'shippingAddress.provinceCode': 'NY',
    'shippingAddress.postalCode': '10999',
    'shippingAddress.countryCode': 'US',
    'assignedTo.firstName': 'SevenCells',
    'assignedTo.lastName': 'Pharmacy',
    'lineItems.0.productId': PRODUCT.id,
    'lineItems.0.name': PRODUCT.name,
    'lineItems.0.drugName': PRODUCT.drug,
    'lineItems.0.listPrice': String(PRICE_DOLLARS),
    'lineItems.0.price': String(PRICE_DOLLARS),
    'lineItems.0.discount.reductionAmount': '',
    'lineItems.0.discount.reductionType': '',
  };
}

function subscription(order: ReturnType<typeof newOrder>, now: () => Date) {
  const at = now();
  return {
    _id: mongoId(),
    organization: 'demo_org',
    'customer._id': order['customer._id'],
    'customer.email': order['customer.email'],
    'product._id': PRODUCT.id,
    currentCycle: '1',
    nextCycleDate: new Date(at.getTime() + 28 * 86_400_000).toISOString(),
    status: 'active',
    currency: 'USD',
    createdAt: order.createdAt,
    updatedAt: at.toISOString(),
  };
}

function paymentIntent(orderNumber: number) {
  return {
    id: `pi_demo${orderNumber}`,
    object: 'payment_intent',
    amount: PRICE_DOLLARS * 100,
    amount_received: PRICE_DOLLARS * 100,
    application_fee_amount: PRICE_DOLLARS,
    currency: 'usd',
    customer: `cus_demo${orderNumber}`,
    description: `Orders #${orderNumber}`,
    latest_charge: `ch_demo${orderNumber}`,
    metadata: { organization: 'demo_org', resourceId: String(orderNumber), resourceType: 'orders' },
    payment_method: `pm_demo${orderNumber}`,
    status: 'succeeded',
  };
}

function refund(orderNumber: number) {
  return {
    id: `re_demo${orderNumber}`,
    object: 'refund',
    amount: (PRICE_DOLLARS * 100) / 2,
    charge: `ch_demo${orderNumber}`,
    payment_intent: `pi_demo${orderNumber}`,
    currency: 'usd',
    reason: 'requested_by_customer',
    status: 'succeeded',
  };
}

function stripe(event: string, object: object, now: () => Date): PlayedEvent {
  const created = Math.floor(now().getTime() / 1000);
  const body = {
    id: `evt_demo${randomBytes(8).toString('hex')}`,
    object: 'event',
    api_version: '2025-09-30.clover',
    created,
    type: event,
    livemode: false,
    data: { object: { ...object, created, livemode: false } },
  };
  return { source: 'stripe', event, body };
}

function mongoId(): string {
  return randomBytes(12).toString('hex');
}

function pick(list: readonly string[], index: number): string {
  return list[index % list.length] ?? '';
}
