import {
  among,
  atOrAfter,
  before,
  camel,
  type Filter,
  type Kind,
  type Many,
  type One,
  ofCustomer,
  yesOrNo,
} from './kind.ts';
import { hasOrder, naming, sameText, webhooks } from './people.ts';
import { type Row, rowsWith, type World } from './world.ts';

/** The row of another table that this row names. */
export function named(to: string, table: string, column: string, own = column): One {
  return { to, row: (row, world) => rowsWith(world, table, column, row[own])[0] };
}

/** What orders and subscriptions both name. */
export const customerAndProduct = {
  customer: named('Customer', 'customers', 'customer_id'),
  product: named('Product', 'products', 'product_id'),
};

/** Rows of another table that a table of pairs puts beside this row. */
export function through(pairs: string, own: string, to: string, table: string, column: string): Many {
  const rows = (row: Row, world: World) =>
    linked(world, pairs, own, row).flatMap((pair) => linked(world, table, column, pair));
  return { to, rows };
}

/** Statuses with a name of their own; all others are OTHER. */
const NAMED =
  'PENDING AWAITING_PAYMENT PROCESSING AWAITING_REQUIREMENTS AWAITING_REQUISITION AWAITING_RESULTS AWAITING_SCRIPT AWAITING_FULFILLMENT AWAITING_SHIPMENT SHIPPED DELIVERED COMPLETED CANCELLED REFUNDED'.split(
    ' ',
  );

function statusName(stored: unknown): string | null {
  if (stored === null) return null;
  const name = String(stored).toUpperCase();
  return NAMED.includes(name) ? name : 'OTHER';
}

function ofStatus(column: string): Filter {
  const test = (row: Row, values: string[]) => row[column] !== null && values.includes(statusName(row[column]) ?? '');
  return { column, field: camel(column), test };
}

function linked(world: World, table: string, column: string, row: Row): Row[] {
  return rowsWith(world, table, column, row[column]);
}

function paymentsOf(order: Row, world: World): Row[] {
  return linked(world, 'payment_orders', 'order_id', order).flatMap((link) =>
    linked(world, 'payments', 'payment_id', link),
  );
}

function isOfMyOrder(row: Row, me: string, world: World): boolean {
  return hasOrder(world, me, (order) => order.order_id === row.order_id);
}

const order: Kind = {
  type: 'Order',
  prefix: 'order',
  table: 'orders',
  key: 'order_id',
  columns:
    'baseAmount carePortalsInternalOrderId createdAt creditUsedAmount discountAmount discountReductionAmount discountReductionType isStub orderId pharmacyAssigned shipToAddress1 shipToAddress2 shipToCity shipToCountryCode shipToPostalCode shipToProvinceCode shippedAt source totalAmount trackingCode trackingLink updatedAt'.split(
      ' ',
    ),
  sorts: ['CREATED_AT', 'ORDER_ID', 'TOTAL_AMOUNT', 'CURRENT_STATUS_AT'],
  filters: {
    orderIds: among('order_id'),
    status: ofStatus('current_status'),
    rawStatus: among('current_status', 'text'),
    customerId: ofCustomer('customer_id'),
    productId: among('product_id'),
    source: among('source', 'text'),
    pharmacy: among('pharmacy_assigned', 'text'),
    provinceCode: among('ship_to_province_code', 'text'),
    couponCode: among('coupon_code', 'text'),
    isStub: yesOrNo('is_stub'),
    createdFrom: atOrAfter('created_at'),
    createdBefore: before('created_at'),
    statusChangedFrom: atOrAfter('current_status_at'),
    statusChangedBefore: before('current_status_at'),
  },
  unique: { orderId: 'order_id' },
  own: (row, me) => row.customer_id === me,
  values: {
    status: (row) => statusName(row.current_status),
    rawStatus: (row) => row.current_status,
    statusUpdatedAt: (row) => row.current_status_at,
    currency: () => 'USD',
  },
  one: {
    ...customerAndProduct,
    coupon: {
      to: 'Coupon',
      row: (row, world) => world.coupons?.find((coupon) => sameText(coupon.coupon_code, row.coupon_code)),
    },
    shippingAddress: named('Address', 'addresses', 'address_id', 'shipping_address_id'),
    cancellation: named('OrderCancellation', 'orders_cancelled', 'order_id'),
  },
  many: {
    payments: { to: 'Payment', rows: paymentsOf },
    refunds: {
      to: 'Refund',
      rows: (row, world) => paymentsOf(row, world).flatMap((payment) => linked(world, 'refunds', 'charge_id', payment)),
    },
    statusHistory: naming('OrderStatusUpdate', 'order_status_updates', 'order_id'),
    prescriptions: through('prescription_orders', 'order_id', 'Prescription', 'prescriptions', 'prescription_id'),
    webhooks: webhooks('Order', 'order_id'),
  },
};

const statusUpdate: Kind = {
  type: 'OrderStatusUpdate',
  prefix: 'status',
  table: 'order_status_updates',
  key: 'update_id',
  columns: 'actor changedCurrent note orderCreatedAt source statusUpdatedAt updateId webhookReceivedAt'.split(' '),
  sorts: ['STATUS_UPDATED_AT', 'UPDATE_ID'],
  filters: {
    status: ofStatus('updated_status'),
    source: among('source', 'text'),
    updatedFrom: atOrAfter('status_updated_at'),
    updatedBefore: before('status_updated_at'),
  },
  own: isOfMyOrder,
  values: {
    status: (row) => statusName(row.updated_status),
    rawStatus: (row) => row.updated_status,
    previousStatus: (row) => statusName(row.previous_status),
  },
  one: { order: named('Order', 'orders', 'order_id') },
  many: { webhooks: webhooks('OrderStatusUpdate', 'update_id') },
};

const cancellation: Kind = {
  type: 'OrderCancellation',
  prefix: 'cancellation',
  table: 'orders_cancelled',
  key: 'cancellation_id',
  columns: 'cancellationId cancelledAt'.split(' '),
  sorts: ['CANCELLED_AT'],
  filters: {},
  own: isOfMyOrder,
  one: { order: named('Order', 'orders', 'order_id') },
  many: { webhooks: webhooks('OrderCancellation', 'cancellation_id') },
};

const payment: Kind = {
  type: 'Payment',
  prefix: 'payment',
  table: 'payments',
  key: 'payment_id',
  columns:
    'amount applicationFeeAmount cardBrand cardLast4 chargeId createdAt currency description paymentId paymentIntentId paymentMethodId status stripeCustomerId webhookReceivedAt'.split(
      ' ',
    ),
  sorts: ['CREATED_AT', 'PAYMENT_ID', 'AMOUNT'],
  filters: {
    orderId: among('order_id'),
    chargeId: among('charge_id'),
    paymentIntentId: among('payment_intent_id'),
    stripeCustomerId: among('stripe_customer_id'),
    status: among('status', 'text'),
    createdFrom: atOrAfter('created_at'),
    createdBefore: before('created_at'),
  },
  unique: { paymentId: 'payment_id', chargeId: 'charge_id' },
  own: isOfMyOrder,
  one: { order: named('Order', 'orders', 'order_id') },
  many: {
    orders: {
      to: 'Order',
      rows: (row, world) =>
        linked(world, 'payment_orders', 'payment_id', row).flatMap((link) => linked(world, 'orders', 'order_id', link)),
    },
    refunds: naming('Refund', 'refunds', 'charge_id'),
    webhooks: webhooks('Payment', 'payment_id'),
  },
};

const refund: Kind = {
  type: 'Refund',
  prefix: 'refund',
  table: 'refunds',
  key: 'refund_id',
  columns:
    'amount chargeId createdAt currency paymentIntentId reason refundId status stripeRefundId webhookReceivedAt'.split(
      ' ',
    ),
  sorts: ['CREATED_AT', 'REFUND_ID', 'AMOUNT'],
  filters: {
    stripeRefundId: among('stripe_refund_id'),
    chargeId: among('charge_id'),
    paymentIntentId: among('payment_intent_id'),
    status: among('status', 'text'),
    reason: among('reason', 'text'),
    createdFrom: atOrAfter('created_at'),
    createdBefore: before('created_at'),
  },
  unique: { refundId: 'refund_id', stripeRefundId: 'stripe_refund_id' },
  own: (row, me, world) => linked(world, 'payments', 'charge_id', row).some((paid) => isOfMyOrder(paid, me, world)),
  one: { payment: named('Payment', 'payments', 'charge_id') },
  many: { webhooks: webhooks('Refund', 'refund_id') },
};

export const orderKinds = [order, statusUpdate, cancellation, payment, refund];
