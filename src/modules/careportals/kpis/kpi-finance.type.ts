import { Field, ObjectType } from 'type-graphql';
import { CalendarDate, type Day } from '../../../platform/graphql/calendar-date.ts';
import { KpiAmount, KpiCount, KpiGroup, KpiRatio } from './kpi-figures.type.ts';

@ObjectType({
  implements: KpiGroup,
  description:
    'Orders and money of the range. Money counts on the day on which it moved: a payment when it was charged, a refund when it was made. Amounts in other currencies than US dollars are left out, and coverage shows it.',
})
export class KpiFinance extends KpiGroup {
  @Field(() => KpiCount, { description: 'Orders that were placed in the range, of every source.' })
  newOrders!: KpiCount;

  @Field(() => KpiCount, {
    description: 'Of these, orders that a subscription made: source subscription_cycle, renewal or subscription.',
  })
  renewals!: KpiCount;

  @Field(() => KpiCount, {
    description:
      'Different orders whose history has a status with "cancelled" or "deleted" in it, dated in the range, whenever they were placed.',
  })
  cancellations!: KpiCount;

  @Field(() => KpiAmount, {
    description:
      'Sum of the payments that succeeded. An order may have several, and a payment several orders: each payment counts once.',
  })
  grossRevenue!: KpiAmount;

  @Field(() => KpiAmount, { description: 'Sum of the refunds that succeeded, whenever their payment was.' })
  refunds!: KpiAmount;

  @Field(() => KpiAmount, { description: 'grossRevenue less refunds, both of the range.' })
  netRevenue!: KpiAmount;

  @Field(() => KpiRatio, {
    description: 'refunds / grossRevenue, in money. Can be above 1 where old payments are refunded.',
  })
  refundRate!: KpiRatio;

  @Field(() => KpiAmount, {
    description:
      'Mean total of the orders that were placed in the range, prepaid ones of 0 and cancelled ones included (AOV).',
  })
  averageOrderValue!: KpiAmount;

  @Field(() => KpiRatio, {
    description:
      'Payments that succeeded / attempts. Attempts are all payments of the range, failed ones too, and the orders that came to awaiting_payment in the range without a failed payment of theirs being known. From 0.95 excellent, from 0.90 good.',
  })
  paymentSuccess!: KpiRatio;
}

@ObjectType({ description: 'One step of a series.' })
export class KpiPoint {
  @Field(() => CalendarDate, { description: 'Its first day, US Eastern.' })
  from!: Day;

  @Field(() => CalendarDate, { description: 'The day after its last one.' })
  to!: Day;

  @Field(() => KpiFinance, { description: 'Orders and money of these days.' })
  finance!: KpiFinance;
}
