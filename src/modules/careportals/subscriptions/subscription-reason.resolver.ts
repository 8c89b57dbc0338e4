import { Arg, Ctx, Mutation, Query, Resolver } from 'type-graphql';
import { type Context, requireRole } from '../../../platform/context.ts';
import { inTransaction } from '../../../platform/database/transaction.ts';
import type { Tx } from '../tables.ts';
import { type SavedReason, saveSubscriptionReason } from './save-subscription-reason.ts';
import {
  SaveSubscriptionReasonInput,
  SaveSubscriptionReasonPayload,
  SubscriptionReasonType,
} from './subscription-reason.type.ts';

/** The list of reasons, which the operator keeps. */
@Resolver()
export class SubscriptionReasonResolver {
  @Query(() => [SubscriptionReasonType], { description: 'The reasons to choose from, by label.' })
  subscriptionReasons(
    @Ctx() context: Context,
    @Arg('includeRetired', () => Boolean, {
      nullable: true,
      defaultValue: false,
      description: 'Also those no longer offered.',
    })
    includeRetired: boolean | null,
  ): Promise<SavedReason[]> {
    requireRole(context, 'customer', 'support', 'analyst', 'admin');
    const which = includeRetired ? 'TRUE' : 'NOT retired';
    return context.query(`SELECT code, label, retired FROM subscription_reasons WHERE ${which} ORDER BY label, code`);
  }

  @Mutation(() => SaveSubscriptionReasonPayload, {
    description: 'Adds a reason to the list, changes its label, or retires it. For admins.',
  })
  async saveSubscriptionReason(
    @Ctx() context: Context,
    @Arg('input', () => SaveSubscriptionReasonInput, { description: 'The reason.' }) input: SaveSubscriptionReasonInput,
  ) {
    requireRole(context, 'admin');
    const refused = await inTransaction(context.orm, (tx: Tx) => saveSubscriptionReason(tx, input));
    return refused === null ? { reason: { ...input }, userErrors: [] } : { reason: null, userErrors: [refused] };
  }
}
