import { ArgsType, type ClassType, createUnionType, Field, Int } from 'type-graphql';
import { connectionType } from '../../../platform/graphql/connection.type.ts';
import { CustomerType } from '../customers/customer.type.ts';
import { OrderType } from '../orders/order.type.ts';
import { PaymentType } from '../payments/payment.type.ts';
import { RefundType } from '../payments/refund.type.ts';
import { CareSubscriptionType } from '../subscriptions/subscription.type.ts';

const SearchResult = createUnionType({
  name: 'SearchResult',
  description: 'Something that a search found.',
  types: () => [CustomerType, OrderType, PaymentType, RefundType, CareSubscriptionType] as const,
  resolveType: (row: unknown) => (row as { __typename: string }).__typename,
});

// A union is no class, but what is said of a field by it is all that is looked at.
export const SearchResultConnection = connectionType(SearchResult as unknown as ClassType<object>, 'SearchResult');

@ArgsType()
export class SearchArgs {
  @Field(() => String, {
    description:
      "What was typed. What only begins so is found from 2 letters of a name on, 3 of an email, 4 digits of a phone number and 6 characters of an id of Stripe's or CarePortals'; an order number by any of its first digits. Nothing is found by more than 255 characters.",
  })
  text!: string;

  @Field(() => Int, { nullable: true, description: 'How many; 20 if nothing is said, 100 at most.' })
  first?: number | null;

  @Field(() => String, { nullable: true, description: 'Only what comes after this cursor.' })
  after?: string | null;
}
