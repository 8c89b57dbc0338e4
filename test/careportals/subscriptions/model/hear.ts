import {
  FIELDS,
  type Field,
  faceOf,
  type Ms,
  record,
  type Status,
  type SubscriptionModel,
  stateOf,
} from './subscription-model.ts';

/** What CarePortals says in one event; null where it says nothing. */
export interface Told {
  trigger: string;
  status: Status | null;
  customerId: string | null;
  productId: string | null;
  cycle: number | null;
  nextCycleDate: Ms | null;
  createdAt: Ms | null;
  updatedAt: Ms;
}

/** How far ahead of our clock a sender's may run and still be believed. */
const BELIEVED_AHEAD: Ms = 10 * 60_000;

/** Of two events of one time the more final one stands. */
const FINALITY: Status[] = ['active', 'paused', 'cancelled', 'ended'];

/** The first event makes the subscription, whatever it is. */
export function born(told: Told, now: Ms): SubscriptionModel {
  const time = believed(told.updatedAt, now);
  const sub: SubscriptionModel = {
    status: told.status ?? 'active',
    version: 1,
    cycle: 1,
    customerId: null,
    productId: null,
    nextCycleDate: null,
    plan: null,
    skipped: [],
    createdAt: told.createdAt ?? time,
    updatedAt: told.updatedAt,
    emr: told.status === null ? null : { at: time, status: told.status },
    movedAt: Number.NEGATIVE_INFINITY,
    isOurMove: false,
    told: new Map(),
    trail: [],
    notes: [],
  };
  learn(sub, told, time);
  note(sub, 'created', told, null, now);
  return sub;
}

/** A further event. CarePortals may do anything; but what is not newer than what is known fills blanks at most. */
export function hear(sub: SubscriptionModel, told: Told, now: Ms): void {
  const time = believed(told.updatedAt, now);
  const before = { ...sub, told: new Map(sub.told) };
  const counts = isNewer(sub, time, told.status);
  learn(sub, told, time);
  if (sub.plan !== null && before.customerId !== null && before.customerId !== sub.customerId) {
    sub.plan = { ...sub.plan, hasNoReason: true };
  }
  sub.createdAt = Math.min(sub.createdAt, told.createdAt ?? time);
  const isAnother = told.status !== null && stateOf(told.status) !== stateOf(sub.status);
  if (isAnother && time > sub.movedAt) sub.plan = null;
  if (counts && told.status !== null) obey(sub, told.status, time, told.updatedAt);
  else if (told.status === null && sub.emr === null) sub.updatedAt = Math.max(sub.updatedAt, told.updatedAt);
  if (isChanged(before, sub)) sub.version++;
  else if (isOursInPart(before)) sub.updatedAt = Math.max(sub.updatedAt, before.updatedAt);
  const isNews = counts || endsWhatWasPlanned(before, sub) || replacesKnown(before, sub);
  note(sub, isNews ? effectOf(before, sub) : 'stale', told, before.status, now);
}

function effectOf(before: SubscriptionModel, after: SubscriptionModel): string {
  if (endsWhatWasPlanned(before, after)) return 'emr_override';
  const isMove = stateOf(before.status) !== stateOf(after.status);
  if (isMove && before.isOurMove) return 'emr_override';
  if (after.cycle < before.cycle) return 'correction';
  if (isMove) return 'moved';
  const undone = FIELDS.some((field) => before.told.get(field)?.here === true && before[field] !== after[field]);
  if (undone) return 'emr_override';
  return isChanged(before, after) ? 'changed' : 'unchanged';
}

/** Whether CarePortals has not told all of it since something was done here. */
function isOursInPart({ told, isOurMove }: SubscriptionModel): boolean {
  return isOurMove || [...told.values()].some(({ here }) => here);
}

/** Whether a field that was known has another value now; a blank that is filled does not count. */
function replacesKnown(before: SubscriptionModel, after: SubscriptionModel): boolean {
  return FIELDS.some((field) => before.told.has(field) && before[field] !== null && before[field] !== after[field]);
}

function endsWhatWasPlanned(before: SubscriptionModel, after: SubscriptionModel): boolean {
  const led = before.plan?.action === 'cancel' ? 'cancelled' : 'active';
  const endsPlan = before.plan !== null && after.plan === null && stateOf(after.status) !== led;
  const endsSkips = before.skipped.length > 0 && after.skipped.length === 0;
  return endsPlan || (endsSkips && after.nextCycleDate !== before.nextCycleDate);
}

function isChanged(before: SubscriptionModel, after: SubscriptionModel): boolean {
  return JSON.stringify(faceOf(before)) !== JSON.stringify(faceOf(after));
}

function hasStopped({ status }: Told): boolean {
  return status !== null && status !== 'active';
}

function believed(updatedAt: Ms, now: Ms): Ms {
  return updatedAt > now + BELIEVED_AHEAD ? now : updatedAt;
}

/** Later than the newest event that counted, and than our newest move. A renewal notice outdates nothing. */
function isNewer({ emr, movedAt, isOurMove }: SubscriptionModel, time: Ms, status: Status | null): boolean {
  if (time <= movedAt) return false;
  if (emr === null || time > emr.at) return true;
  return time === emr.at && !isOurMove && status !== null && FINALITY.indexOf(status) > FINALITY.indexOf(emr.status);
}

function obey(sub: SubscriptionModel, status: Status, time: Ms, updatedAt: Ms): void {
  Object.assign(sub, { status, updatedAt, emr: { at: time, status }, isOurMove: false });
}

/** Takes what the event tells of each field, unless something newer told it. A date that it tells ends the skips. */
function learn(sub: SubscriptionModel, told: Told, time: Ms): void {
  const take = (field: Field, value: string | number | null) => {
    if (!isNews(sub, field, value, time)) return;
    Object.assign(sub, { [field]: value }, field === 'nextCycleDate' ? { skipped: [] } : {});
    sub.told.set(field, { at: time, here: false, late: time <= sub.movedAt });
  };
  if (told.customerId !== null) take('customerId', told.customerId);
  if (told.productId !== null) take('productId', told.productId);
  if (told.cycle !== null && told.status !== null) take('cycle', told.cycle);
  if (told.nextCycleDate !== null || hasStopped(told)) take('nextCycleDate', told.nextCycleDate);
}

/** Of two events of one time the larger value stands, and no date before any; so that their order does not matter. */
function isNews(sub: SubscriptionModel, field: Field, value: string | number | null, time: Ms): boolean {
  const known = sub.told.get(field);
  if (known === undefined) return true;
  if ((time <= sub.movedAt && !known.late) || time < known.at) return false;
  if (time > known.at) return true;
  if (known.here) return false;
  const now = sub[field];
  return value === null || (now !== null && value > now);
}

function note(sub: SubscriptionModel, effect: string, told: Told, previous: Status | null, now: Ms): void {
  record(sub, told.trigger, effect, previous, {
    by: 'system',
    source: 'webhook',
    reason: null,
    at: now,
    continues: null,
  });
}
