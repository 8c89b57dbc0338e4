import { defineEntity } from '@mikro-orm/core';
import { column } from '../../../platform/database/column.ts';

/** A reason for a change of a subscription, as the operator's list has it. */
export const SubscriptionReason = defineEntity({
  name: 'SubscriptionReason',
  tableName: 'subscription_reasons',
  properties: {
    code: column.text().primary(),
    label: column.text(),
    retired: column.flag().default(0),
    createdAt: column.instant().defaultRaw('CURRENT_TIMESTAMP(3)'),
  },
});
