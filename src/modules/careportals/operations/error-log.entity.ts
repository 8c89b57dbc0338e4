import { defineEntity } from '@mikro-orm/core';
import { column } from '../../../platform/database/column.ts';

export const ErrorLog = defineEntity({
  name: 'ErrorLog',
  tableName: 'error_logs',
  properties: {
    errorId: column.bigint().primary().autoincrement(),
    publicId: column.publicId(),
    errorType: column.text(),
    errorMessage: column.text(),
    rawData: column.json().nullable(),
    triggerSource: column.text().nullable(),
    stackTrace: column.text().nullable(),
    occurredAt: column.instant().defaultRaw('CURRENT_TIMESTAMP(3)'),
  },
});
