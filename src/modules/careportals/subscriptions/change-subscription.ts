import type { Compilable } from 'kysely';
import type { Cause } from '../../../platform/cause.ts';
import { type Refusal, refusal, UserErrorCode } from '../../../platform/refusal.ts';
import type { Tx } from '../tables.ts';
import { lockSubscription, type SubscriptionRow, UNSCHEDULED } from './lock-subscription.ts';
import { later, withToldHere } from './newest-told.ts';
import type { AuditEffect, AuditEntry } from './record-audit.ts';
import { type Asker, RULES, type RuleName, STANDINGS, type Standing, standingOf, whyNot } from './transitions.ts';
import { rewriteSubscription } from './write-subscription.ts';

/** What every lifecycle verb is asked with. */
export interface ChangeRequest {
  subscriptionId: string;
  /** Only a subscription of this customer may be touched; null for staff. */
  ownedBy: string | null;
  reason: string | null;
  /** Free text; patient data. */
  comment: string | null;
  /** The version that the caller has seen; null does not ask. */
  expectedVersion: number | null;
}

/** What a lifecycle verb gives back. As JSON it is ids only, so that it can be stored with an idempotency key. */
export type ChangeResult = StoredResult | Changed;

type StoredResult = { subscriptionId: string; auditId: string } | { subscriptionId: string | null; refusal: Refusal };

/** A change that was just made: with what was written, so that it need not be read again to be answered. */
export class Changed {
  constructor(
    readonly row: SubscriptionRow,
    readonly entry: AuditEntry,
    readonly auditId: string,
  ) {}

  get subscriptionId(): string {
    return this.row.subscriptionId;
  }

  toJSON(): StoredResult {
    return { subscriptionId: this.subscriptionId, auditId: this.auditId };
  }
}

/** What a verb changes beside the standing that its rule leads to. */
export type Change = Partial<
  Pick<SubscriptionRow, 'cycle' | 'productId' | 'nextCycleDate' | 'skippedDates' | 'scheduledAt'>
>;

/** The action that an entry is filed under: several rules serve one. */
const TRIGGERS: Partial<Record<RuleName, string>> = {
  pause_until: 'pause',
  pause_for_cycles: 'pause',
  resume_at: 'resume',
  cancel_at_cycle_end: 'cancel',
};

/**
 * Changes a subscription on somebody's request: checked by the rule under the lock, changed, audited, and noted for the
 * EMR. The caller's cause says who asks.
 * @param changeOf what else changes, seen from the row under the lock; or why it cannot be.
 */
export async function changeSubscription(
  tx: Tx,
  cause: Cause,
  rule: RuleName,
  request: ChangeRequest,
  changeOf: (before: SubscriptionRow) => Change | Refusal | Promise<Change | Refusal> = () => ({}),
): Promise<ChangeResult> {
  const before = await lockSubscription(tx, request.subscriptionId);
  if (!before || (request.ownedBy !== null && before.customerId !== request.ownedBy)) return notFound();
  const { subscriptionId } = before;
  const refused = staleVersion(before, request) ?? whyNot(rule, before, cause.actorRole as Asker, cause.at);
  if (refused) return { subscriptionId, refusal: refused };
  const change = await changeOf(before);
  if ('code' in change) return { subscriptionId, refusal: change };
  const after = changed(before, rule, change, cause, request.reason);
  const { reason, comment } = request;
  const event = { triggerType: TRIGGERS[rule] ?? rule, effect: effectOf(before, after), reason, comment };
  const note = noteForTheEmr(tx, cause, event.triggerType, after);
  const { entry, logId } = await rewriteSubscription(tx, cause, before, after, event, [note]);
  return new Changed(after, entry, logId);
}

function changed(
  before: SubscriptionRow,
  rule: RuleName,
  change: Change,
  cause: Cause,
  reason: string | null,
): SubscriptionRow {
  const from = standingOf(before);
  const to = (RULES[rule].leads as Partial<Record<Standing, Standing>>)[from] ?? from;
  const { state, scheduledAction } = STANDINGS[to];
  const moved = state === before.state ? {} : { state, status: state, skippedDates: [] };
  const stays = to === from && change.scheduledAt === undefined;
  const plan = stays ? {} : planned(to, change, cause, reason);
  // Whoever asked first may come second, after a wait for the lock: our clock never goes back.
  const at = later(cause.at, before.movedAt);
  // A plan counts as a move: an event of the EMR from before it must not end it.
  const decided = state !== before.state || (!stays && scheduledAction !== null) ? { movedAt: at } : {};
  const version = before.version + 1;
  const after = { ...before, ...moved, ...change, ...plan, ...decided, version, updatedAt: at };
  return withToldHere(before, after, at);
}

/** What is scheduled in the new standing; whatever was scheduled before is over. */
function planned(to: Standing, change: Change, cause: Cause, reason: string | null): Partial<SubscriptionRow> {
  const { scheduledAction } = STANDINGS[to];
  if (scheduledAction === null) return UNSCHEDULED;
  const scheduledAt = change.scheduledAt ?? null;
  return { scheduledAction, scheduledAt, scheduledReason: reason, scheduledCorrelationId: cause.correlationId };
}

function effectOf(before: SubscriptionRow, after: SubscriptionRow): AuditEffect {
  if (before.state !== after.state) return 'moved';
  return after.scheduledAt !== null && after.scheduledAt !== before.scheduledAt ? 'scheduled' : 'changed';
}

function notFound(): ChangeResult {
  const message = 'There is no such subscription.';
  return { subscriptionId: null, refusal: refusal(UserErrorCode.NOT_FOUND, message, 'input', 'subscriptionId') };
}

function staleVersion({ version }: SubscriptionRow, { expectedVersion }: ChangeRequest): Refusal | null {
  if (expectedVersion === null || expectedVersion === version) return null;
  const message = `The subscription has changed: it is at version ${version}. Read it again, then decide.`;
  return refusal(UserErrorCode.STALE_VERSION, message, 'input', 'expectedVersion');
}

/** Nothing writes back to CarePortals yet. The row says what would have to be sent, so that it can be added. */
function noteForTheEmr(tx: Tx, cause: Cause, action: string, row: SubscriptionRow): Compilable {
  const { status, version, cycle, productId, nextCycleDate } = row;
  const payload = { action, status, version, cycle, productId, nextCycleDate, correlationId: cause.correlationId };
  const note = { topic: 'subscription.changed', subject_id: row.subscriptionId, payload: JSON.stringify(payload) };
  return tx.insertInto('outbox').values(note);
}
