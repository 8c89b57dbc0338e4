import { defineEntity } from '@mikro-orm/core';
import { column } from '../../../platform/database/column.ts';

export const Payment = defineEntity({
  name: 'Payment',
  tableName: 'payments',
  properties: {
    paymentId: column.bigint().primary().autoincrement(),
    publicId: column.publicId(),
    chargeId: column.text(),
    paymentIntentId: column.text().nullable(),
    succeededIntentId: column.text().generated("IF(status = 'succeeded', payment_intent_id, NULL) STORED").nullable(),
    orderId: column.bigint(),
    stripeCustomerId: column.text().nullable(),
    paymentMethodId: column.text().nullable(),
    amount: column.int(),
    currency: column.text(),
    cardLast4: column.text().nullable(),
    cardBrand: column.text().nullable(),
    status: column.text(),
    description: column.text().nullable(),
    applicationFeeAmount: column.int().default(0),
    createdAt: column.instant(),
    webhookReceivedAt: column.instant().defaultRaw('CURRENT_TIMESTAMP(3)'),
    /** When the workbook last wrote this row; null if others did. */
    importedAt: column.instant().nullable(),
  },
});
