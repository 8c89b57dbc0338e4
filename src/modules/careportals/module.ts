import type { Module } from '../../platform/module.ts';
import { accountPlan } from './accounts.ts';
import { CouponResolver } from './catalog/coupon.resolver.ts';
import { ProductResolver } from './catalog/product.resolver.ts';
import { AddressResolver } from './customers/address.resolver.ts';
import { CustomerResolver } from './customers/customer.resolver.ts';
import { resolveCustomerId } from './customers/resolve-customer-id.ts';
import { ErrorLogResolver, WebhookLogResolver } from './operations/log.resolver.ts';
import { OrderCancellationResolver, OrderResolver, OrderStatusUpdateResolver } from './orders/order.resolver.ts';
import { OrderStatusLive, orderStatusFeed } from './orders/order-status.live.ts';
import { PaymentResolver, RefundResolver } from './payments/payment.resolver.ts';
import { QuestionnaireResponseResolver } from './questionnaires/questionnaire-response.resolver.ts';
import { sources } from './sources.ts';
import { SubscriptionAuditEntryResolver, SubscriptionResolver } from './subscriptions/subscription.resolver.ts';
import { entities } from './tables.ts';

/** The core: what the brand sells, to whom, and what becomes of it. */
export const careportals: Module = {
  name: 'careportals',
  entities,
  resolvers: [
    CustomerResolver,
    AddressResolver,
    ProductResolver,
    CouponResolver,
    OrderResolver,
    OrderStatusUpdateResolver,
    OrderCancellationResolver,
    OrderStatusLive,
    PaymentResolver,
    RefundResolver,
    SubscriptionResolver,
    SubscriptionAuditEntryResolver,
    QuestionnaireResponseResolver,
    WebhookLogResolver,
    ErrorLogResolver,
  ],
  sources,
  feeds: [orderStatusFeed],
  accounts: accountPlan,
  resolveCustomerId,
};
