import { toInstant } from '../../../platform/database/instant.ts';
import { before, exactly, from } from '../../../platform/read/filters.ts';
import { nodeColumns } from '../../../platform/read/node-id.ts';
import { type Condition, type Source, tableColumns } from '../../../platform/read/source.ts';
import { isOneOf } from '../../../platform/read/value.ts';
import { access } from '../access.ts';
import { redactPayload } from './redact-payload.ts';

export const webhookDeliveries: Source = {
  type: 'WebhookDelivery',
  idPrefix: 'webhook',
  from: ['webhook_inbox i'],
  columns: {
    ...nodeColumns('webhook', 'i'),
    ...tableColumns('i', {
      inboxId: 'bigint',
      sourceSystem: 'id',
      eventType: 'text',
      eventId: 'id',
      status: 'text',
      attempts: 'int',
      note: 'text',
      receivedAt: 'instant',
      finishedAt: 'instant',
      replayedAt: 'instant',
      replayedBy: 'text',
    }),
    waitingFor: { sql: "NULLIF(CONCAT_WS(' or ', i.waiting_for, i.or_waiting_for), '')", kind: 'text' },
    nextAttemptAt: { sql: "IF(i.status IN ('pending', 'parked'), i.next_attempt_at, NULL)", kind: 'instant' },
    // The column outlives the wait if what came of it was a failure.
    waitingSince: { sql: "IF(i.status = 'parked', i.parked_at, NULL)", kind: 'instant' },
    payload: { sql: 'i.payload', kind: 'json', heavy: true, redact: redactPayload },
  },
  key: 'inboxId',
  sorts: ['receivedAt', 'waitingSince'],
  filters: {
    status: exactly('status', 'i.status', 'id'),
    sourceSystem: exactly('sourceSystem', 'i.source_system', 'id'),
    eventType: exactly('eventType', 'i.event_type', 'text'),
    eventId: exactly('eventId', 'i.event_id', 'id'),
    waitingFor: { uses: ['waitingFor'], where: waitsForAny },
    receivedFrom: from('receivedAt', 'i.received_at'),
    receivedBefore: before('receivedAt', 'i.received_at'),
    replayedBefore: { uses: ['replayedAt'], where: notReplayedSince },
  },
  own: null,
  access: access.WebhookDelivery,
};

function waitsForAny(names: string[]): Condition {
  const [first, second] = [isOneOf('i.waiting_for', 'id', names), isOneOf('i.or_waiting_for', 'id', names)];
  return { sql: `(${first.sql}) OR (${second.sql})`, params: [...first.params, ...second.params] };
}

function notReplayedSince(at: Date): Condition {
  return { sql: 'i.replayed_at IS NULL OR i.replayed_at < ?', params: [toInstant(at)] };
}

export const PARKED: Condition = { sql: "i.status = 'parked'", params: [] };

/** Given up, not understood, or tried in vain since somebody last had it tried again. Written as a range of one index. */
export const FAILED: Condition = {
  sql: "i.status IN ('dead', 'quarantined', 'pending') AND (i.status <> 'pending' OR i.attempts > i.attempts_before_replay)",
  params: [],
};

/** Which rows a delivery was applied to. No node: the graph shows the rows themselves. */
export const webhookSubjects: Source = {
  type: 'WebhookSubject',
  idPrefix: 'webhooksubject',
  from: ['webhook_subjects ws'],
  columns: {
    ...tableColumns('ws', { subjectType: 'id', subjectId: 'exact' }),
    key: { sql: "CONCAT(ws.subject_type, ':', ws.subject_id)", kind: 'text' },
  },
  key: 'key',
  sorts: ['key'],
  filters: {},
  own: null,
  access: access.WebhookDelivery,
};
