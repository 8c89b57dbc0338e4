import { defineEntity } from '@mikro-orm/core';
import { column } from '../database/column.ts';

/** A row that a delivery was applied to, by its type in the graph and its own key. */
export const WebhookSubject = defineEntity({
  name: 'WebhookSubject',
  tableName: 'webhook_subjects',
  properties: {
    subjectType: column.text().primary(),
    subjectId: column.text().primary(),
    inboxId: column.bigint().primary(),
  },
});
