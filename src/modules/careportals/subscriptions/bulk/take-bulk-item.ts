import { sql } from 'kysely';
import type { Cause } from '../../../../platform/cause.ts';
import type { Instant } from '../../../../platform/database/instant.ts';
import type { Tx } from '../../tables.ts';
import type { SubscriptionAction } from '../subscription-action.ts';
import { bulkJobs } from './bulk.source.ts';
import type { ActionArguments, BulkAction } from './bulk-action.ts';

/** An item that waits, locked by this transaction, with what its job says. */
export interface TakenItem {
  itemId: string;
  subscriptionId: string;
  /** Tries that broke so far. */
  attempts: number;
  asked: BulkAction;
  reason: string | null;
  comment: string | null;
  /** The requester, in whose role it is done; the job is what a reader of the trail is led to. */
  cause: Cause;
}

interface Row {
  itemId: string;
  subscriptionId: string;
  attempts: number;
  action: SubscriptionAction;
  arguments: ActionArguments;
  reason: string | null;
  comment: string | null;
  publicId: string;
  requestedBy: string;
  requestedRole: string;
}

/**
 * Takes the item of a running job that has been due longest and that no other worker is at; null if there is none.
 * The job is locked against being stopped until this transaction ends.
 */
export async function takeBulkItem(tx: Tx, jobId: string, now: Instant): Promise<TakenItem | null> {
  // The index gives the order, so that the one row that is wanted is the only one that is locked.
  const { rows } = await sql<Row>`SELECT i.item_id AS itemId, i.subscription_id AS subscriptionId, i.attempts,
      j.action, j.arguments, j.reason, j.comment, j.public_id AS publicId, j.requested_by AS requestedBy,
      j.requested_role AS requestedRole
    FROM bulk_jobs j JOIN bulk_items i FORCE INDEX (idx_queue) ON i.job_id = j.job_id
    WHERE j.job_id = ${jobId} AND j.status = 'running' AND i.status = 'waiting' AND i.due_at <= ${now}
    ORDER BY i.due_at, i.item_id LIMIT 1
    FOR SHARE OF j FOR UPDATE OF i SKIP LOCKED`.execute(tx);
  return rows[0] === undefined ? null : takenOf(rows[0], now);
}

function takenOf(row: Row, now: Instant): TakenItem {
  const { itemId, subscriptionId, attempts, reason, comment } = row;
  return {
    itemId,
    subscriptionId,
    attempts,
    asked: { action: row.action, ...row.arguments },
    reason,
    comment,
    cause: {
      actor: row.requestedBy,
      actorRole: row.requestedRole,
      source: 'job',
      correlationId: `${bulkJobs.idPrefix}_${row.publicId}`,
      at: now,
    },
  };
}
