import { Field, ObjectType } from 'type-graphql';
import { KpiAmount, KpiGroup, KpiRatio } from './kpi-figures.type.ts';

@ObjectType({
  implements: KpiGroup,
  description:
    'What a customer is worth, by the orders that were placed before the end of the range (of today if that comes first).',
})
export class KpiCustomerValue extends KpiGroup {
  @Field(() => KpiAmount, {
    description:
      'Revenue of a customer in a month (ARPU): the mean, over customers with orders, of their order totals / their months. Months: days from the first order to the last / 30, rounded up, 1 at least.',
  })
  monthlyRevenuePerCustomer!: KpiAmount;

  @Field(() => KpiAmount, {
    description:
      'Predicted lifetime value: monthlyRevenuePerCustomer / the monthly churn of the same day. Null if nobody left in the last 90 days: the churn of all time is no churn of a month.',
  })
  predictedLifetimeValue!: KpiAmount;

  @Field(() => KpiAmount, {
    description:
      'Realised lifetime value: order totals / customers with orders. Good from $150 to $800, else worth a look.',
  })
  lifetimeValue!: KpiAmount;

  @Field(() => KpiAmount, {
    description:
      'The same over mature customers alone. Mature is who has a cancelled subscription; else not who has a paused one; else who has more orders than were prepaid, or as many and the last is 30 days old or older. Prepaid is the saleCycleDuration of the first product that their orders name, 1 if unknown.',
  })
  matureLifetimeValue!: KpiAmount;

  @Field(() => KpiRatio, {
    description: 'Mature customers / customers with orders. Coverage: those with an order that names a product.',
  })
  matureShare!: KpiRatio;

  @Field(() => KpiRatio, {
    description:
      'Mature customers with an order above 0 after the prepaid ones / mature customers. From 0.80 excellent, from 0.60 good, from 0.40 in need of improvement, else low.',
  })
  renewalRate!: KpiRatio;
}
