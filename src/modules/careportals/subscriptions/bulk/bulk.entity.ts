import { defineEntity } from '@mikro-orm/core';
import { column } from '../../../../platform/database/column.ts';
import type { UserErrorCode } from '../../../../platform/refusal.ts';
import type { SubscriptionAction } from '../subscription-action.ts';

/** `running` until nothing waits (`done`) or somebody stops it. */
export type BulkJobState = 'running' | 'stopped' | 'done';

/** `refused` by the rules, `failed` because something broke again and again. */
export type BulkItemState = 'waiting' | 'succeeded' | 'refused' | 'failed';

/** One action that somebody asked for on many subscriptions. */
export const BulkJob = defineEntity({
  name: 'BulkJob',
  tableName: 'bulk_jobs',
  properties: {
    jobId: column.bigint().primary().autoincrement(),
    publicId: column.publicId(),
    action: column.text().$type<SubscriptionAction>(),
    arguments: column.json(),
    reason: column.text().nullable(),
    comment: column.text().nullable(),
    status: column.text().$type<BulkJobState>().default('running'),
    requestedBy: column.text(),
    requestedRole: column.text(),
    correlationId: column.text(),
    total: column.int().default(0),
    createdAt: column.instant(),
    finishedAt: column.instant().nullable(),
  },
});

/** One subscription of a job, and what became of it. */
export const BulkItem = defineEntity({
  name: 'BulkItem',
  tableName: 'bulk_items',
  properties: {
    itemId: column.bigint().primary().autoincrement(),
    publicId: column.publicId(),
    jobId: column.bigint(),
    subscriptionId: column.text(),
    status: column.text().$type<BulkItemState>().default('waiting'),
    /** Not to be tried before; null once it is over. */
    dueAt: column.instant().nullable(),
    attempts: column.int().default(0),
    code: column.text().$type<UserErrorCode>().nullable(),
    message: column.text().nullable(),
    auditId: column.bigint().nullable(),
    finishedAt: column.instant().nullable(),
  },
});
