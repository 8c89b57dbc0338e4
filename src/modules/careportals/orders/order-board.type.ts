import { Field, Int, ObjectType } from 'type-graphql';
import { DateTimeISO } from '../../../platform/graphql/scalars.ts';
import { OrderStatus } from './order-status.ts';

@ObjectType({
  description: 'How many orders stand at one status. Orders whose first status is not known yet are in none.',
})
export class OrderBoardColumn {
  @Field(() => OrderStatus, { description: 'Their current status; OTHER counts all texts that have no name here.' })
  status!: OrderStatus;

  @Field(() => Int, { description: 'How many there are.' })
  count!: number;

  @Field(() => DateTimeISO, {
    nullable: true,
    description:
      "Since when the one that waits longest has its status, by the sender's clock; null if none of them says since when.",
  })
  oldestChangedAt!: string | null;
}
