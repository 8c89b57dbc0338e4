import { defineEntity } from '@mikro-orm/core';
import { column } from '../../../platform/database/column.ts';

export const WebhookLog = defineEntity({
  name: 'WebhookLog',
  tableName: 'webhook_logs',
  properties: {
    logId: column.bigint().primary().autoincrement(),
    publicId: column.publicId(),
    webhookType: column.text(),
    sourceSystem: column.text(),
    eventId: column.text().nullable(),
    inboxId: column.bigint().nullable(),
    attempt: column.int().default(1),
    outcome: column.text().nullable(),
    status: column.text(),
    errorMessage: column.text().nullable(),
    payload: column.json().nullable(),
    processingTimeMs: column.int().nullable(),
    receivedAt: column.instant().defaultRaw('CURRENT_TIMESTAMP(3)'),
    finishedAt: column.instant().defaultRaw('CURRENT_TIMESTAMP(3)'),
  },
});
