import { Field, ID, Int, ObjectType } from 'type-graphql';
import { Node } from '../../../platform/graphql/connection.type.ts';
import { DateTimeISO } from '../../../platform/graphql/scalars.ts';

@ObjectType('Coupon', { implements: Node, description: 'A discount code.' })
export class CouponType extends Node {
  @Field(() => ID, { description: 'The code that customers type.' })
  couponCode!: string;

  @Field(() => Int, { description: 'Cents, or percent from 0 to 100 if reductionType says so.' })
  reductionAmount!: number;

  @Field(() => String, { nullable: true, description: '`percent`, `dollar`, or whatever was sent; null if unknown.' })
  reductionType!: string | null;

  @Field(() => String, { description: 'What it is for.' })
  description!: string;

  @Field(() => Boolean, { description: 'Whether it may be used.' })
  active!: boolean;

  @Field(() => DateTimeISO, { nullable: true, description: 'First instant of validity; null means always.' })
  validFrom!: string | null;

  @Field(() => DateTimeISO, { nullable: true, description: 'Last instant of validity; null means for ever.' })
  validUntil!: string | null;

  @Field(() => DateTimeISO, { description: 'When this record was made here.' })
  createdAt!: string;

  @Field(() => DateTimeISO, { description: 'When this record last changed here.' })
  updatedAt!: string;
}
