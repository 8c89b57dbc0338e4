import { Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import type { Context } from '../../../platform/context.ts';
import { batchedField } from '../../../platform/graphql/batched-field.ts';
import type { Row } from '../../../platform/read/reader.ts';
import { CustomerType } from './customer.type.ts';
import { lifetimeValueOf, readLifetimeValues } from './lifetime-value.ts';
import { CustomerLifetimeValue } from './lifetime-value.type.ts';

const lifetimeValues = batchedField(readLifetimeValues);

@Resolver(() => CustomerType)
export class LifetimeValueResolver {
  @FieldResolver(() => CustomerLifetimeValue, { description: 'What this customer has brought so far, summed up.' })
  async lifetimeValue(@Root() customer: Row, @Ctx() context: Context): Promise<CustomerLifetimeValue> {
    return (await lifetimeValues(context, customer.customerId)) ?? lifetimeValueOf([]);
  }
}
