import { defineEntity } from '@mikro-orm/core';
import { column } from '../database/column.ts';

/** A stored webhook: what is still to do, what waits for something else, and what is done. */
export const WebhookInbox = defineEntity({
  name: 'WebhookInbox',
  tableName: 'webhook_inbox',
  properties: {
    inboxId: column.bigint().primary().autoincrement(),
    publicId: column.publicId(),
    sourceSystem: column.text(),
    eventKey: column.text(),
    eventType: column.text(),
    eventId: column.text().nullable(),
    payload: column.json(),
    status: column.text().default('pending'),
    waitingFor: column.text().nullable(),
    orWaitingFor: column.text().nullable(),
    attempts: column.int().default(0),
    nextAttemptAt: column.instant().defaultRaw('CURRENT_TIMESTAMP(3)'),
    note: column.text().nullable(),
    receivedAt: column.instant().defaultRaw('CURRENT_TIMESTAMP(3)'),
    finishedAt: column.instant().nullable(),
    parkedAt: column.instant().nullable(),
    replayedAt: column.instant().nullable(),
    replayedBy: column.text().nullable(),
    attemptsBeforeReplay: column.int().default(0),
  },
});
