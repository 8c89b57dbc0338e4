import { defineEntity } from '@mikro-orm/core';
import { column } from '../../../platform/database/column.ts';

/** One row of an order's history. The trigger order_status_keep_current fills previousStatus and changedCurrent. */
export const OrderStatusUpdate = defineEntity({
  name: 'OrderStatusUpdate',
  tableName: 'order_status_updates',
  properties: {
    updateId: column.bigint().primary().autoincrement(),
    publicId: column.publicId(),
    orderId: column.bigint(),
    updatedStatus: column.text(),
    previousStatus: column.text().nullable(),
    changedCurrent: column.flag().default(0),
    source: column.text().nullable(),
    actor: column.text().nullable(),
    note: column.text().nullable(),
    orderCreatedAt: column.instant(),
    statusUpdatedAt: column.instant(),
    webhookReceivedAt: column.instant().defaultRaw('CURRENT_TIMESTAMP(3)'),
  },
});
