import { Field, Int, ObjectType } from 'type-graphql';
import { Cents } from '../../../platform/graphql/cents.ts';
import { DateTimeISO } from '../../../platform/graphql/scalars.ts';

@ObjectType({
  description:
    'What a customer has brought so far. Each order, payment and refund counts once, however many there are of the others. A payment is of the customer of its own order.',
})
export class CustomerLifetimeValue {
  @Field(() => Int, { description: 'Orders in all.' })
  orders!: number;

  @Field(() => Cents, { description: 'Sum of the totals of these orders.' })
  ordered!: bigint;

  @Field(() => Cents, { description: 'Sum of the payments in US dollars that succeeded.' })
  revenue!: bigint;

  @Field(() => Cents, { description: 'Sum of the refunds of payments in US dollars that succeeded.' })
  refunds!: bigint;

  @Field(() => Cents, { description: 'revenue less refunds.' })
  net!: bigint;

  @Field(() => DateTimeISO, { nullable: true, description: 'When the first order was placed.' })
  firstOrderAt!: string | null;

  @Field(() => DateTimeISO, { nullable: true, description: 'When the last order was placed.' })
  lastOrderAt!: string | null;

  @Field(() => Int, { description: 'Whole days from the first order to the last.' })
  lifetimeDays!: number;
}
