import { Field, ID, ObjectType } from 'type-graphql';
import { Node } from '../../../platform/graphql/connection.type.ts';
import { DateTimeISO } from '../../../platform/graphql/scalars.ts';

@ObjectType('Customer', { implements: Node, description: 'A patient, who is called customer in CarePortals.' })
export class CustomerType extends Node {
  @Field(() => ID, {
    description:
      'The id by which CarePortals first named this customer; `unknown-…` where an email came before any id. Later ids of the same person are known too and find it.',
  })
  customerId!: string;

  @Field(() => String, { nullable: true, description: 'Email as it was sent; compared without case.' })
  email!: string | null;

  @Field(() => String, { nullable: true, description: 'First name.' })
  firstName!: string | null;

  @Field(() => String, { nullable: true, description: 'Last name.' })
  lastName!: string | null;

  @Field(() => String, { nullable: true, description: 'Phone, in E.164 form where it could be read so.' })
  phone!: string | null;

  @Field(() => DateTimeISO, {
    description:
      'The earliest moment at which anybody knew this person: their sign-up, their first order, or the first message.',
  })
  createdAt!: string;

  @Field(() => DateTimeISO, { description: 'When this record last changed here.' })
  updatedAt!: string;
}
