import type { Context } from '../../../platform/context.ts';
import type { Row } from '../../../platform/read/reader.ts';
import type { ManyEdge } from '../../../platform/read/source.ts';
import { edges } from '../edges.ts';
import { webhookLogs } from '../operations/log.source.ts';
import type { Changes } from './audit-hash.ts';
import type { ExplainedChange } from './explained-change.type.ts';
import { fieldChanges } from './field-changes.ts';
import { isOfAnotherCustomer } from './is-of-another-customer.ts';
import { isDue, sentenceOf, type ToldChange } from './sentence-of-change.ts';

/** Entries that are told at most: the newest. A subscription of years has some dozens. */
const MOST_ENTRIES = 1_000;

/** Attempts of one delivery that are told at most; the inbox gives up long before. */
const MOST_ATTEMPTS = 100;

/**
 * Everything that made a subscription what it is, oldest first: read from its audit trail, so it shows each caller what
 * the trail shows them.
 */
export async function explainSubscription({ reader, caller }: Context, subscription: Row): Promise<ExplainedChange[]> {
  const newestFirst = { field: 'logId', descending: true };
  const entries = await reader.toMost(edges.subscriptionAudit, subscription, newestFirst, MOST_ENTRIES);
  return entries.toReversed().map((entry) => {
    const told = entry as unknown as ToldChange & Omit<ExplainedChange, 'changes'>;
    const isOthers = isOfAnotherCustomer(entry, caller);
    return {
      ...told,
      reason: isOthers ? null : told.reason,
      isOthers,
      auditEntryId: entry.id as string,
      sentence: sentenceOf(told),
      by: byWhat(told),
      recordedAt: entry.webhookReceivedAt as string,
      at: entry.updatedAt as string | null,
      changes: fieldChanges(entry.changes as Changes | null, caller),
    };
  });
}

/** What was done with the delivery behind a change, first attempt first; nothing for a change that was made here. */
export function attemptsBehind({ reader }: Context, change: ExplainedChange): Promise<Row[]> {
  if (change.source !== 'webhook') return Promise.resolve([]);
  const { correlationId } = change;
  return reader.toMost(attemptsOfDelivery, { correlationId }, { field: 'logId', descending: false }, MOST_ATTEMPTS);
}

/** A webhook's correlation id is the public id of its delivery. */
const attemptsOfDelivery: ManyEdge = {
  name: 'ExplainedChange.deliveryAttempts',
  to: webhookLogs,
  join: 'JOIN webhook_inbox delivery ON delivery.inbox_id = w.inbox_id',
  by: 'delivery.public_id',
  parentKey: 'correlationId',
  kind: 'id',
};

const MUTATIONS: Record<string, string> = {
  pause: 'pauseSubscription',
  resume: 'resumeSubscription',
  cancel: 'cancelSubscription',
  undo_scheduled_change: 'undoScheduledChange',
  reactivate: 'reactivateSubscription',
  reschedule: 'rescheduleSubscription',
  skip: 'skipSubscriptionCycle',
  unskip: 'unskipSubscriptionCycle',
  swap_product: 'swapSubscriptionProduct',
  advance_cycle: 'advanceSubscriptionCycle',
};

function byWhat(change: ToldChange): string {
  const { source, triggerType } = change;
  if (source === 'job') return isDue(change) ? 'schedule' : 'bulkSubscriptionAction';
  return source === 'mutation' ? (MUTATIONS[triggerType] ?? triggerType) : triggerType;
}
