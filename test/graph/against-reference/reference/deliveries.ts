import { among, atOrAfter, before, named as enumNamed, type Kind, nobodys } from './kind.ts';
import { named } from './orders.ts';
import type { Asker } from './rights.ts';
import { type Row, rowsWith, type World } from './world.ts';

/** Keys of the worlds' bodies whose values are ids, amounts or words of the senders: of the others support sees the key. */
const SHOWN = ['status', '_id', 'price', 'lineItems'];

function redacted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(redacted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, inner]) => [
    key,
    SHOWN.includes(key) ? redacted(inner) : '[redacted]',
  ]);
  return Object.fromEntries(entries);
}

function payload({ payload }: Row, _world: World, { role }: Asker): unknown {
  return role === 'support' ? redacted(payload) : payload;
}

export function waitingSince(row: Row): unknown {
  return row.status === 'parked' ? row.parked_at : null;
}

function waitingFor({ waiting_for, or_waiting_for }: Row): string | null {
  return [waiting_for, or_waiting_for].filter((name) => name !== null).join(' or ') || null;
}

const delivery: Kind = {
  type: 'WebhookDelivery',
  prefix: 'webhook',
  table: 'webhook_inbox',
  key: 'inbox_id',
  columns: 'attempts eventId eventType finishedAt note receivedAt replayedAt replayedBy sourceSystem status'.split(' '),
  sorts: ['RECEIVED_AT'],
  filters: {
    status: enumNamed('status'),
    sourceSystem: among('source_system'),
    eventType: among('event_type', 'text'),
    eventId: among('event_id'),
    waitingFor: {
      column: 'waiting_for',
      field: 'waitingFor',
      test: (row, names: string[]) =>
        [row.waiting_for, row.or_waiting_for].some((name) => name !== null && names.includes(String(name))),
    },
    receivedFrom: atOrAfter('received_at'),
    receivedBefore: before('received_at'),
    replayedBefore: {
      column: 'replayed_at',
      field: 'replayedAt',
      test: (row, at: never) => row.replayed_at === null || before('replayed_at').test(row, at, {}),
    },
  },
  unique: {},
  own: nobodys,
  values: {
    payload,
    waitingFor,
    waitingSince,
    nextAttemptAt: (row) => (['pending', 'parked'].includes(String(row.status)) ? row.next_attempt_at : null),
  },
  many: {
    logs: {
      to: 'WebhookLog',
      rows: (row, world) => rowsWith(world, 'webhook_logs', 'inbox_id', row.inbox_id),
      sort: { field: 'LOG_ID', direction: 'DESC' },
    },
  },
};

const webhookLog: Kind = {
  type: 'WebhookLog',
  prefix: 'webhooklog',
  table: 'webhook_logs',
  key: 'log_id',
  columns:
    'attempt errorMessage eventId finishedAt logId outcome processingTimeMs receivedAt sourceSystem status webhookType'.split(
      ' ',
    ),
  sorts: ['RECEIVED_AT', 'LOG_ID'],
  filters: {
    webhookType: among('webhook_type', 'text'),
    sourceSystem: among('source_system', 'text'),
    eventId: among('event_id', 'text'),
    status: among('status', 'text'),
    receivedFrom: atOrAfter('received_at'),
    receivedBefore: before('received_at'),
  },
  own: nobodys,
  values: { payload },
  one: { delivery: named('WebhookDelivery', 'webhook_inbox', 'inbox_id') },
};

const errorLog: Kind = {
  type: 'ErrorLog',
  prefix: 'errorlog',
  table: 'error_logs',
  key: 'error_id',
  columns: 'errorId errorMessage errorType occurredAt rawData stackTrace triggerSource'.split(' '),
  sorts: ['OCCURRED_AT', 'ERROR_ID'],
  filters: {
    errorType: among('error_type', 'text'),
    triggerSource: among('trigger_source', 'text'),
    occurredFrom: atOrAfter('occurred_at'),
    occurredBefore: before('occurred_at'),
  },
  own: nobodys,
};

export const deliveryKinds = [delivery, webhookLog, errorLog];
