/** What other modules may use of the core. The core itself imports no other module. */
export { ProductType } from './catalog/product.type.ts';
export { CustomerType } from './customers/customer.type.ts';
export { OrderType } from './orders/order.type.ts';
export { PaymentType } from './payments/payment.type.ts';
export { RefundType } from './payments/refund.type.ts';
export { CareSubscriptionType } from './subscriptions/subscription.type.ts';
