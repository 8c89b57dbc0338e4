import { Field, ID, ObjectType } from 'type-graphql';
import { Node } from '../../../platform/graphql/connection.type.ts';

@ObjectType('Address', {
  implements: Node,
  description:
    'A building that orders are shipped to. Apartments of one building share it; an order keeps its own ship-to text.',
})
export class AddressType extends Node {
  @Field(() => ID, {
    nullable: true,
    description: 'Hash of street, city, province and postal code; the same recipe as the old workbook.',
  })
  addressId!: string | null;

  @Field(() => String, { nullable: true, description: 'Street and number.' })
  address1!: string | null;

  @Field(() => String, { nullable: true, description: 'Apartment or suite of the first order that used this address.' })
  address2!: string | null;

  @Field(() => String, { nullable: true, description: 'City.' })
  city!: string | null;

  @Field(() => String, { nullable: true, description: 'State or province, two letters.' })
  provinceCode!: string | null;

  @Field(() => String, { nullable: true, description: 'ZIP or postal code.' })
  postalCode!: string | null;

  @Field(() => String, { nullable: true, description: 'First three characters of the postal code.' })
  postalArea!: string | null;

  @Field(() => String, { nullable: true, description: 'Country, two letters; often not known.' })
  countryCode!: string | null;
}
