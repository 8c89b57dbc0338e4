import { Field, ID, Int, ObjectType } from 'type-graphql';
import { Node } from '../../../platform/graphql/connection.type.ts';
import { DateTimeISO } from '../../../platform/graphql/scalars.ts';

@ObjectType('Refund', { implements: Node, description: 'Money given back for a payment, all of it or a part.' })
export class RefundType extends Node {
  @Field(() => ID, { description: 'Our number for it.' })
  refundId!: string;

  @Field(() => ID, { description: "Stripe's refund id." })
  stripeRefundId!: string;

  @Field(() => ID, { description: 'The charge it belongs to.' })
  chargeId!: string;

  @Field(() => ID, { nullable: true, description: 'The payment intent it belongs to.' })
  paymentIntentId!: string | null;

  @Field(() => Int, { description: 'Amount in the smallest unit of its currency (cents).' })
  amount!: number;

  @Field(() => String, { description: 'Currency, three letters.' })
  currency!: string;

  @Field(() => String, { nullable: true, description: "Stripe's reason; often not given." })
  reason!: string | null;

  @Field(() => String, {
    description: '`succeeded`, `pending`, `failed`, `canceled`, `requires_action`: a refund can fail later.',
  })
  status!: string;

  @Field(() => DateTimeISO, { description: 'When it was made.' })
  createdAt!: string;

  @Field(() => DateTimeISO, { description: 'When we heard of it.' })
  webhookReceivedAt!: string;
}
