import { Field, ID, Int, ObjectType } from 'type-graphql';
import { Node } from '../../../platform/graphql/connection.type.ts';
import { DateTimeISO } from '../../../platform/graphql/scalars.ts';

@ObjectType('Product', { implements: Node, description: 'A medication plan as it is sold.' })
export class ProductType extends Node {
  @Field(() => ID, { description: 'The product id in CarePortals.' })
  productId!: string;

  @Field(() => String, { nullable: true, description: 'Short name for lists.' })
  shortName!: string | null;

  @Field(() => String, { nullable: true, description: 'Full name.' })
  label!: string | null;

  @Field(() => String, { nullable: true, description: 'Subtitle.' })
  subLabel!: string | null;

  @Field(() => String, { nullable: true, description: 'Medication; null until somebody has entered it.' })
  drugName!: string | null;

  @Field(() => Int, { description: 'Original price in cents.' })
  listPrice!: number;

  @Field(() => Int, { nullable: true, description: 'Current price in cents.' })
  salePrice!: number | null;

  @Field(() => Int, { nullable: true, description: 'Prepaid orders before renewals are charged.' })
  saleCycleDuration!: number | null;

  @Field(() => Int, { nullable: true, description: 'Price of a renewal in cents.' })
  renewalPrice!: number | null;

  @Field(() => Int, { nullable: true, description: 'Days between renewals; null until somebody has entered it.' })
  renewalCycleDuration!: number | null;

  @Field(() => Boolean, { description: 'Whether it is on sale.' })
  active!: boolean;

  @Field(() => String, { nullable: true, description: 'Link that puts it into a cart.' })
  directCartLink!: string | null;

  @Field(() => Boolean, {
    description: 'It came in with an order or subscription and still lacks a price, drug name or renewal interval.',
  })
  needsReview!: boolean;

  @Field(() => DateTimeISO, { description: 'When this record was made here.' })
  createdAt!: string;

  @Field(() => DateTimeISO, { description: 'When this record last changed here.' })
  updatedAt!: string;
}
