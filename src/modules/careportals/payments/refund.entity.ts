import { defineEntity } from '@mikro-orm/core';
import { column } from '../../../platform/database/column.ts';

export const Refund = defineEntity({
  name: 'Refund',
  tableName: 'refunds',
  properties: {
    refundId: column.bigint().primary().autoincrement(),
    publicId: column.publicId(),
    stripeRefundId: column.text(),
    chargeId: column.text(),
    paymentIntentId: column.text().nullable(),
    amount: column.int(),
    currency: column.text(),
    reason: column.text().nullable(),
    status: column.text(),
    sourceUpdatedAt: column.instant().nullable(),
    createdAt: column.instant(),
    webhookReceivedAt: column.instant().defaultRaw('CURRENT_TIMESTAMP(3)'),
    /** When the workbook last wrote this row; null if others did. */
    importedAt: column.instant().nullable(),
  },
});
