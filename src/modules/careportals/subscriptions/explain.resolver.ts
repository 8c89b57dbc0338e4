import { Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import type { Context } from '../../../platform/context.ts';
import { DEFAULT_PAGE } from '../../../platform/read/page.ts';
import type { Row } from '../../../platform/read/reader.ts';
import { WebhookLogType } from '../operations/log.type.ts';
import type { Changes } from './audit-hash.ts';
import { attemptsBehind, explainSubscription } from './explain-subscription.ts';
import { ExplainedChange, FieldChange } from './explained-change.type.ts';
import { fieldChanges } from './field-changes.ts';
import { auditEntries } from './subscription.source.ts';
import { CareSubscriptionType, SubscriptionAuditEntryType } from './subscription.type.ts';

@Resolver(() => CareSubscriptionType)
export class ExplainResolver {
  @FieldResolver(() => [ExplainedChange], {
    description:
      'Why it is as it is: everything that happened to it, oldest first, what changed nothing included; the newest 1,000.',
    // Most have fewer entries than a page has rows.
    complexity: ({ childComplexity }) => 1 + DEFAULT_PAGE * childComplexity,
  })
  explain(@Root() subscription: Row, @Ctx() context: Context): Promise<ExplainedChange[]> {
    return explainSubscription(context, subscription);
  }
}

@Resolver(() => SubscriptionAuditEntryType)
export class AuditChangesResolver {
  @FieldResolver(() => [FieldChange], {
    description: 'What it changed; empty for what changed nothing, and in entries from before changes were kept.',
  })
  changes(@Root() entry: Row, @Ctx() { caller }: Context): FieldChange[] {
    return fieldChanges(entry.changes as Changes | null, caller);
  }
}

@Resolver(() => ExplainedChange)
export class ExplainedChangeResolver {
  @FieldResolver(() => String, {
    nullable: true,
    description: 'The code of the reason in the list of reasons; `other` if it is not on it, null without a reason.',
  })
  reasonCode(@Root() { isOthers, logId }: ExplainedChange, @Ctx() { reader }: Context): unknown {
    return isOthers ? null : reader.heavy(auditEntries, 'reasonCode', { logId });
  }

  @FieldResolver(() => [WebhookLogType], {
    description:
      'What was done with the webhook delivery behind it, first attempt first; empty for what was done here, and for customers.',
  })
  deliveryAttempts(@Root() change: ExplainedChange, @Ctx() context: Context): Promise<Row[]> {
    return attemptsBehind(context, change);
  }
}
