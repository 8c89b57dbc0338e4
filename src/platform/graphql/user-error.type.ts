import { Field, InterfaceType, ObjectType, registerEnumType } from 'type-graphql';
import { type Refusal, UserErrorCode } from '../refusal.ts';

registerEnumType(UserErrorCode, {
  name: 'UserErrorCode',
  description: 'Why a mutation did not do what it was asked. More may be added.',
  valuesConfig: {
    NOT_FOUND: { description: 'There is no such thing, or it is not yours.' },
    INVALID_TRANSITION: { description: 'Its present state does not allow this.' },
    STALE_VERSION: { description: 'It has changed since you read it.' },
    IDEMPOTENCY_KEY_REUSED: { description: 'The key was used with other input.' },
    VALIDATION: { description: 'A value is not acceptable; the message says which and why.' },
    PRODUCT_INACTIVE: { description: 'The product is not on sale.' },
    NOT_ALLOWED: { description: 'Your role may not do this.' },
    INTERNAL_ERROR: { description: 'Something broke here, not in what was asked; said only of one item among many.' },
  },
});

@InterfaceType({
  description: 'An expected refusal: nothing was changed, and this is why.',
  resolveType: () => 'BasicUserError',
})
export abstract class UserError implements Refusal {
  @Field(() => UserErrorCode, { description: 'For programs.' })
  code!: UserErrorCode;

  @Field(() => String, { description: 'For people.' })
  message!: string;

  @Field(() => [String], { description: 'The input field it is about, from the outside in.' })
  path!: string[];
}

/** A refusal that carries facts of its own becomes a type beside this one. */
@ObjectType({ implements: UserError, description: 'A refusal that says no more than its code, message and path.' })
export class BasicUserError extends UserError {}
