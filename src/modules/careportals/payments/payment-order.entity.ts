import { defineEntity } from '@mikro-orm/core';
import { column } from '../../../platform/database/column.ts';

/** The orders that one payment pays for: a cart may become several. */
export const PaymentOrder = defineEntity({
  name: 'PaymentOrder',
  tableName: 'payment_orders',
  properties: {
    paymentId: column.bigint().primary(),
    orderId: column.bigint().primary(),
  },
});
