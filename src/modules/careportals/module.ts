import type { Settings } from '../../platform/config.ts';
import type { InboxSource } from '../../platform/inbox/inbox-source.ts';
import type { Module } from '../../platform/module.ts';
import { accountPlan } from './accounts.ts';
import { CouponResolver } from './catalog/coupon.resolver.ts';
import { ProductResolver } from './catalog/product.resolver.ts';
import { AddressResolver } from './customers/address.resolver.ts';
import { CustomerResolver } from './customers/customer.resolver.ts';
import { LifetimeValueResolver } from './customers/lifetime-value.resolver.ts';
import { recogniseCustomers } from './customers/resolve-customer-id.ts';
import { careportalsSource } from './intake/careportals/careportals-source.ts';
import { stripeSource } from './intake/stripe/index.ts';
import { KpiProductResolver, KpiProductsResolver, KpisResolver } from './kpis/kpis.resolver.ts';
import { CustomerMessagesResolver, MessageResolver } from './messages/message.resolver.ts';
import { ErrorLogResolver, WebhookLogResolver } from './operations/log.resolver.ts';
import { WebhookDeliveryResolver } from './operations/webhook-delivery.resolver.ts';
import { WebhookMutationsResolver } from './operations/webhook-mutations.resolver.ts';
import { webhooksOfResolvers } from './operations/webhooks-of.resolver.ts';
import { OrderCancellationResolver, OrderResolver, OrderStatusUpdateResolver } from './orders/order.resolver.ts';
import { OrderBoardLive } from './orders/order-board.live.ts';
import { OrderStatusLive, orderStatusFeed } from './orders/order-status.live.ts';
import { OrderSummaryResolver } from './orders/order-summary.resolver.ts';
import { StuckOrdersResolver } from './orders/stuck-orders.resolver.ts';
import { PaymentResolver, RefundResolver } from './payments/payment.resolver.ts';
import {
  CustomerPrescriptionsResolver,
  OrderPrescriptionsResolver,
  PrescriptionResolver,
} from './prescriptions/prescription.resolver.ts';
import { QuestionnaireResponseResolver } from './questionnaires/questionnaire-response.resolver.ts';
import { SearchResolver } from './search/search.resolver.ts';
import { sources } from './sources.ts';
import { BulkItemResolver, BulkJobResolver } from './subscriptions/bulk/bulk.resolver.ts';
import { bulkActionsJob } from './subscriptions/bulk/bulk-actions.job.ts';
import { BulkJobLive } from './subscriptions/bulk/bulk-job.live.ts';
import { dueChangesJob } from './subscriptions/due-changes.job.ts';
import { AuditChangesResolver, ExplainedChangeResolver, ExplainResolver } from './subscriptions/explain.resolver.ts';
import { LifecycleResolver } from './subscriptions/lifecycle.resolver.ts';
import { LifecycleReadResolver } from './subscriptions/lifecycle-read.resolver.ts';
import { SubscriptionAuditEntryResolver, SubscriptionResolver } from './subscriptions/subscription.resolver.ts';
import { SubscriptionLive, subscriptionFeed } from './subscriptions/subscription-changed.live.ts';
import { SubscriptionReasonResolver } from './subscriptions/subscription-reason.resolver.ts';
import { UpcomingRenewalsResolver } from './subscriptions/upcoming-renewals.resolver.ts';
import { entities, type Tables } from './tables.ts';
import { workbookSource } from './workbook/parked/workbook-source.ts';

/** The core: what the brand sells, to whom, and what becomes of it. */
export const careportals: Module = {
  name: 'careportals',
  entities,
  resolvers: [
    CustomerResolver,
    LifetimeValueResolver,
    AddressResolver,
    ProductResolver,
    CouponResolver,
    OrderResolver,
    OrderSummaryResolver,
    OrderStatusUpdateResolver,
    OrderCancellationResolver,
    OrderStatusLive,
    OrderBoardLive,
    StuckOrdersResolver,
    PaymentResolver,
    RefundResolver,
    SubscriptionResolver,
    SubscriptionAuditEntryResolver,
    LifecycleResolver,
    BulkJobResolver,
    BulkItemResolver,
    BulkJobLive,
    LifecycleReadResolver,
    ExplainResolver,
    AuditChangesResolver,
    ExplainedChangeResolver,
    SubscriptionReasonResolver,
    UpcomingRenewalsResolver,
    SubscriptionLive,
    PrescriptionResolver,
    CustomerPrescriptionsResolver,
    OrderPrescriptionsResolver,
    MessageResolver,
    CustomerMessagesResolver,
    QuestionnaireResponseResolver,
    WebhookDeliveryResolver,
    WebhookMutationsResolver,
    ...webhooksOfResolvers,
    WebhookLogResolver,
    ErrorLogResolver,
    SearchResolver,
    KpisResolver,
    KpiProductsResolver,
    KpiProductResolver,
  ],
  sources,
  feeds: [orderStatusFeed, subscriptionFeed],
  jobs: [dueChangesJob(), bulkActionsJob()],
  inboxSources,
  accounts: accountPlan,
  recogniseCustomers,
};

function inboxSources(settings: Settings): InboxSource<unknown>[] {
  const { CAREPORTALS_WEBHOOK_SECRETS, STRIPE_WEBHOOK_SECRETS, STRIPE_SECRET_KEY, STRIPE_API_BASE } = settings;
  const sources: InboxSource<Tables>[] = [
    careportalsSource({ webhookSecrets: CAREPORTALS_WEBHOOK_SECRETS }),
    stripeSource({ webhookSecrets: STRIPE_WEBHOOK_SECRETS, secretKey: STRIPE_SECRET_KEY, apiBase: STRIPE_API_BASE }),
    workbookSource(),
  ];
  // The inbox hands transactions through without looking at tables; only the handlers know ours.
  return sources as unknown as InboxSource<unknown>[];
}
