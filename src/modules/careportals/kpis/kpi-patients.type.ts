import { Field, ObjectType } from 'type-graphql';
import { KpiAmount, KpiCount, KpiGroup } from './kpi-figures.type.ts';

@ObjectType({ implements: KpiGroup, description: 'All there was by the end of the range, from the beginning.' })
export class KpiTotals extends KpiGroup {
  @Field(() => KpiCount, {
    description: 'Customers who were known, or had placed an order, before the end of the range. Low below 10.',
  })
  customers!: KpiCount;

  @Field(() => KpiCount, { description: 'Orders that were placed before the end of the range. Low below 10.' })
  orders!: KpiCount;

  @Field(() => KpiAmount, {
    description:
      'Sum of the payments in US dollars that succeeded before the end of the range; refunds are not taken off. Coverage: of all that succeeded, those in dollars.',
  })
  revenue!: KpiAmount;
}

@ObjectType({ implements: KpiGroup, description: 'Who is treated, and where.' })
export class KpiPatients extends KpiGroup {
  @Field(() => KpiCount, {
    description:
      'Customers with a subscription that was active at the end of the range, or with an order in the 90 days before it. Coverage: of the active subscriptions, those with a customer.',
  })
  activePatients!: KpiCount;

  @Field(() => KpiCount, {
    description:
      'Customers whose first order of all was placed in the range and came from checkout. The first order says when somebody became a customer; when their record was made here does not count. Coverage: those whose first order falls in the range, whatever its source.',
  })
  newPatients!: KpiCount;

  @Field(() => KpiCount, {
    description:
      'Geographic reach: different states and provinces that orders of the range went to, by the ship-to address of the order, else its linked address. Coverage: orders that name one.',
  })
  provinces!: KpiCount;
}
