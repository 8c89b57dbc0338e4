import type { ManyEdge } from '../../platform/read/source.ts';
import { messages } from './messages/message.source.ts';
import { webhookLogs } from './operations/log.source.ts';
import { orders } from './orders/order.source.ts';
import { payments } from './payments/payment.source.ts';
import { refunds } from './payments/refund.source.ts';
import { prescriptions } from './prescriptions/prescription.source.ts';
import { questionnaireResponses } from './questionnaires/questionnaire-response.source.ts';
import { bulkItems } from './subscriptions/bulk/bulk.source.ts';
import { auditEntries, subscriptions } from './subscriptions/subscription.source.ts';

/** The ways from one row to many. A new edge is an entry here and a field on the type. */
export const edges = {
  customerOrders: { name: 'Customer.orders', to: orders, by: 'o.customer_id', parentKey: 'customerId', kind: 'id' },
  customerSubscriptions: {
    name: 'Customer.subscriptions',
    to: subscriptions,
    by: 'd.customer_id',
    parentKey: 'customerId',
    kind: 'id',
  },
  customerPayments: {
    name: 'Customer.payments',
    to: payments,
    join: 'JOIN orders paid_order ON paid_order.order_id = y.order_id',
    by: 'paid_order.customer_id',
    parentKey: 'customerId',
    kind: 'id',
  },
  customerResponses: {
    name: 'Customer.questionnaireResponses',
    to: questionnaireResponses,
    by: 'q.customer_id',
    parentKey: 'customerId',
    kind: 'id',
  },
  customerPrescriptions: {
    name: 'Customer.prescriptions',
    to: prescriptions,
    by: 'rx.customer_id',
    parentKey: 'customerId',
    kind: 'id',
  },
  customerMessages: {
    name: 'Customer.messages',
    to: messages,
    by: 'm.customer_id',
    parentKey: 'customerId',
    kind: 'id',
  },
  addressOrders: {
    name: 'Address.orders',
    to: orders,
    join: 'JOIN addresses shipped_to ON shipped_to.address_id = o.shipping_address_id',
    by: 'shipped_to.public_id',
    parentKey: 'publicId',
    kind: 'id',
  },
  productOrders: { name: 'Product.orders', to: orders, by: 'o.product_id', parentKey: 'productId', kind: 'id' },
  productSubscriptions: {
    name: 'Product.subscriptions',
    to: subscriptions,
    by: 'd.product_id',
    parentKey: 'productId',
    kind: 'id',
  },
  couponOrders: { name: 'Coupon.orders', to: orders, by: 'o.coupon_code', parentKey: 'couponCode', kind: 'text' },
  orderPayments: {
    name: 'Order.payments',
    to: payments,
    join: 'JOIN payment_orders link ON link.payment_id = y.payment_id',
    by: 'link.order_id',
    parentKey: 'orderId',
    kind: 'bigint',
    few: true,
  },
  orderRefunds: {
    name: 'Order.refunds',
    to: refunds,
    join: `JOIN payments refunded ON refunded.charge_id = r.charge_id
      JOIN payment_orders link ON link.payment_id = refunded.payment_id`,
    by: 'link.order_id',
    parentKey: 'orderId',
    kind: 'bigint',
    few: true,
  },
  orderPrescriptions: {
    name: 'Order.prescriptions',
    to: prescriptions,
    join: 'JOIN prescription_orders served ON served.prescription_id = rx.prescription_id',
    by: 'served.order_id',
    parentKey: 'orderId',
    kind: 'bigint',
    few: true,
  },
  prescriptionOrders: {
    name: 'Prescription.orders',
    to: orders,
    join: 'JOIN prescription_orders served ON served.order_id = o.order_id',
    by: 'served.prescription_id',
    parentKey: 'prescriptionId',
    kind: 'id',
  },
  paymentOrders: {
    name: 'Payment.orders',
    to: orders,
    join: 'JOIN payment_orders link ON link.order_id = o.order_id',
    by: 'link.payment_id',
    parentKey: 'paymentId',
    kind: 'bigint',
    few: true,
  },
  paymentRefunds: {
    name: 'Payment.refunds',
    to: refunds,
    by: 'r.charge_id',
    parentKey: 'chargeId',
    kind: 'id',
    few: true,
  },
  subscriptionAudit: {
    name: 'CareSubscription.auditLog',
    to: auditEntries,
    by: 'l.subscription_id',
    parentKey: 'subscriptionId',
    kind: 'id',
  },
  deliveryLogs: {
    name: 'WebhookDelivery.logs',
    to: webhookLogs,
    by: 'w.inbox_id',
    parentKey: 'inboxId',
    kind: 'bigint',
    order: { field: 'logId', descending: true },
  },
  bulkJobItems: { name: 'BulkJob.items', to: bulkItems, by: 'i.job_id', parentKey: 'jobId', kind: 'bigint' },
} satisfies Record<string, ManyEdge>;
