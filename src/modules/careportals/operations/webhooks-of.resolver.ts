import { Args, type ClassType, Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import type { Context } from '../../../platform/context.ts';
import { type ListArguments, pageArgs } from '../../../platform/graphql/list-args.ts';
import { ToMany } from '../../../platform/read/plan/declare.ts';
import type { Row } from '../../../platform/read/reader.ts';
import { CouponType } from '../catalog/coupon.type.ts';
import { ProductType } from '../catalog/product.type.ts';
import { AddressType } from '../customers/address.type.ts';
import { CustomerType } from '../customers/customer.type.ts';
import { MessageType } from '../messages/message.type.ts';
import { OrderType } from '../orders/order.type.ts';
import { OrderCancellationType, OrderStatusUpdateType } from '../orders/order-status.type.ts';
import { PaymentType } from '../payments/payment.type.ts';
import { RefundType } from '../payments/refund.type.ts';
import { PrescriptionType } from '../prescriptions/prescription.type.ts';
import { QuestionnaireResponseType } from '../questionnaires/questionnaire-response.type.ts';
import { CareSubscriptionType, SubscriptionAuditEntryType } from '../subscriptions/subscription.type.ts';
import { WebhookDeliveryListArgs } from './webhook-delivery.input.ts';
import { WebhookDeliveryConnection } from './webhook-delivery.type.ts';
import { subjectKinds, webhooksEdge } from './webhook-subjects.ts';

/** The field `webhooks` of one type. */
function webhooksOf(type: ClassType<object>, name: string): new () => object {
  const kind = subjectKinds.get(name);
  if (kind === undefined) throw new Error(`${name} is no kind of row that deliveries are applied to`);
  const edge = webhooksEdge(kind);

  @Resolver(() => type)
  class WebhooksOf {
    @ToMany(edge)
    @FieldResolver(() => WebhookDeliveryConnection, {
      description: 'The webhook deliveries that were applied to it, newest first. None for customers.',
    })
    webhooks(@Root() row: Row, @Ctx() { reader }: Context, @Args(() => WebhookDeliveryListArgs) args: ListArguments) {
      return reader.toMany(edge, row, pageArgs(args));
    }
  }
  return WebhooksOf;
}

/** The way from every row that webhooks make or change to the deliveries that did. */
export const webhooksOfResolvers = [
  webhooksOf(CustomerType, 'Customer'),
  webhooksOf(OrderType, 'Order'),
  webhooksOf(OrderStatusUpdateType, 'OrderStatusUpdate'),
  webhooksOf(OrderCancellationType, 'OrderCancellation'),
  webhooksOf(PaymentType, 'Payment'),
  webhooksOf(RefundType, 'Refund'),
  webhooksOf(CareSubscriptionType, 'CareSubscription'),
  webhooksOf(SubscriptionAuditEntryType, 'SubscriptionAuditEntry'),
  webhooksOf(PrescriptionType, 'Prescription'),
  webhooksOf(MessageType, 'Message'),
  webhooksOf(QuestionnaireResponseType, 'QuestionnaireResponse'),
  webhooksOf(ProductType, 'Product'),
  webhooksOf(CouponType, 'Coupon'),
  webhooksOf(AddressType, 'Address'),
] as const;
