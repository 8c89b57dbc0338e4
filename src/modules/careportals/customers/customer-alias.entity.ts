import { defineEntity } from '@mikro-orm/core';
import { column } from '../../../platform/database/column.ts';

/** Every CarePortals id ever seen, and the customer it means. The first known id stays the customer's own. */
export const CustomerAlias = defineEntity({
  name: 'CustomerAlias',
  tableName: 'customer_aliases',
  properties: {
    careportalsId: column.text().primary(),
    customerId: column.text(),
    firstSeenAt: column.instant().defaultRaw('CURRENT_TIMESTAMP(3)'),
  },
});
