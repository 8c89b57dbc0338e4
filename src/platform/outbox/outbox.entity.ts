import { defineEntity } from '@mikro-orm/core';
import { column } from '../database/column.ts';

/** What another system should hear of. Written with the change itself; nothing sends it yet. */
export const Outbox = defineEntity({
  name: 'Outbox',
  tableName: 'outbox',
  properties: {
    outboxId: column.bigint().primary().autoincrement(),
    topic: column.text(),
    subjectId: column.text(),
    payload: column.json(),
    createdAt: column.instant().defaultRaw('CURRENT_TIMESTAMP(3)'),
    sentAt: column.instant().nullable(),
  },
});
