import { defineEntity } from '@mikro-orm/core';
import { column } from '../../../platform/database/column.ts';

/** One entry of a subscription's chain. Each carries the hash of the entry before it; rows are only ever added. */
export const SubscriptionAudit = defineEntity({
  name: 'SubscriptionAudit',
  tableName: 'subscriptions_audit_log',
  properties: {
    logId: column.bigint().primary().autoincrement(),
    publicId: column.publicId(),
    subscriptionId: column.text(),
    customerId: column.text().nullable(),
    productId: column.text().nullable(),
    cycle: column.int().nullable(),
    status: column.text(),
    previousStatus: column.text().nullable(),
    version: column.int().nullable(),
    triggerType: column.text(),
    effect: column.text(),
    actor: column.text(),
    actorRole: column.text(),
    source: column.text(),
    reason: column.text().nullable(),
    comment: column.text().nullable(),
    correlationId: column.text().nullable(),
    createdAt: column.instant().nullable(),
    updatedAt: column.instant().nullable(),
    webhookReceivedAt: column.instant().defaultRaw('CURRENT_TIMESTAMP(3)'),
    rawData: column.json().nullable(),
    changes: column.json().nullable(),
    previousHash: column.text().nullable(),
    hash: column.text(),
  },
});
