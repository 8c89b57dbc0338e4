import { Field, ID, InputType } from 'type-graphql';
import { sortInput } from '../../../platform/graphql/connection.type.ts';
import { listArgs } from '../../../platform/graphql/list-args.ts';
import { DateTimeISO } from '../../../platform/graphql/scalars.ts';
import { OrderStatus } from './order-status.ts';

@InputType({ description: 'Which orders. A list means any of these.' })
export class OrderFilter {
  @Field(() => [ID], { nullable: true, description: 'By order number.' })
  orderIds?: string[] | null;

  @Field(() => [OrderStatus], {
    nullable: true,
    description: 'By current status; OTHER means all that have no name here.',
  })
  status?: OrderStatus[] | null;

  @Field(() => [String], { nullable: true, description: 'By current status as it is stored.' })
  rawStatus?: string[] | null;

  @Field(() => ID, { nullable: true, description: 'By any CarePortals id the customer ever had.' })
  customerId?: string | null;

  @Field(() => [ID], { nullable: true, description: 'By product id.' })
  productId?: string[] | null;

  @Field(() => [String], { nullable: true, description: 'By where the order came from.' })
  source?: string[] | null;

  @Field(() => [String], { nullable: true, description: 'By pharmacy.' })
  pharmacy?: string[] | null;

  @Field(() => [String], { nullable: true, description: 'By the state or province that they go to.' })
  provinceCode?: string[] | null;

  @Field(() => [String], { nullable: true, description: 'By coupon code.' })
  couponCode?: string[] | null;

  @Field(() => Boolean, { nullable: true, description: 'Only orders built from a status event, or only whole ones.' })
  isStub?: boolean | null;

  @Field(() => DateTimeISO, { nullable: true, description: 'Placed at or after.' })
  createdFrom?: Date | null;

  @Field(() => DateTimeISO, { nullable: true, description: 'Placed before.' })
  createdBefore?: Date | null;

  @Field(() => DateTimeISO, { nullable: true, description: 'Has had its current status since then or later.' })
  statusChangedFrom?: Date | null;

  @Field(() => DateTimeISO, { nullable: true, description: 'Has had its current status since before then.' })
  statusChangedBefore?: Date | null;
}

export const OrderSort = sortInput('Order', {
  createdAt: 'When it was placed.',
  orderId: 'The order number.',
  totalAmount: 'What had to be paid.',
  currentStatusAt: 'Since when it has its current status.',
});

export const OrderListArgs = listArgs(OrderFilter, OrderSort);

@InputType({ description: 'Which entries of the history.' })
export class OrderStatusUpdateFilter {
  @Field(() => [OrderStatus], { nullable: true, description: 'By status.' })
  status?: OrderStatus[] | null;

  @Field(() => [String], { nullable: true, description: 'By who said so: `careportals`, `manual`, `import`.' })
  source?: string[] | null;

  @Field(() => DateTimeISO, { nullable: true, description: "Changed at or after, by the sender's clock." })
  updatedFrom?: Date | null;

  @Field(() => DateTimeISO, { nullable: true, description: "Changed before, by the sender's clock." })
  updatedBefore?: Date | null;
}

export const OrderStatusUpdateSort = sortInput('OrderStatusUpdate', {
  statusUpdatedAt: "When the status changed, by the sender's clock.",
  updateId: 'In the order in which we heard of it.',
});

export const OrderStatusUpdateListArgs = listArgs(OrderStatusUpdateFilter, OrderStatusUpdateSort);

@InputType({ description: 'A status set by hand.' })
export class UpdateOrderStatusInput {
  @Field(() => ID, { description: 'The order number.' })
  orderId!: string;

  @Field(() => String, {
    description: 'The new status, as text: case and spaces do not matter, and new ones are allowed.',
  })
  status!: string;

  @Field(() => String, { nullable: true, description: 'Why; kept with the history.' })
  note?: string | null;
}
