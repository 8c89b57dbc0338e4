import { Field, ObjectType } from 'type-graphql';
import { KpiAmount, KpiCount, KpiCoverage, KpiGroup } from './kpi-figures.type.ts';

@ObjectType({ description: 'How one product sells in the range.' })
export class KpiProduct {
  /** For the resolver of `product`. */
  productId!: string;

  @Field(() => KpiCount, { description: 'Orders of the range that name it, cancelled ones included.' })
  orders!: KpiCount;

  @Field(() => KpiCount, { description: 'Different customers who placed these orders.' })
  customers!: KpiCount;

  @Field(() => KpiCount, { description: 'Subscriptions to it that were active at the end of the range.' })
  activeSubscriptions!: KpiCount;

  @Field(() => KpiAmount, {
    description: 'Sum of the totals of these orders, without those that have been cancelled. Coverage: orders counted.',
  })
  revenue!: KpiAmount;
}

@ObjectType({ implements: KpiGroup, description: 'How products sell in the range.' })
export class KpiProducts extends KpiGroup {
  @Field(() => KpiCoverage, { description: 'Orders of the range that name a product, of all.' })
  coverage!: KpiCoverage;

  /** Every product that sold; the most revenue first, then by id. */
  all!: KpiProduct[];
}
