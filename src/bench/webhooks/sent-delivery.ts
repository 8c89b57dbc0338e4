import Stripe from 'stripe';
import type { WebhookSecrets } from '../server-process.ts';
import { type KnownOrder, orderAt } from './orders.ts';

/** A webhook as its sender posts it. */
export interface SentDelivery {
  path: string;
  headers: Record<string, string>;
  body: string;
}

/** An order is updated several times and paid once. */
const PAYMENT_EVERY = 4;
const STATUSES = ['processing', 'awaiting_script', 'awaiting_shipment', 'shipped', 'delivered'];
const FIRST_UPDATE = Date.parse('2026-02-01T09:00:00.000Z');

/** Delivery `number` from 0 on, no two of them alike: three order updates, then a payment, each of another order. */
export function sentDelivery(number: number, secrets: WebhookSecrets): SentDelivery {
  const order = orderAt(number);
  return number % PAYMENT_EVERY === PAYMENT_EVERY - 1
    ? payment(number, order, secrets.stripe)
    : orderUpdate(number, order, secrets.careportals);
}

function orderUpdate(number: number, order: KnownOrder, secret: string): SentDelivery {
  return {
    path: '/webhooks/careportals/order.updated',
    headers: { 'x-careportals-secret': secret },
    body: JSON.stringify(orderBody(number, order)),
  };
}

/** The flat form: dotted keys, everything text, lists lost in the template; about 2 KB. */
function orderBody(number: number, order: KnownOrder): Record<string, string> {
  return {
    _id: order.internalId,
    organization: 'bench_org',
    id: String(order.orderId),
    status: STATUSES[number % STATUSES.length] ?? '',
    statusHistory: '[object Object],[object Object],[object Object]',
    source: 'checkout',
    lineItems: '[object Object],[object Object]',
    shippingAddress: '[object Object]',
    invoices: '',
    totalAmount: '149.5',
    discountAmount: '149.5',
    baseAmount: '299',
    creditUsedAmount: '0',
    assignedToGroup: '',
    requirements: '',
    isDeleted: 'false',
    postPurchaseStatus: '',
    createdAt: '2026-01-05T09:00:00.000Z',
    updatedAt: new Date(FIRST_UPDATE + number).toISOString(),
    _v: '',
    shipments: '[object Object]',
    shippedAt: '2026-01-07T10:00:00.000Z',
    trackingCode: `1ZBENCH0000${order.orderId}`,
    trackingLink: `https://tracking.example.test/parcels/1ZBENCH0000${order.orderId}?lang=en&from=mail`,
    'customer._id': order.customerId,
    'customer.firstName': 'Bench',
    'customer.lastName': `Customer ${order.orderId}`,
    'customer.email': order.email,
    'customer.phone': '+12125550142',
    'customer.createdAt': '2026-01-05T08:55:00.000Z',
    'customer.tags': 'newsletter,returning,spring-campaign',
    'assignedTo.firstName': 'SevenCells',
    'assignedTo.lastName': 'Pharmacy',
    'assignedTo.email': 'pharmacy@example.test',
    state: 'NY',
    productId: '',
    notes: WORDS,
    'attribution.landingPage': `https://shop.example.test/start?utm_source=mail&utm_campaign=spring&ref=${order.orderId}`,
    'attribution.userAgent': 'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 Version/18.1 Safari',
  };
}

const WORDS = 'Leave the parcel with the doorman if nobody answers; call before delivery. '.repeat(6).trim();

function payment(number: number, { orderId }: KnownOrder, secret: string): SentDelivery {
  const body = JSON.stringify(paymentEvent(number, orderId));
  return {
    path: '/webhooks/stripe',
    headers: { 'stripe-signature': Stripe.webhooks.generateTestHeaderString({ payload: body, secret }) },
    body,
  };
}

function paymentEvent(number: number, orderId: number) {
  const paidAt = Math.floor(FIRST_UPDATE / 1_000) + number;
  return {
    id: `evt_bench${number}`,
    object: 'event',
    api_version: '2025-09-30.clover',
    created: paidAt + 1,
    type: 'payment_intent.succeeded',
    livemode: false,
    pending_webhooks: 1,
    request: { id: null, idempotency_key: null },
    data: {
      object: {
        id: `pi_bench${number}`,
        object: 'payment_intent',
        amount: 14_950,
        amount_received: 14_950,
        application_fee_amount: 150,
        capture_method: 'automatic',
        created: paidAt,
        currency: 'usd',
        customer: `cus_bench${orderId}`,
        description: `Orders #${orderId}`,
        last_payment_error: null,
        latest_charge: `ch_bench${number}`,
        livemode: false,
        metadata: { organization: 'bench_org', resourceId: String(orderId), resourceType: 'orders' },
        payment_method: `pm_bench${orderId}`,
        payment_method_types: ['card', 'link'],
        status: 'succeeded',
      },
    },
  };
}
