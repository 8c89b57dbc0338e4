import { Field, ID, Int, ObjectType } from 'type-graphql';
import { Node } from '../../../platform/graphql/connection.type.ts';
import { DateTimeISO } from '../../../platform/graphql/scalars.ts';

@ObjectType('Order', { implements: Node, description: 'One order, and what became of it.' })
export class OrderType extends Node {
  @Field(() => ID, { description: 'The number that customers know.' })
  orderId!: string;

  @Field(() => ID, { description: 'The id of the order inside CarePortals.' })
  carePortalsInternalOrderId!: string;

  @Field(() => String, {
    description: 'Where it came from: `checkout`, `subscription_cycle`, `api`, or what else was sent.',
  })
  source!: string;

  @Field(() => Int, { description: 'What had to be paid, in cents.' })
  totalAmount!: number;

  @Field(() => Int, { description: 'Discounts in all, in cents.' })
  discountAmount!: number;

  @Field(() => Int, { description: 'Price before discounts, in cents.' })
  baseAmount!: number;

  @Field(() => Int, { description: 'Store credit used, in cents.' })
  creditUsedAmount!: number;

  @Field(() => Int, {
    description: 'Discount of the first line: percent if discountReductionType is `percent`, else cents.',
  })
  discountReductionAmount!: number;

  @Field(() => String, { nullable: true, description: '`percent`, `dollar`, or what was sent.' })
  discountReductionType!: string | null;

  @Field(() => String, { nullable: true, description: 'The pharmacy that ships it, as CarePortals names it.' })
  pharmacyAssigned!: string | null;

  @Field(() => Boolean, { description: 'Built from a status event because the order itself has not arrived yet.' })
  isStub!: boolean;

  @Field(() => String, { nullable: true, description: 'Street and number that this order goes to.' })
  shipToAddress1!: string | null;

  @Field(() => String, { nullable: true, description: 'Apartment or suite that this order goes to.' })
  shipToAddress2!: string | null;

  @Field(() => String, { nullable: true, description: 'City that this order goes to.' })
  shipToCity!: string | null;

  @Field(() => String, { nullable: true, description: 'State or province that this order goes to.' })
  shipToProvinceCode!: string | null;

  @Field(() => String, { nullable: true, description: 'Postal code that this order goes to.' })
  shipToPostalCode!: string | null;

  @Field(() => String, { nullable: true, description: 'Country that this order goes to.' })
  shipToCountryCode!: string | null;

  @Field(() => DateTimeISO, { nullable: true, description: 'When the pharmacy sent it.' })
  shippedAt!: string | null;

  @Field(() => String, { nullable: true, description: "The carrier's code." })
  trackingCode!: string | null;

  @Field(() => String, { nullable: true, description: 'Where the parcel can be followed.' })
  trackingLink!: string | null;

  @Field(() => DateTimeISO, { description: 'When it was placed.' })
  createdAt!: string;

  @Field(() => DateTimeISO, { description: 'When this record last changed here.' })
  updatedAt!: string;
}
