import { Field, ID, ObjectType, registerEnumType } from 'type-graphql';
import { Node } from '../../../platform/graphql/connection.type.ts';
import { DateTimeISO } from '../../../platform/graphql/scalars.ts';
import { UserError } from '../../../platform/graphql/user-error.type.ts';
import { OrderType } from './order.type.ts';
import { OrderStatus } from './order-status.ts';

registerEnumType(OrderStatus, {
  name: 'OrderStatus',
  description:
    'Where an order stands. CarePortals may send other texts: those are OTHER here and readable as rawStatus.',
  valuesConfig: {
    PENDING: { description: 'No payment method on the account yet.' },
    AWAITING_PAYMENT: { description: 'The payment attempt failed.' },
    PROCESSING: { description: 'Checked out and paid.' },
    AWAITING_REQUIREMENTS: { description: 'The patient still owes questionnaires or photos.' },
    AWAITING_REQUISITION: { description: 'A lab test is needed.' },
    AWAITING_RESULTS: { description: 'Waiting for lab results.' },
    AWAITING_SCRIPT: { description: 'Waiting for the doctor.' },
    AWAITING_FULFILLMENT: { description: 'Prescribed; the pharmacy has not prepared it.' },
    AWAITING_SHIPMENT: { description: 'Ready; the pharmacy must send it.' },
    SHIPPED: { description: 'Sent.' },
    DELIVERED: { description: 'Arrived.' },
    COMPLETED: { description: 'Finished.' },
    CANCELLED: { description: 'Called off.' },
    REFUNDED: { description: 'Paid back.' },
    OTHER: { description: 'Any other text; see rawStatus.' },
  },
});

@ObjectType('OrderStatusUpdate', { implements: Node, description: "One entry of an order's history." })
export class OrderStatusUpdateType extends Node {
  @Field(() => ID, { description: 'Our number for it; grows in the order in which we heard of changes.' })
  updateId!: string;

  @Field(() => Boolean, { description: 'Whether this made it the current status; late older news do not.' })
  changedCurrent!: boolean;

  @Field(() => String, {
    nullable: true,
    description: 'Who said so: `careportals`, `manual`, `import`; null if another program wrote it.',
  })
  source!: string | null;

  @Field(() => String, { nullable: true, description: 'The person who set it by hand.' })
  actor!: string | null;

  @Field(() => String, { nullable: true, description: 'What that person noted.' })
  note!: string | null;

  @Field(() => DateTimeISO, { description: 'When the order was placed.' })
  orderCreatedAt!: string;

  @Field(() => DateTimeISO, { description: "When the status changed, by the sender's clock." })
  statusUpdatedAt!: string;

  @Field(() => DateTimeISO, { description: 'When we heard of it.' })
  webhookReceivedAt!: string;
}

@ObjectType('OrderCancellation', { implements: Node, description: 'That an order was cancelled.' })
export class OrderCancellationType extends Node {
  @Field(() => ID, { description: 'Our number for it.' })
  cancellationId!: string;

  @Field(() => DateTimeISO, { description: 'When, by the earliest time that was told.' })
  cancelledAt!: string;
}

@ObjectType({ description: 'What became of updateOrderStatus.' })
export class UpdateOrderStatusPayload {
  @Field(() => OrderType, {
    nullable: true,
    description: 'The order as it stands now; null if there is none that you may see.',
  })
  order!: unknown;

  @Field(() => OrderStatusUpdateType, { nullable: true, description: 'The new entry of its history.' })
  statusUpdate!: unknown;

  @Field(() => [UserError], { description: 'Why it was not done; empty if it was.' })
  userErrors!: UserError[];
}
