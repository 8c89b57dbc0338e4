import type { Cause } from '../../../platform/cause.ts';
import { type Refusal, refusal, UserErrorCode } from '../../../platform/refusal.ts';
import type { Tx } from '../tables.ts';
import { lockSubscription, type SubscriptionRow } from './lock-subscription.ts';
import { recordAudit } from './record-audit.ts';
import { type LifecycleAction, TARGETS, whyNot } from './transitions.ts';
import { rewriteSubscription } from './write-subscription.ts';

export interface MoveRequest {
  subscriptionId: string;
  /** Only a subscription of this customer may be touched; null for staff. */
  ownedBy: string | null;
  reason: string | null;
  /** Free text; patient data. */
  comment: string | null;
  /** The version that the caller has seen; null does not ask. */
  expectedVersion: number | null;
}

/** What a lifecycle verb gives back: ids only, so that it can be stored with an idempotency key. */
export type MoveResult =
  | { subscriptionId: string; auditId: string }
  | { subscriptionId: string | null; refusal: Refusal };

/** Moves a subscription on somebody's request: checked under the lock, moved, audited, and noted for the EMR. */
export async function moveSubscription(
  tx: Tx,
  cause: Cause,
  action: LifecycleAction,
  request: MoveRequest,
): Promise<MoveResult> {
  const before = await lockSubscription(tx, request.subscriptionId);
  if (!before || (request.ownedBy !== null && before.customerId !== request.ownedBy)) return notFound();
  const refused = whyRefused(before, action, request.expectedVersion);
  if (refused) return { subscriptionId: before.subscriptionId, refusal: refused };
  const after = moved(before, action, cause);
  await rewriteSubscription(tx, before, after);
  const event = { triggerType: action, effect: 'moved', previousStatus: before.status } as const;
  const auditId = await recordAudit(tx, cause, after, { ...event, reason: request.reason, comment: request.comment });
  await noteForTheEmr(tx, cause, action, after);
  return { subscriptionId: after.subscriptionId, auditId };
}

function moved(before: SubscriptionRow, action: LifecycleAction, cause: Cause): SubscriptionRow {
  const state = TARGETS[action];
  return { ...before, state, status: state, version: before.version + 1, movedAt: cause.at, updatedAt: cause.at };
}

function notFound(): MoveResult {
  const message = 'There is no such subscription.';
  return { subscriptionId: null, refusal: refusal(UserErrorCode.NOT_FOUND, message, 'input', 'subscriptionId') };
}

function whyRefused(row: SubscriptionRow, action: LifecycleAction, expectedVersion: number | null): Refusal | null {
  if (expectedVersion !== null && expectedVersion !== row.version) {
    const message = `The subscription has changed: it is at version ${row.version}. Read it again, then decide.`;
    return refusal(UserErrorCode.STALE_VERSION, message, 'input', 'expectedVersion');
  }
  const reason = whyNot(action, row.state);
  return reason === null ? null : refusal(UserErrorCode.INVALID_TRANSITION, reason, 'input', 'subscriptionId');
}

/** Nothing writes back to CarePortals yet. The row says what would have to be sent, so that it can be added. */
async function noteForTheEmr(tx: Tx, cause: Cause, action: LifecycleAction, row: SubscriptionRow): Promise<void> {
  const payload = { action, status: row.status, version: row.version, correlationId: cause.correlationId };
  await tx
    .insertInto('outbox')
    .values({ topic: 'subscription.changed', subject_id: row.subscriptionId, payload: JSON.stringify(payload) })
    .execute();
}
