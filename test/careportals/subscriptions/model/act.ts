import {
  type Asked,
  DAY,
  FIELDS,
  faceOf,
  type ModelEntry,
  type Ms,
  record,
  type SubscriptionModel,
  stateOf,
} from './subscription-model.ts';

export interface Product {
  /** Length of a cycle; null if the catalogue does not say. */
  days: number | null;
  isSold: boolean;
}

export type Catalogue = ReadonlyMap<string, Product>;

export type Action =
  | { name: 'pause'; resumeAt: Ms | null; cycles: number | null }
  | { name: 'resume'; resumeAt: Ms | null }
  | { name: 'cancel'; atCycleEnd: boolean }
  | { name: 'reschedule'; nextCycleDate: Ms }
  | { name: 'swap_product'; productId: string }
  | { name: 'undo_scheduled_change' | 'reactivate' | 'skip' | 'unskip' | 'advance_cycle' };

/** The furthest that anything may be planned ahead. */
const TWO_YEARS = 732 * DAY;

type Standing = 'active' | 'ending' | 'paused' | 'cancelled';
const ANYBODY: Asked['by'][] = ['customer', 'support', 'admin', 'system'];
const STAFF: Asked['by'][] = ['support', 'admin'];

/** Who may, and from where. A scheduled cancellation (`ending`) is undone before anything but a cancellation. */
const MAY: Record<Action['name'], { who: Asked['by'][]; from: Standing[] }> = {
  pause: { who: ANYBODY, from: ['active'] },
  resume: { who: ANYBODY, from: ['paused'] },
  cancel: { who: ANYBODY, from: ['active', 'ending', 'paused'] },
  undo_scheduled_change: { who: ANYBODY, from: ['ending', 'paused'] },
  reactivate: { who: ['admin'], from: ['cancelled'] },
  reschedule: { who: STAFF, from: ['active'] },
  skip: { who: STAFF, from: ['active'] },
  unskip: { who: STAFF, from: ['active'] },
  swap_product: { who: STAFF, from: ['active', 'paused'] },
  advance_cycle: { who: ['admin'], from: ['active'] },
};

/** Does it, and gives the entry that it leaves; or gives the code of the refusal. */
export function act(sub: SubscriptionModel, catalogue: Catalogue, action: Action, asked: Asked): ModelEntry | string {
  const refused = whyNot(sub, catalogue, action, asked);
  if (refused !== null) return refused;
  const before = { ...sub, face: faceOf(sub) };
  const after = changed(sub, action, asked, daysOf(sub, catalogue));
  Object.assign(sub, after, { version: sub.version + 1, updatedAt: asked.at });
  for (const field of FIELDS)
    if (sub[field] !== before[field])
      sub.told.set(field, { at: Math.max(asked.at, sub.told.get(field)?.at ?? 0), here: true, late: false });
  const entry = record(sub, action.name, effectOf(before, sub), before.status, asked);
  if (sub.plan !== null && sub.plan.entry === null) sub.plan.entry = entry;
  sub.notes.push({ action: action.name, version: sub.version, face: entry.face });
  return entry;
}

/** What is wrong with the arguments, whichever subscription is meant; null if nothing is. */
export function whyArgumentsAreWrong(action: Action, now: Ms): string | null {
  if (action.name === 'reschedule') return whyNotThen(action.nextCycleDate, now);
  if (action.name !== 'pause' && action.name !== 'resume') return null;
  const cycles = action.name === 'pause' ? action.cycles : null;
  if (cycles !== null && (action.resumeAt !== null || cycles < 1 || cycles > 52)) return 'VALIDATION';
  return action.resumeAt === null ? null : whyNotThen(action.resumeAt, now);
}

/** What was planned happens by itself, once its time has come. */
export function fallDue(sub: SubscriptionModel, catalogue: Catalogue, now: Ms): void {
  const { plan } = sub;
  if (plan === null || plan.at > now) return;
  const reason = plan.hasNoReason ? null : (plan.entry?.reason ?? null);
  const asked: Asked = { by: 'system', source: 'job', reason, at: now, continues: plan.entry };
  const action: Action =
    plan.action === 'cancel' ? { name: 'cancel', atCycleEnd: false } : { name: 'resume', resumeAt: null };
  act(sub, catalogue, action, asked);
}

function whyNot(sub: SubscriptionModel, catalogue: Catalogue, action: Action, { by, at }: Asked): string | null {
  const { who, from } = MAY[action.name];
  if (!who.includes(by)) return 'NOT_ALLOWED';
  if (!from.includes(standingOf(sub)) || !isPossible(sub, catalogue, action, at)) return 'INVALID_TRANSITION';
  if (action.name === 'swap_product') return whyNotTo(sub, catalogue, action.productId);
  if (action.name === 'reschedule') return action.nextCycleDate === sub.nextCycleDate ? 'VALIDATION' : null;
  if (action.name === 'resume' && action.resumeAt !== null)
    return action.resumeAt === sub.plan?.at ? 'VALIDATION' : null;
  if (action.name === 'cancel' && action.atCycleEnd) return whyNotThen(sub.nextCycleDate ?? 0, at);
  const counted = action.name === 'skip' ? 1 : action.name === 'pause' ? action.cycles : null;
  if (counted === null) return null;
  return whyNotThen((sub.nextCycleDate ?? 0) + counted * (daysOf(sub, catalogue) ?? 0) * DAY, at);
}

/** Whether what the action reckons with is known, and lies ahead. */
function isPossible(sub: SubscriptionModel, catalogue: Catalogue, action: Action, now: Ms): boolean {
  const isNextKnown = sub.nextCycleDate !== null && sub.nextCycleDate > now;
  const isRhythmKnown = isNextKnown && daysOf(sub, catalogue) !== null;
  if (action.name === 'undo_scheduled_change') return sub.plan !== null;
  if (action.name === 'unskip') return (sub.skipped.at(-1) ?? now) > now;
  if (action.name === 'skip') return isRhythmKnown;
  if (action.name === 'pause') return action.cycles === null || isRhythmKnown;
  if (action.name === 'cancel') return !action.atCycleEnd || (isNextKnown && standingOf(sub) === 'active');
  return true;
}

function whyNotTo(sub: SubscriptionModel, catalogue: Catalogue, productId: string): string | null {
  if (productId === sub.productId) return 'VALIDATION';
  const product = catalogue.get(productId);
  if (product === undefined) return 'NOT_FOUND';
  return product.isSold ? null : 'PRODUCT_INACTIVE';
}

/** A date beyond two years stands for none. */
function notTooFar(date: Ms | null, now: Ms): Ms | null {
  return date !== null && date > now + TWO_YEARS ? null : date;
}

function whyNotThen(at: Ms, now: Ms): string | null {
  return at > now && at <= now + TWO_YEARS ? null : 'VALIDATION';
}

/** What the action changes. */
function changed(
  { nextCycleDate: next, cycle, skipped, plan }: SubscriptionModel,
  action: Action,
  { at: now, source }: Asked,
  days: number | null,
): Partial<SubscriptionModel> {
  const cyclesOn = (count: number) => (next === null || days === null ? null : next + count * days * DAY);
  switch (action.name) {
    case 'pause': {
      const until = action.cycles === null ? action.resumeAt : cyclesOn(action.cycles);
      return { ...moved('paused', now), ...(until === null ? {} : planned('resume', until, now)) };
    }
    case 'resume': {
      if (action.resumeAt !== null) return planned('resume', action.resumeAt, now);
      // A little late counts from the date; after an outage of more than a day, from now.
      const from = source === 'job' && plan !== null && now - plan.at <= DAY ? plan.at : now;
      return { ...moved('active', now), nextCycleDate: nextFrom(next, days, from) };
    }
    case 'cancel':
      return action.atCycleEnd && next !== null ? planned('cancel', next, now) : moved('cancelled', now);
    case 'reactivate':
      return { ...moved('active', now), nextCycleDate: nextFrom(next, days, now) };
    case 'undo_scheduled_change':
      return { plan: null };
    case 'reschedule':
      return { nextCycleDate: action.nextCycleDate, skipped: [] };
    case 'skip':
      return { nextCycleDate: cyclesOn(1), skipped: next === null ? skipped : [...skipped, next] };
    case 'unskip':
      return { nextCycleDate: skipped.at(-1) ?? null, skipped: skipped.slice(0, -1) };
    case 'swap_product':
      return { productId: action.productId };
    case 'advance_cycle':
      return { cycle: cycle + 1, nextCycleDate: notTooFar(cyclesOn(1), now), skipped: [] };
  }
}

/** A move ends whatever was planned or skipped before it. */
function moved(status: SubscriptionModel['status'], now: Ms): Partial<SubscriptionModel> {
  return { status, plan: null, skipped: [], movedAt: now, isOurMove: true };
}

/** A plan counts as a move when CarePortals comes with older news. */
function planned(action: 'resume' | 'cancel', at: Ms, now: Ms): Partial<SubscriptionModel> {
  return { plan: { action, at, entry: null }, movedAt: now };
}

/** Missed cycles are not made up for: the first date of the rhythm from then on, if that can be known. */
function nextFrom(next: Ms | null, days: number | null, from: Ms): Ms | null {
  if (next === null || next >= from) return next;
  if (days === null) return null;
  let date = next;
  while (date < from) date += days * DAY;
  return date;
}

function effectOf(
  before: { status: SubscriptionModel['status']; face: { scheduledAt: string | null } },
  sub: SubscriptionModel,
): string {
  if (stateOf(before.status) !== stateOf(sub.status)) return 'moved';
  const { scheduledAt } = faceOf(sub);
  return scheduledAt !== null && scheduledAt !== before.face.scheduledAt ? 'scheduled' : 'changed';
}

export function standingOf({ status, plan }: SubscriptionModel): Standing {
  return plan?.action === 'cancel' ? 'ending' : stateOf(status);
}

function daysOf({ productId }: SubscriptionModel, catalogue: Catalogue): number | null {
  return catalogue.get(productId ?? '')?.days ?? null;
}
