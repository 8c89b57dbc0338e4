import type { Cause } from '../../../platform/cause.ts';
import { fromInstant, type Instant, toInstant } from '../../../platform/database/instant.ts';
import { isRepeatOf } from '../../../platform/database/transaction.ts';
import type { Tx } from '../tables.ts';
import { lockSubscription, type SubscriptionRow, UNSCHEDULED } from './lock-subscription.ts';
import {
  isStatusToldHere,
  later,
  overwrites,
  type ToldAt,
  toldByEmr,
  undoesToldHere,
  withNewestTold,
} from './newest-told.ts';
import { type AuditEffect, changesBetween } from './record-audit.ts';
import type { SubscriptionPhase } from './subscription-phase.ts';
import { stateOf } from './transitions.ts';
import { insertSubscription, rewriteSubscription } from './write-subscription.ts';

/** What the EMR said of a subscription in one event; null where it said nothing usable. */
export interface SubscriptionEvent {
  subscriptionId: string;
  /** Kept in the audit log: `created`, `active`, `paused`, `cancelled`, `ended`, `renewal`. */
  triggerType: string;
  /** `active`, `paused`, `cancelled` or `ended`; null if the event is no change of status (a renewal notice). */
  status: 'active' | 'paused' | 'cancelled' | 'ended' | null;
  /** A known customer's id (aliases resolved); null if the one who was named is unknown. */
  customerId: string | null;
  /** The id by which the customer was told, or the stand-in id of their email; null where none was. */
  emrCustomerId: string | null;
  /** A product that exists. */
  productId: string | null;
  cycle: number | null;
  nextCycleDate: Instant | null;
  phases: SubscriptionPhase[] | null;
  createdAt: Instant | null;
  /** The EMR's clock; the receipt time where the body has none. */
  updatedAt: Instant;
  /** Our clock when it came in, however often it was tried since. */
  heardAt: Instant;
  /** The stored body, for the audit entry. */
  rawData: unknown;
}

/** A sender's clock may run this far ahead of ours, in milliseconds, and still be believed. */
const CLOCK_SKEW_MS = 10 * 60_000;

/** At equal times the more final status wins, so that the order of arrival does not matter. */
const FINALITY: Record<string, number> = { active: 1, paused: 2, cancelled: 3, ended: 4 };

/**
 * Applies an EMR event. The EMR may do any transition, back from cancelled included. An event that is not newer than
 * the last EMR event and the last move made here only joins the audit log, marked stale, and fills what no newer event
 * has told. So EMR events leave the same subscription behind in whatever order they arrive.
 * @returns the log_id of the audit entry that it left.
 */
export async function applySubscriptionEvent(tx: Tx, cause: Cause, event: SubscriptionEvent): Promise<string> {
  const before = await lockSubscription(tx, event.subscriptionId);
  const time = believable(event.updatedAt, event.heardAt);
  if (before) return applyTo(before, tx, cause, event, time);
  try {
    return await create(tx, cause, event, time);
  } catch (error) {
    // Two first events at once: the other one made the row. 1062 undoes the statement alone, so this one goes on with it.
    if (!isRepeatOf(error, 'subscriptions.PRIMARY')) throw error;
    return applySubscriptionEvent(tx, cause, event);
  }
}

async function applyTo(
  before: SubscriptionRow,
  tx: Tx,
  cause: Cause,
  event: SubscriptionEvent,
  time: Instant,
): Promise<string> {
  const after = applied(before, event, time);
  const effect = effectOf(before, after, event, time);
  const { triggerType, rawData } = event;
  return (await rewriteSubscription(tx, cause, before, after, { triggerType, effect, rawData })).logId;
}

/** A time too far in the future would make every later event look old: the receipt time orders it instead. */
function believable(updatedAt: Instant, receivedAt: Instant): Instant {
  const latest = toInstant(new Date(fromInstant(receivedAt).getTime() + CLOCK_SKEW_MS));
  return updatedAt > latest ? receivedAt : updatedAt;
}

function isNewer(row: SubscriptionRow, event: SubscriptionEvent, time: Instant): boolean {
  if (row.movedAt !== null && time <= row.movedAt) return false;
  if (row.sourceUpdatedAt === null || time > row.sourceUpdatedAt) return true;
  // At equal times another event of the EMR may be outdone, and nothing that was decided here.
  if (time < row.sourceUpdatedAt || event.status === null || isStatusToldHere(row)) return false;
  return (FINALITY[event.status] ?? 0) > (FINALITY[row.status] ?? 0);
}

async function create(tx: Tx, cause: Cause, event: SubscriptionEvent, time: Instant): Promise<string> {
  const status = event.status ?? 'active';
  const blank: SubscriptionRow = {
    subscriptionId: event.subscriptionId,
    publicId: null,
    state: stateOf(status),
    status,
    version: 1,
    nextCycleDate: null,
    sourceUpdatedAt: event.status === null ? null : time,
    movedAt: null,
    auditHead: null,
    toldAt: {},
    ...UNSCHEDULED,
    skippedDates: [],
    cycleDays: null,
    customerId: null,
    emrCustomerId: null,
    phases: null,
    productId: null,
    cycle: 1,
    createdAt: event.createdAt ?? time,
    updatedAt: event.updatedAt,
  };
  const row = withNewestTold(blank, event, time);
  const { triggerType, rawData } = event;
  return insertSubscription(tx, cause, row, { triggerType, effect: 'created', rawData });
}

function applied(before: SubscriptionRow, event: SubscriptionEvent, time: Instant): SubscriptionRow {
  const createdAt = earlier(before.createdAt, event.createdAt ?? time);
  const told = { ...withNewestTold(before, event, time), createdAt };
  const after = { ...told, ...statusTold(before, told.toldAt, event, time) };
  const settled = { ...after, ...wordsLeft(before, after), ...planLeft(before, event, time) };
  // One version up, however many fields changed, and none if none did.
  if (changesBetween(before, settled) !== null) return { ...settled, version: before.version + 1 };
  // An older event that confirms does not take back the time of what was done here.
  const isOurs = before.toldAt?.here !== undefined;
  return isOurs && settled.updatedAt !== null
    ? { ...settled, updatedAt: later(settled.updatedAt, before.updatedAt) }
    : settled;
}

/** What a customer gave as a reason for a plan is not for the next one to read. */
function wordsLeft(before: SubscriptionRow, after: SubscriptionRow): Partial<SubscriptionRow> {
  const isHandedOver = before.customerId !== null && before.customerId !== after.customerId;
  return isHandedOver ? { scheduledReason: null } : {};
}

/**
 * A plan is over when the EMR has told another state since it was made, be it in an event that another has outdated: in
 * the other order of arrival that one would have ended it too.
 */
function planLeft(before: SubscriptionRow, event: SubscriptionEvent, time: Instant): Partial<SubscriptionRow> {
  const tellsAnother = event.status !== null && stateOf(event.status) !== before.state;
  return tellsAnother && time > (before.movedAt ?? '') ? UNSCHEDULED : {};
}

/** A renewal notice has no status, and must not outdate a late change of it. */
function statusTold(
  before: SubscriptionRow,
  toldAt: ToldAt | null,
  event: SubscriptionEvent,
  time: Instant,
): Partial<SubscriptionRow> {
  const { status, updatedAt } = event;
  if (status !== null) {
    if (!isNewer(before, event, time)) return {};
    return {
      state: stateOf(status),
      status,
      sourceUpdatedAt: time,
      updatedAt,
      toldAt: toldByEmr(toldAt ?? {}, 'status'),
    };
  }
  return before.sourceUpdatedAt === null && updatedAt > (before.updatedAt ?? '') ? { updatedAt } : {};
}

function earlier(a: Instant, b: Instant): Instant {
  return a < b ? a : b;
}

function effectOf(
  before: SubscriptionRow,
  after: SubscriptionRow,
  event: SubscriptionEvent,
  time: Instant,
): AuditEffect {
  if (undoesPlans(before, after)) return 'emr_override';
  if (!isNewer(before, event, time) && !overwrites(before, after)) return 'stale';
  if (before.state !== after.state && isStatusToldHere(before)) return 'emr_override';
  if (after.cycle < before.cycle) return 'correction';
  if (before.state !== after.state) return 'moved';
  if (undoesToldHere(before, after)) return 'emr_override';
  return after.version === before.version ? 'unchanged' : 'changed';
}

/** Whether it ended what was planned or skipped here, other than by doing the same. */
function undoesPlans(before: SubscriptionRow, after: SubscriptionRow): boolean {
  const endsPlan = before.scheduledAction !== null && after.scheduledAction === null;
  const endsSkips = before.skippedDates.length > 0 && after.skippedDates.length === 0;
  const planned = before.scheduledAction === 'cancel' ? 'cancelled' : 'active';
  return (endsPlan && after.state !== planned) || (endsSkips && after.nextCycleDate !== before.nextCycleDate);
}
