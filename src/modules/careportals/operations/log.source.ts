import { before, exactly, from } from '../../../platform/read/filters.ts';
import { nodeColumns } from '../../../platform/read/node-id.ts';
import { type Source, tableColumns } from '../../../platform/read/source.ts';
import { access } from '../access.ts';
import { redactPayload } from './redact-payload.ts';

export const webhookLogs: Source = {
  type: 'WebhookLog',
  idPrefix: 'webhooklog',
  from: ['webhook_logs w'],
  columns: {
    ...nodeColumns('webhooklog', 'w'),
    ...tableColumns('w', {
      logId: 'bigint',
      inboxId: 'bigint',
      webhookType: 'text',
      sourceSystem: 'text',
      eventId: 'text',
      attempt: 'int',
      outcome: 'text',
      status: 'text',
      errorMessage: 'text',
      processingTimeMs: 'int',
      receivedAt: 'instant',
      finishedAt: 'instant',
    }),
    payload: { sql: 'w.payload', kind: 'json', heavy: true, redact: redactPayload },
  },
  key: 'logId',
  sorts: ['receivedAt', 'logId'],
  filters: {
    webhookType: exactly('webhookType', 'w.webhook_type', 'text'),
    sourceSystem: exactly('sourceSystem', 'w.source_system', 'text'),
    eventId: exactly('eventId', 'w.event_id', 'text'),
    status: exactly('status', 'w.status', 'text'),
    receivedFrom: from('receivedAt', 'w.received_at'),
    receivedBefore: before('receivedAt', 'w.received_at'),
  },
  own: null,
  access: access.WebhookLog,
};

export const errorLogs: Source = {
  type: 'ErrorLog',
  idPrefix: 'errorlog',
  from: ['error_logs e'],
  columns: {
    ...nodeColumns('errorlog', 'e'),
    ...tableColumns('e', {
      errorId: 'bigint',
      errorType: 'text',
      errorMessage: 'text',
      rawData: 'heavyJson',
      triggerSource: 'text',
      stackTrace: 'heavyText',
      occurredAt: 'instant',
    }),
  },
  key: 'errorId',
  sorts: ['occurredAt', 'errorId'],
  filters: {
    errorType: exactly('errorType', 'e.error_type', 'text'),
    triggerSource: exactly('triggerSource', 'e.trigger_source', 'text'),
    occurredFrom: from('occurredAt', 'e.occurred_at'),
    occurredBefore: before('occurredAt', 'e.occurred_at'),
  },
  own: null,
  access: access.ErrorLog,
};
