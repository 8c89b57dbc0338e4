import { Field, ID, InputType } from 'type-graphql';
import { sortInput } from '../../../platform/graphql/connection.type.ts';
import { listArgs } from '../../../platform/graphql/list-args.ts';
import { DateTimeISO } from '../../../platform/graphql/scalars.ts';

@InputType({ description: 'Which payments. A list means any of these.' })
export class PaymentFilter {
  @Field(() => [ID], { nullable: true, description: 'By order number.' })
  orderId?: string[] | null;

  @Field(() => [ID], { nullable: true, description: 'By Stripe charge id.' })
  chargeId?: string[] | null;

  @Field(() => [ID], { nullable: true, description: 'By Stripe payment intent id.' })
  paymentIntentId?: string[] | null;

  @Field(() => [ID], { nullable: true, description: 'By Stripe customer id.' })
  stripeCustomerId?: string[] | null;

  @Field(() => [String], { nullable: true, description: 'By status, e.g. `succeeded`.' })
  status?: string[] | null;

  @Field(() => DateTimeISO, { nullable: true, description: 'Charged at or after.' })
  createdFrom?: Date | null;

  @Field(() => DateTimeISO, { nullable: true, description: 'Charged before.' })
  createdBefore?: Date | null;
}

export const PaymentSort = sortInput('Payment', {
  createdAt: 'When it was charged.',
  paymentId: 'Our number for it.',
  amount: 'The amount.',
});

export const PaymentListArgs = listArgs(PaymentFilter, PaymentSort);

@InputType({ description: 'Which refunds. A list means any of these.' })
export class RefundFilter {
  @Field(() => [ID], { nullable: true, description: 'By Stripe refund id.' })
  stripeRefundId?: string[] | null;

  @Field(() => [ID], { nullable: true, description: 'By Stripe charge id.' })
  chargeId?: string[] | null;

  @Field(() => [ID], { nullable: true, description: 'By Stripe payment intent id.' })
  paymentIntentId?: string[] | null;

  @Field(() => [String], { nullable: true, description: 'By status, e.g. `failed`.' })
  status?: string[] | null;

  @Field(() => [String], { nullable: true, description: 'By reason.' })
  reason?: string[] | null;

  @Field(() => DateTimeISO, { nullable: true, description: 'Made at or after.' })
  createdFrom?: Date | null;

  @Field(() => DateTimeISO, { nullable: true, description: 'Made before.' })
  createdBefore?: Date | null;
}

export const RefundSort = sortInput('Refund', {
  createdAt: 'When it was made.',
  refundId: 'Our number for it.',
  amount: 'The amount.',
});

export const RefundListArgs = listArgs(RefundFilter, RefundSort);
