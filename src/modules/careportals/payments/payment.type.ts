import { Field, ID, Int, ObjectType } from 'type-graphql';
import { Node } from '../../../platform/graphql/connection.type.ts';
import { DateTimeISO } from '../../../platform/graphql/scalars.ts';

@ObjectType('Payment', { implements: Node, description: 'A Stripe charge.' })
export class PaymentType extends Node {
  @Field(() => ID, { description: 'Our number for it.' })
  paymentId!: string;

  @Field(() => ID, { description: "Stripe's charge id (`ch_…` or `py_…`)." })
  chargeId!: string;

  @Field(() => ID, { nullable: true, description: "Stripe's payment intent id." })
  paymentIntentId!: string | null;

  @Field(() => ID, { nullable: true, description: "Stripe's customer id." })
  stripeCustomerId!: string | null;

  @Field(() => ID, { nullable: true, description: "Stripe's payment method id." })
  paymentMethodId!: string | null;

  @Field(() => Int, { description: 'Amount in the smallest unit of its currency (cents).' })
  amount!: number;

  @Field(() => String, { description: 'Currency, three letters.' })
  currency!: string;

  @Field(() => String, {
    nullable: true,
    description: 'Last four digits of the card; null if it was not paid by card.',
  })
  cardLast4!: string | null;

  @Field(() => String, { nullable: true, description: 'Brand of the card.' })
  cardBrand!: string | null;

  @Field(() => String, { description: '`succeeded`, `failed`, or what Stripe says.' })
  status!: string;

  @Field(() => String, { nullable: true, description: "Stripe's description." })
  description!: string | null;

  @Field(() => Int, { description: "What the platform keeps, in cents. It is not Stripe's own processing fee." })
  applicationFeeAmount!: number;

  @Field(() => DateTimeISO, { description: 'When it was charged.' })
  createdAt!: string;

  @Field(() => DateTimeISO, { description: 'When we heard of it.' })
  webhookReceivedAt!: string;
}
