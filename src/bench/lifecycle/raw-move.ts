import { createHash, randomUUID } from 'node:crypto';
import type { Connection, ResultSetHeader, RowDataPacket } from 'mysql2/promise';
import { auditHash, type Changes } from '../../modules/careportals/subscriptions/audit-hash.ts';
import { toInstant } from '../../platform/database/instant.ts';
import type { KnownSubscription } from './subscription-pool.ts';

export interface RawRequest {
  action: 'pause' | 'resume';
  subscriptionId: string;
  reason: string;
  idempotencyKey: string;
}

interface LockedRow extends RowDataPacket {
  version: number;
  audit_head: string | null;
  next_cycle_date: string | null;
  customer_id: string | null;
  product_id: string | null;
  cycle: number;
  created_at: string;
}

/** Caller and role of the load; the server's come from the token. */
export const RAW_ACTOR = 'dev-admin';

/**
 * A pause or a resume as one would write it by hand for this one purpose: the same rows as the mutation, one statement
 * each, in one transaction. Gives the new version and the audit entry's log_id.
 */
export async function rawMove(db: Connection, request: RawRequest): Promise<{ version: number; auditId: string }> {
  await db.query('BEGIN');
  try {
    const moved = await move(db, request);
    await db.query('COMMIT');
    return moved;
  } catch (error) {
    await db.query('ROLLBACK');
    throw error;
  }
}

const STATES = { pause: { from: 'active', to: 'paused' }, resume: { from: 'paused', to: 'active' } } as const;

async function move(db: Connection, request: RawRequest): Promise<{ version: number; auditId: string }> {
  const { from, to } = STATES[request.action];
  const before = await lock(db, request.subscriptionId, from);
  const now = toInstant(new Date());
  const after = { ...before, version: before.version + 1, from, to, now, correlationId: randomUUID() };
  const { audit, hash } = auditOf(request, after);
  await db.query(`DELETE FROM subscriptions_${from} WHERE subscription_id = ?`, [request.subscriptionId]);
  await db.query(
    `UPDATE subscriptions SET state = ?, version = ?, moved_at = ?, audit_head = ?,
      told_at = JSON_SET(told_at, '$.here', JSON_ARRAY('status')) WHERE subscription_id = ?`,
    [to, after.version, now, hash, request.subscriptionId],
  );
  await db.query(
    `INSERT INTO subscriptions_${to}
      (subscription_id, customer_id, product_id, cycle, status, created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?, ?)`,
    [request.subscriptionId, before.customer_id, before.product_id, before.cycle, to, before.created_at, now],
  );
  const [{ insertId }] = await db.query<ResultSetHeader>('INSERT INTO subscriptions_audit_log SET ?', [audit]);
  await note(db, request, after);
  await keepKey(db, request, String(insertId), now);
  return { version: after.version, auditId: String(insertId) };
}

async function lock(db: Connection, subscriptionId: string, from: KnownSubscription['state']): Promise<LockedRow> {
  const [[row]] = await db.query<LockedRow[]>(
    `SELECT s.version, s.audit_head, s.next_cycle_date, d.customer_id, d.product_id, d.cycle, d.created_at
      FROM subscriptions s JOIN subscriptions_${from} d ON d.subscription_id = s.subscription_id
      WHERE s.subscription_id = ? FOR UPDATE`,
    [subscriptionId],
  );
  if (row === undefined) throw new Error(`${subscriptionId} is not ${from}.`);
  return row;
}

type After = LockedRow & { from: string; to: string; now: string; correlationId: string };

/** The audit row with its place in the chain. */
function auditOf({ action, subscriptionId, reason }: RawRequest, after: After) {
  const changes: Changes = { status: [after.from, after.to] };
  const content = {
    subscription_id: subscriptionId,
    customer_id: after.customer_id,
    product_id: after.product_id,
    cycle: after.cycle,
    status: after.to,
    previous_status: after.from,
    version: after.version,
    trigger_type: action,
    effect: 'moved',
    actor: RAW_ACTOR,
    actor_role: 'admin',
    source: 'mutation',
    reason,
    comment: null,
    correlation_id: after.correlationId,
    created_at: after.created_at,
    updated_at: after.now,
    webhook_received_at: after.now,
    raw_data: null,
  };
  const hash = auditHash(after.audit_head, { ...content, changes });
  const audit = { ...content, changes: JSON.stringify(changes), previous_hash: after.audit_head, hash };
  return { audit, hash };
}

async function note(db: Connection, { action, subscriptionId }: RawRequest, after: After): Promise<void> {
  const payload = {
    action,
    status: after.to,
    version: after.version,
    cycle: after.cycle,
    productId: after.product_id,
    nextCycleDate: after.next_cycle_date,
    correlationId: after.correlationId,
  };
  const row = ['subscription.changed', subscriptionId, JSON.stringify(payload)];
  await db.query('INSERT INTO outbox (topic, subject_id, payload) VALUES (?, ?, ?)', row);
}

async function keepKey(db: Connection, request: RawRequest, auditId: string, now: string): Promise<void> {
  const { action, subscriptionId, reason, idempotencyKey } = request;
  const input = { comment: null, expectedVersion: null, ownedBy: null, reason, subscriptionId };
  await db.query(
    `INSERT INTO idempotency_keys (caller, mutation, idempotency_key, input_hash, result, created_at)
      VALUES (?, ?, ?, ?, ?, ?)`,
    [
      sha256(JSON.stringify(['admin', null, RAW_ACTOR])),
      `${action}Subscription`,
      idempotencyKey,
      sha256(JSON.stringify(input)),
      JSON.stringify({ subscriptionId, auditId }),
      now,
    ],
  );
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
