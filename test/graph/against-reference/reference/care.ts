import {
  among,
  atOrAfter,
  before,
  named as enumNamed,
  isKnown,
  type Kind,
  nobodys,
  ofCustomer,
  yesOrNo,
} from './kind.ts';
import { customerAndProduct, named, through } from './orders.ts';
import { naming, profile, sameText, webhooks } from './people.ts';
import { type Asker, isHidden } from './rights.ts';
import { type Row, rowsWith, type World } from './world.ts';

/** A customer whose the subscription was not at that time. */
function wasAnothers(entry: Row, { role, customerId }: Asker): boolean {
  return role === 'customer' && entry.customer_id !== customerId;
}

/** As the list of reasons calls it; whatever is not on it is `other`. */
function reasonCode(reason: unknown, world: World): unknown {
  if (reason === null || reason === undefined) return null;
  return world.subscription_reasons?.find((known) => sameText(known.code, reason))?.code ?? 'other';
}

function scheduled(row: Row, world: World, asker: Asker): unknown {
  if (row.scheduled_action === null) return [];
  const hidden = isHidden(asker, 'SubscriptionAuditEntry', 'reason');
  const change = {
    action: String(row.scheduled_action).toUpperCase(),
    dueAt: row.scheduled_at,
    reason: hidden ? null : row.scheduled_reason,
    reasonCode: reasonCode(row.scheduled_reason, world),
    correlationId: row.scheduled_correlation_id,
  };
  return [change];
}

function phases({ phases }: Row): unknown {
  if (phases === null) return null;
  return (phases as Row[]).map((phase) => ({
    ...phase,
    isOpenEnded: phase.cycles === 0,
    cycles: phase.cycles === 0 ? null : phase.cycles,
  }));
}

const subscription: Kind = {
  type: 'CareSubscription',
  prefix: 'subscription',
  table: 'care_subscriptions',
  key: 'subscription_id',
  columns: 'createdAt cycle nextCycleDate subscriptionId updatedAt version'.split(' '),
  sorts: ['CREATED_AT', 'SUBSCRIPTION_ID', 'UPDATED_AT', 'NEXT_CYCLE_DATE', 'SCHEDULED_AT'],
  filters: {
    subscriptionIds: among('subscription_id'),
    status: enumNamed('state'),
    customerId: ofCustomer('customer_id'),
    productId: among('product_id'),
    hasCustomer: isKnown('customer_id'),
    createdFrom: atOrAfter('created_at'),
    createdBefore: before('created_at'),
    nextCycleFrom: atOrAfter('next_cycle_date'),
    nextCycleBefore: before('next_cycle_date'),
    scheduledAction: enumNamed('scheduled_action'),
    scheduledFrom: atOrAfter('scheduled_at'),
    scheduledBefore: before('scheduled_at'),
  },
  unique: { subscriptionId: 'subscription_id' },
  own: (row, me) => row.customer_id === me,
  values: {
    status: (row) => String(row.state).toUpperCase(),
    rawStatus: (row) => row.status,
    phases,
    skippedDates: (row) => row.skipped_dates ?? [],
    scheduledChanges: scheduled,
  },
  one: customerAndProduct,
  many: {
    auditLog: naming('SubscriptionAuditEntry', 'subscriptions_audit_log', 'subscription_id'),
    webhooks: webhooks('CareSubscription', 'subscription_id'),
  },
};

/** Each world has entries with one changed field at most, so that their order is not in question. */
function changes(entry: Row, _world: World, { role, customerId }: Asker): unknown {
  return Object.entries((entry.changes ?? {}) as Record<string, unknown[]>).map(([field, both]) => {
    const shown = (value: unknown) =>
      field === 'customerId' && role === 'customer' && value !== customerId ? null : value;
    return { field, before: shown(both[0]), after: shown(both[1]) };
  });
}

const auditEntry: Kind = {
  type: 'SubscriptionAuditEntry',
  prefix: 'audit',
  table: 'subscriptions_audit_log',
  key: 'log_id',
  columns:
    'actor actorRole comment correlationId createdAt cycle effect hash logId previousHash previousStatus rawData source status subscriptionId triggerType updatedAt version webhookReceivedAt'.split(
      ' ',
    ),
  sorts: ['WEBHOOK_RECEIVED_AT', 'LOG_ID'],
  filters: {
    triggerType: among('trigger_type', 'text'),
    effect: among('effect', 'text'),
    receivedFrom: atOrAfter('webhook_received_at'),
    receivedBefore: before('webhook_received_at'),
  },
  // Of the subscription as it stands now, whosever it was then.
  own: (row, me, world) =>
    rowsWith(world, 'care_subscriptions', 'subscription_id', row.subscription_id).some((now) => now.customer_id === me),
  values: {
    reason: (row, _world, asker) => (wasAnothers(row, asker) ? null : row.reason),
    reasonCode: (row, world, asker) => (wasAnothers(row, asker) ? null : reasonCode(row.reason, world)),
    changes,
  },
  one: { subscription: named('CareSubscription', 'care_subscriptions', 'subscription_id') },
  many: { webhooks: webhooks('SubscriptionAuditEntry', 'log_id') },
};

function counted(status: string): (row: Row, world: World) => number {
  return (row, world) =>
    rowsWith(world, 'bulk_items', 'job_id', row.job_id).filter((item) => item.status === status).length;
}

const bulkJob: Kind = {
  type: 'BulkJob',
  prefix: 'bulkjob',
  table: 'bulk_jobs',
  key: 'job_id',
  columns: 'action comment correlationId createdAt finishedAt reason requestedBy requestedRole status total'.split(' '),
  sorts: ['CREATED_AT'],
  filters: { status: enumNamed('status') },
  unique: {},
  own: nobodys,
  values: {
    waiting: counted('waiting'),
    succeeded: counted('succeeded'),
    refused: counted('refused'),
    failed: counted('failed'),
  },
  many: { items: naming('BulkItem', 'bulk_items', 'job_id') },
};

const bulkItem: Kind = {
  type: 'BulkItem',
  prefix: 'bulkitem',
  table: 'bulk_items',
  key: 'item_id',
  columns: 'code finishedAt message status subscriptionId'.split(' '),
  sorts: ['ITEM_ID'],
  filters: { status: enumNamed('status') },
  own: nobodys,
  one: {
    subscription: named('CareSubscription', 'care_subscriptions', 'subscription_id'),
    auditEntry: named('SubscriptionAuditEntry', 'subscriptions_audit_log', 'log_id', 'audit_id'),
  },
};

const prescription: Kind = {
  type: 'Prescription',
  prefix: 'prescription',
  table: 'prescriptions',
  key: 'prescription_id',
  columns: 'createdAt drugs fulfillments notes prescriptionId updatedAt'.split(' '),
  sorts: ['CREATED_AT', 'PRESCRIPTION_ID', 'UPDATED_AT'],
  filters: {
    customerId: ofCustomer('customer_id'),
    orderId: {
      column: 'order_id',
      field: 'orders',
      test: (row, id: string, world) =>
        rowsWith(world, 'prescription_orders', 'prescription_id', row.prescription_id).some(
          (link) => String(link.order_id) === id,
        ),
    },
    createdFrom: atOrAfter('created_at'),
    createdBefore: before('created_at'),
  },
  unique: { prescriptionId: 'prescription_id' },
  own: (row, me) => row.customer_id === me,
  one: { customer: named('Customer', 'customers', 'customer_id') },
  many: {
    orders: through('prescription_orders', 'prescription_id', 'Order', 'orders', 'order_id'),
    webhooks: webhooks('Prescription', 'prescription_id'),
  },
};

const message: Kind = {
  type: 'Message',
  prefix: 'message',
  table: 'messages',
  key: 'message_id',
  columns: 'channel contactEmail content createdAt inbound messageId senderName status subject updatedAt'.split(' '),
  sorts: ['CREATED_AT', 'MESSAGE_ID'],
  filters: {
    customerId: ofCustomer('customer_id'),
    hasCustomer: isKnown('customer_id'),
    channel: among('channel', 'text'),
    inbound: yesOrNo('inbound'),
    createdFrom: atOrAfter('created_at'),
    createdBefore: before('created_at'),
  },
  unique: { messageId: 'message_id' },
  own: (row, me) => row.customer_id === me,
  values: {
    emrProfileUrl: (row) =>
      profile(row.customer_id ?? (/^[0-9a-f]{24}$/.test(String(row.emr_customer_id)) ? row.emr_customer_id : null)),
  },
  one: { customer: named('Customer', 'customers', 'customer_id') },
  many: { webhooks: webhooks('Message', 'message_id') },
};

const response: Kind = {
  type: 'QuestionnaireResponse',
  prefix: 'response',
  table: 'questionnaire_responses',
  key: 'response_id',
  columns:
    'answerCount answerDataType answers compositeKey createdAt questionIndex questionType questionnaireId responseId sessionId'.split(
      ' ',
    ),
  sorts: ['CREATED_AT', 'RESPONSE_ID'],
  filters: {
    questionnaireId: among('questionnaire_id', 'text'),
    sessionId: among('session_id', 'text'),
    customerId: ofCustomer('customer_id'),
    createdFrom: atOrAfter('created_at'),
    createdBefore: before('created_at'),
  },
  own: (row, me) => row.customer_id === me,
  one: { customer: named('Customer', 'customers', 'customer_id') },
  many: { webhooks: webhooks('QuestionnaireResponse', 'response_id') },
};

export const careKinds = [subscription, auditEntry, bulkJob, bulkItem, prescription, message, response];
