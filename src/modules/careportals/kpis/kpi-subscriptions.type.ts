import { Field, ObjectType } from 'type-graphql';
import { KpiAmount, KpiCount, KpiGroup, KpiRatio } from './kpi-figures.type.ts';

@ObjectType({
  implements: KpiGroup,
  description:
    'What subscriptions bring, as they stood at the end of the range (at the end of today if that comes first). How they stood is read from their trail: the first move after that moment says what was before it. One whose trail knows no move counts as active until it last changed.',
})
export class KpiRecurring extends KpiGroup {
  @Field(() => KpiCount, { description: 'Subscriptions that were active, with or without a customer or product.' })
  activeSubscriptions!: KpiCount;

  @Field(() => KpiAmount, {
    description:
      'Monthly recurring revenue (MRR): over the active subscriptions whose product has a renewal price, that price × 30 / the days between renewals (30 where nobody has entered them). The others are not guessed: coverage says how many of the active ones it rests on.',
  })
  monthlyRecurringRevenue!: KpiAmount;

  @Field(() => KpiAmount, {
    description:
      'Monthly recurring revenue of one subscription: the MRR divided by the active subscriptions that it rests on.',
  })
  revenuePerSubscription!: KpiAmount;

  @Field(() => KpiRatio, {
    description:
      'Churn of a month: subscriptions that were cancelled in the last 90 days / (active + all ever cancelled) × 30 / 90. 0 if nobody left in 90 days; the share of all time is cancelledShare, and is never passed off as a month. Below 0.05 excellent, below 0.10 good.',
  })
  monthlyChurn!: KpiRatio;

  @Field(() => KpiRatio, {
    description: 'Of all time and not of a month: cancelled subscriptions / (active + cancelled).',
  })
  cancelledShare!: KpiRatio;
}

@ObjectType({ implements: KpiGroup, description: 'Whether subscriptions last, seen from the end of the range.' })
export class KpiAdherence extends KpiGroup {
  @Field(() => KpiRatio, {
    description:
      'Of the subscriptions that started 90 days ago or earlier, whatever became of them: those still active, or that had lasted 90 days before they were paused or cancelled. From 0.80 excellent, from 0.70 good.',
  })
  adherence!: KpiRatio;
}
