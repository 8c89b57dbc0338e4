import { Field, ID, InputType } from 'type-graphql';
import { sortInput } from '../../../platform/graphql/connection.type.ts';
import { listArgs } from '../../../platform/graphql/list-args.ts';
import { DateTimeISO } from '../../../platform/graphql/scalars.ts';

@InputType({ description: 'Which customers.' })
export class CustomerFilter {
  @Field(() => ID, { nullable: true, description: 'By any CarePortals id this customer ever had.' })
  customerId?: string | null;

  @Field(() => String, { nullable: true, description: 'By email, whole, without case.' })
  email?: string | null;

  @Field(() => String, { nullable: true, description: 'By phone, whole; only the digits count.' })
  phone?: string | null;

  @Field(() => DateTimeISO, { nullable: true, description: 'Recorded here at or after.' })
  createdFrom?: Date | null;

  @Field(() => DateTimeISO, { nullable: true, description: 'Recorded here before.' })
  createdBefore?: Date | null;
}

export const CustomerSort = sortInput('Customer', {
  createdAt: 'When the record was made here.',
  customerId: 'The CarePortals id.',
  lastName: 'Last name.',
  email: 'Email.',
});

export const CustomerListArgs = listArgs(CustomerFilter, CustomerSort);

@InputType({ description: 'Which addresses.' })
export class AddressFilter {
  @Field(() => [ID], { nullable: true, description: 'By address id.' })
  addressIds?: string[] | null;

  @Field(() => [String], { nullable: true, description: 'By state or province, two letters.' })
  provinceCode?: string[] | null;

  @Field(() => [String], { nullable: true, description: 'By postal code, whole.' })
  postalCode?: string[] | null;
}

export const AddressSort = sortInput('Address', {
  publicId: 'As they became known.',
  addressId: 'The address id.',
  provinceCode: 'State or province.',
});

export const AddressListArgs = listArgs(AddressFilter, AddressSort);
