import { Field, Float, Int, ObjectType, registerEnumType } from 'type-graphql';
import { Cents } from '../../../platform/graphql/cents.ts';
import { DateTimeISO } from '../../../platform/graphql/scalars.ts';
import { OrderStatus } from './order-status.ts';

export enum OrderPaymentState {
  NOTHING_DUE = 'NOTHING_DUE',
  UNPAID = 'UNPAID',
  PARTLY_PAID = 'PARTLY_PAID',
  PAID = 'PAID',
  PARTLY_REFUNDED = 'PARTLY_REFUNDED',
  REFUNDED = 'REFUNDED',
}

registerEnumType(OrderPaymentState, {
  name: 'OrderPaymentState',
  description: 'Whether an order is paid, by its payments and refunds and not by its status.',
  valuesConfig: {
    NOTHING_DUE: { description: 'Its total is 0, as that of a prepaid refill, and nothing was paid.' },
    UNPAID: { description: 'No payment of it has succeeded.' },
    PARTLY_PAID: { description: 'Less than its total was paid.' },
    PAID: { description: 'Its total was paid, or more.' },
    PARTLY_REFUNDED: { description: 'A part of what was paid was given back.' },
    REFUNDED: { description: 'All that was paid was given back.' },
  },
});

@ObjectType({
  description:
    'What was paid for an order and given back. All its payments count. Of a payment for several orders each has the share that its total has in theirs (equal shares if all are 0), to the cent: the shares add up to the payment.',
})
export class OrderPaymentSummary {
  @Field(() => OrderPaymentState, { description: 'Whether it is paid.' })
  state!: OrderPaymentState;

  @Field(() => Cents, { description: 'Paid by the payments in US dollars that succeeded.' })
  paid!: bigint;

  @Field(() => Cents, { description: 'Given back by the refunds of these payments that succeeded.' })
  refunded!: bigint;

  @Field(() => Cents, { description: 'paid less refunded.' })
  net!: bigint;

  @Field(() => Int, { description: 'How many payments of it succeeded.' })
  payments!: number;

  @Field(() => Int, { description: 'How many payments of it did not.' })
  failedPayments!: number;

  @Field(() => Int, { description: 'How many refunds of its payments succeeded.' })
  refunds!: number;
}

@ObjectType({ description: 'How long an order stood at one status.' })
export class OrderStage {
  @Field(() => OrderStatus, { description: 'The status.' })
  status!: OrderStatus;

  @Field(() => String, { description: 'The status as it is stored.' })
  rawStatus!: string;

  @Field(() => DateTimeISO, { description: "When it came to it, by the sender's clock." })
  since!: string;

  @Field(() => DateTimeISO, {
    nullable: true,
    description: 'When the next status came; null while it is the current one.',
  })
  until!: string | null;

  @Field(() => Float, { description: 'Hours that it stood there; of the current one, until now.' })
  hours!: number;

  @Field(() => Float, { description: 'Hours from when the order was placed until it came to this status.' })
  hoursSinceOrdered!: number;
}

@ObjectType({ description: 'The way of an order through its statuses, by its history.' })
export class OrderLifecycle {
  @Field(() => [OrderStage], {
    description:
      'Each entry of the history by the time of the sender; entries that tell the same status again are one.',
  })
  stages!: OrderStage[];

  @Field(() => Float, {
    nullable: true,
    description: 'Hours from when it was placed until it was first shipped; null if it was not.',
  })
  hoursToShip!: number | null;

  @Field(() => Boolean, {
    description:
      'Whether it was at an earlier core stage after a later one (awaiting_requirements, awaiting_script, awaiting_shipment, shipped).',
  })
  wentBack!: boolean;
}
