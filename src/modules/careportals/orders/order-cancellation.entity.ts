import { defineEntity } from '@mikro-orm/core';
import { column } from '../../../platform/database/column.ts';

export const OrderCancellation = defineEntity({
  name: 'OrderCancellation',
  tableName: 'orders_cancelled',
  properties: {
    cancellationId: column.bigint().primary().autoincrement(),
    publicId: column.publicId(),
    orderId: column.bigint(),
    cancelledAt: column.instant(),
  },
});
