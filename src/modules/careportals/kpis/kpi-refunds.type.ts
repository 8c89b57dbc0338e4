import { Field, Int, ObjectType } from 'type-graphql';
import { Cents } from '../../../platform/graphql/cents.ts';
import { KpiCount, KpiGroup, KpiHours } from './kpi-figures.type.ts';

@ObjectType({ description: 'Refunds that have something in common.' })
export class KpiRefundShare {
  @Field(() => String, {
    nullable: true,
    description: 'What: a reason, or where orders came from; null where nothing was said.',
  })
  name!: string | null;

  @Field(() => Int, { description: 'How many refunds.' })
  refunds!: number;

  @Field(() => Cents, { description: 'What was given back.' })
  amount!: bigint;
}

@ObjectType({
  implements: KpiGroup,
  description:
    'The refunds in US dollars that were made in the range and succeeded. Each is traced to its payment by the charge, and from there to the order.',
})
export class KpiRefunds extends KpiGroup {
  @Field(() => KpiCount, {
    description:
      'Payments that were refunded in the range, and of which by its end nothing is left. Coverage: refunded payments.',
  })
  fullyRefundedPayments!: KpiCount;

  @Field(() => KpiCount, { description: 'Payments that were refunded in the range and of which something is left.' })
  partlyRefundedPayments!: KpiCount;

  @Field(() => KpiHours, { description: 'Mean time from the payment to the refund, in hours.' })
  timeToRefund!: KpiHours;

  @Field(() => [KpiRefundShare], { description: 'By the source of the order; the most money first.' })
  bySource!: KpiRefundShare[];

  @Field(() => [KpiRefundShare], { description: 'By the reason that Stripe was given; the most money first.' })
  byReason!: KpiRefundShare[];
}
