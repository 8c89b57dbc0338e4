import { before, exactly, from, present } from '../../../platform/read/filters.ts';
import { nodeColumns } from '../../../platform/read/node-id.ts';
import { type Source, tableColumns } from '../../../platform/read/source.ts';
import { access } from '../access.ts';
import { ofCustomer } from '../customers/customer.source.ts';

const STATES = ['active', 'paused', 'cancelled'] as const;
const TABLES = STATES.map((state) => `subscriptions_${state}`);

/**
 * The code of a reason in the list of reasons, `other` for one that is not on it: safe to show, where the reason itself
 * may be anybody's words.
 */
function reasonCodeOf(reason: string): string {
  return `IF(${reason} IS NULL, NULL,
    COALESCE((SELECT known.code FROM subscription_reasons known WHERE known.code = ${reason}), 'other'))`;
}

/** The three tables and the spine as one list. */
export const subscriptions: Source = {
  type: 'CareSubscription',
  idPrefix: 'subscription',
  // The state is said although the key to the spine implies it: the spine's indexes begin with it, and an arm that a
  // filter by state leaves nothing of is never read.
  from: STATES.map(
    (state) =>
      `subscriptions_${state} d JOIN subscriptions s ON s.subscription_id = d.subscription_id AND s.state = '${state}'`,
  ),
  columns: {
    ...nodeColumns('subscription', 's'),
    ...tableColumns('s', {
      version: 'int',
      nextCycleDate: 'instant',
      scheduledAction: 'text',
      scheduledAt: 'instant',
      scheduledReason: 'text',
      scheduledCorrelationId: 'text',
      skippedDates: 'json',
      phases: 'heavyJson',
    }),
    scheduledReasonCode: { sql: reasonCodeOf('s.scheduled_reason'), kind: 'text', heavy: true },
    ...tableColumns('s', { state: 'text' }),
    ...tableColumns('d', {
      status: 'text',
      customerId: 'id',
      productId: 'id',
      cycle: 'int',
    }),
    subscriptionId: { sql: 's.subscription_id', kind: 'id', keyBeside: 'd.subscription_id' },
    createdAt: { sql: 'd.created_at', kind: 'instant', keyBeside: 'd.subscription_id' },
    updatedAt: { sql: 'd.updated_at', kind: 'instant', keyBeside: 'd.subscription_id' },
  },
  key: 'subscriptionId',
  sorts: ['createdAt', 'subscriptionId', 'updatedAt', 'nextCycleDate', 'scheduledAt'],
  filters: {
    subscriptionIds: exactly('subscriptionId', 's.subscription_id', 'id'),
    status: exactly('state', 's.state', 'id'),
    customerId: ofCustomer('customerId', 'd.customer_id'),
    productId: exactly('productId', 'd.product_id', 'id'),
    hasCustomer: present('customerId', 'd.customer_id'),
    createdFrom: from('createdAt', 'd.created_at'),
    createdBefore: before('createdAt', 'd.created_at'),
    nextCycleFrom: from('nextCycleDate', 's.next_cycle_date'),
    nextCycleBefore: before('nextCycleDate', 's.next_cycle_date'),
    scheduledAction: exactly('scheduledAction', 's.scheduled_action', 'text'),
    scheduledFrom: from('scheduledAt', 's.scheduled_at'),
    scheduledBefore: before('scheduledAt', 's.scheduled_at'),
  },
  own: 'd.customer_id = ?',
  access: access.CareSubscription,
};

/** Those that are active, without a look at the others. */
export const activeSubscriptions: Source = { ...subscriptions, from: subscriptions.from.slice(0, 1) };

export const auditEntries: Source = {
  type: 'SubscriptionAuditEntry',
  idPrefix: 'audit',
  from: ['subscriptions_audit_log l'],
  columns: {
    ...nodeColumns('audit', 'l'),
    ...tableColumns('l', {
      logId: 'bigint',
      subscriptionId: 'id',
      customerId: 'id',
      productId: 'id',
      cycle: 'int',
      status: 'text',
      previousStatus: 'text',
      version: 'int',
      triggerType: 'text',
      effect: 'text',
      actor: 'text',
      actorRole: 'text',
      source: 'text',
      reason: 'text',
      comment: 'text',
      correlationId: 'text',
      createdAt: 'instant',
      updatedAt: 'instant',
      webhookReceivedAt: 'instant',
      rawData: 'heavyJson',
      changes: 'json',
      previousHash: 'id',
      hash: 'id',
    }),
    reasonCode: { sql: reasonCodeOf('l.reason'), kind: 'text', heavy: true },
  },
  key: 'logId',
  sorts: ['webhookReceivedAt', 'logId'],
  filters: {
    triggerType: exactly('triggerType', 'l.trigger_type', 'text'),
    effect: exactly('effect', 'l.effect', 'text'),
    receivedFrom: from('webhookReceivedAt', 'l.webhook_received_at'),
    receivedBefore: before('webhookReceivedAt', 'l.webhook_received_at'),
  },
  // By the subscription, not by the entry's own customer_id: that is what was known when it was written.
  own: TABLES.map(
    (table) =>
      `EXISTS (SELECT 1 FROM ${table} mine WHERE mine.subscription_id = l.subscription_id AND mine.customer_id = ?)`,
  ).join(' OR '),
  access: access.SubscriptionAuditEntry,
};
