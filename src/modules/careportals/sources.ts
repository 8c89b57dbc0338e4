import type { Source } from '../../platform/read/source.ts';
import { coupons } from './catalog/coupon.source.ts';
import { products } from './catalog/product.source.ts';
import { addresses } from './customers/address.source.ts';
import { customers } from './customers/customer.source.ts';
import { messages } from './messages/message.source.ts';
import { errorLogs, webhookLogs } from './operations/log.source.ts';
import { webhookDeliveries } from './operations/webhook-delivery.source.ts';
import { orders } from './orders/order.source.ts';
import { orderCancellations, orderStatusUpdates } from './orders/order-status-update.source.ts';
import { payments } from './payments/payment.source.ts';
import { refunds } from './payments/refund.source.ts';
import { prescriptions } from './prescriptions/prescription.source.ts';
import { questionnaireResponses } from './questionnaires/questionnaire-response.source.ts';
import { bulkItems, bulkJobs } from './subscriptions/bulk/bulk.source.ts';
import { auditEntries, subscriptions } from './subscriptions/subscription.source.ts';

/** Every node type of the core; node(id) finds its way by their idPrefix. */
export const sources: readonly Source[] = [
  customers,
  addresses,
  products,
  coupons,
  orders,
  orderStatusUpdates,
  orderCancellations,
  payments,
  refunds,
  subscriptions,
  auditEntries,
  bulkJobs,
  bulkItems,
  prescriptions,
  messages,
  questionnaireResponses,
  webhookDeliveries,
  webhookLogs,
  errorLogs,
];
