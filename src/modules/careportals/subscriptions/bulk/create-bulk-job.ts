import { CompiledQuery } from 'kysely';
import type { Cause } from '../../../../platform/cause.ts';
import type { Instant } from '../../../../platform/database/instant.ts';
import type { Refusal } from '../../../../platform/refusal.ts';
import type { Tx } from '../../tables.ts';
import { subscriptions } from '../subscription.source.ts';
import type { BulkAction } from './bulk-action.ts';
import { type BulkSelection, whyTooMany } from './bulk-selection.ts';
import { whyNotAtAll } from './why-not-at-all.ts';

export interface BulkRequest {
  asked: BulkAction;
  selection: BulkSelection;
  reason: string | null;
  /** Free text; patient data. */
  comment: string | null;
}

/** Gives back an id only, so that it can be stored with an idempotency key. */
export type BulkResult = { jobId: string } | { refusal: Refusal };

/** Stores a job with an item for each subscription, which the workers then do. One about nothing is done at once. */
export async function createBulkJob(tx: Tx, cause: Cause, request: BulkRequest): Promise<BulkResult> {
  const refusal = (await whyNotAtAll(tx, request.asked, cause.at)) ?? (await whyTooMany(tx, request.selection));
  if (refusal !== null) return { refusal };
  const jobId = await insertJob(tx, cause, request);
  const total = await insertItems(tx, jobId, request.selection, cause.at);
  const end = total === 0 ? ({ status: 'done', finished_at: cause.at } as const) : {};
  await tx
    .updateTable('bulk_jobs')
    .set({ total, ...end })
    .where('job_id', '=', jobId)
    .execute();
  return { jobId };
}

async function insertJob(tx: Tx, cause: Cause, { asked, reason, comment }: BulkRequest): Promise<string> {
  const { action, ...own } = asked;
  const inserted = await tx
    .insertInto('bulk_jobs')
    .values({
      action,
      arguments: JSON.stringify(own),
      reason,
      comment,
      requested_by: cause.actor,
      requested_role: cause.actorRole,
      correlation_id: cause.correlationId,
      created_at: cause.at,
    })
    .executeTakeFirstOrThrow();
  return String(inserted.insertId);
}

/** In one statement, whatever their number. At READ COMMITTED it locks none of the subscriptions that it reads. */
async function insertItems(tx: Tx, jobId: string, selection: BulkSelection, dueAt: Instant): Promise<number> {
  const statement = 'ids' in selection ? itemsOf(jobId, selection.ids, dueAt) : itemsWhere(jobId, selection, dueAt);
  const { numAffectedRows } = await tx.executeQuery(statement);
  return Number(numAffectedRows ?? 0);
}

function itemsOf(jobId: string, ids: readonly string[], dueAt: Instant): CompiledQuery {
  const rows = ids.map((id) => [jobId, id, dueAt]);
  return CompiledQuery.raw('INSERT INTO bulk_items (job_id, subscription_id, due_at) VALUES ?', [rows]);
}

function itemsWhere(jobId: string, { where }: { where: { sql: string; params: unknown[] } }, dueAt: Instant) {
  const arms = subscriptions.from.map((from) => `SELECT s.subscription_id AS id FROM ${from} WHERE ${where.sql}`);
  return CompiledQuery.raw(
    `INSERT INTO bulk_items (job_id, subscription_id, due_at)
      SELECT ?, matching.id, ? FROM (${arms.join(' UNION ALL ')}) matching ORDER BY matching.id`,
    [jobId, dueAt, ...subscriptions.from.flatMap(() => where.params)],
  );
}
