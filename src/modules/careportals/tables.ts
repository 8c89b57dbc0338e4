import type { InferKyselyDB } from '@mikro-orm/mysql';
import type { Kysely } from 'kysely';
import { WebhookInbox } from '../../platform/inbox/webhook-inbox.entity.ts';
import { WebhookSubject } from '../../platform/inbox/webhook-subject.entity.ts';
import { Outbox } from '../../platform/outbox/outbox.entity.ts';
import { Coupon } from './catalog/coupon.entity.ts';
import { Product } from './catalog/product.entity.ts';
import { Address } from './customers/address.entity.ts';
import { Customer } from './customers/customer.entity.ts';
import { CustomerAlias } from './customers/customer-alias.entity.ts';
import { Message } from './messages/message.entity.ts';
import { ErrorLog } from './operations/error-log.entity.ts';
import { WebhookLog } from './operations/webhook-log.entity.ts';
import { Order } from './orders/order.entity.ts';
import { OrderCancellation } from './orders/order-cancellation.entity.ts';
import { OrderStatusUpdate } from './orders/order-status-update.entity.ts';
import { Payment } from './payments/payment.entity.ts';
import { PaymentOrder } from './payments/payment-order.entity.ts';
import { Refund } from './payments/refund.entity.ts';
import { Prescription, PrescriptionOrder } from './prescriptions/prescription.entity.ts';
import { QuestionnaireResponse } from './questionnaires/questionnaire-response.entity.ts';
import { QuestionnaireSubmission } from './questionnaires/questionnaire-submission.entity.ts';
import { BulkItem, BulkJob } from './subscriptions/bulk/bulk.entity.ts';
import {
  SubscriptionActive,
  SubscriptionCancelled,
  SubscriptionPaused,
  SubscriptionSpine,
} from './subscriptions/subscription.entity.ts';
import { SubscriptionAudit } from './subscriptions/subscription-audit.entity.ts';
import { SubscriptionReason } from './subscriptions/subscription-reason.entity.ts';
import { ImportRun } from './workbook/load/import-run.entity.ts';

/** Every table of the core, by hand: a new entity is a line here. */
export const entities = [
  Customer,
  CustomerAlias,
  Address,
  Product,
  Coupon,
  Order,
  OrderStatusUpdate,
  OrderCancellation,
  Payment,
  PaymentOrder,
  Refund,
  Prescription,
  PrescriptionOrder,
  Message,
  QuestionnaireSubmission,
  QuestionnaireResponse,
  SubscriptionSpine,
  SubscriptionActive,
  SubscriptionPaused,
  SubscriptionCancelled,
  SubscriptionAudit,
  SubscriptionReason,
  BulkJob,
  BulkItem,
  WebhookLog,
  ErrorLog,
  WebhookInbox,
  WebhookSubject,
  Outbox,
  ImportRun,
] as const;

export type Tables = InferKyselyDB<(typeof entities)[number]>;

/** What a verb writes through: typed SQL inside the caller's transaction. */
export type Tx = Kysely<Tables>;
