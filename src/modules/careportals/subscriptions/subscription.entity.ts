import { defineEntity } from '@mikro-orm/core';
import { column } from '../../../platform/database/column.ts';

/** The spine: one row a subscription, whichever of the three tables holds its details now. */
export const SubscriptionSpine = defineEntity({
  name: 'SubscriptionSpine',
  tableName: 'subscriptions',
  properties: {
    subscriptionId: column.text().primary(),
    publicId: column.publicId(),
    state: column.text().$type<SubscriptionState>(),
    version: column.int().default(1),
    nextCycleDate: column.instant().nullable(),
    sourceUpdatedAt: column.instant().nullable(),
    movedAt: column.instant().nullable(),
    auditHead: column.text().nullable(),
    toldAt: column.json().nullable(),
    scheduledAction: column.text().$type<'resume' | 'cancel'>().nullable(),
    scheduledAt: column.instant().nullable(),
    scheduledReason: column.text().nullable(),
    scheduledCorrelationId: column.text().nullable(),
    skippedDates: column.json().nullable(),
    emrCustomerId: column.text().nullable(),
    phases: column.json().nullable(),
    /** When the workbook last wrote this row; null if others did. */
    importedAt: column.instant().nullable(),
  },
});

/** Which of the three tables a subscription stands in. */
export type SubscriptionState = 'active' | 'paused' | 'cancelled';

const details = {
  id: column.bigint().primary().autoincrement(),
  subscriptionId: column.text(),
  customerId: column.text().nullable(),
  productId: column.text().nullable(),
  cycle: column.int(),
  status: column.text(),
  createdAt: column.instant(),
  updatedAt: column.instant().nullable(),
};

export const SubscriptionActive = defineEntity({
  name: 'SubscriptionActive',
  tableName: 'subscriptions_active',
  properties: { ...details, state: column.text().generated("'active' STORED").nullable() },
});

export const SubscriptionPaused = defineEntity({
  name: 'SubscriptionPaused',
  tableName: 'subscriptions_paused',
  properties: { ...details, state: column.text().generated("'paused' STORED").nullable() },
});

export const SubscriptionCancelled = defineEntity({
  name: 'SubscriptionCancelled',
  tableName: 'subscriptions_cancelled',
  properties: { ...details, state: column.text().generated("'cancelled' STORED").nullable() },
});
