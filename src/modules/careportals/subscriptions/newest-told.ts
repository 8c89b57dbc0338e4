import { canonicalJson } from '../../../platform/canonical-json.ts';
import type { Instant } from '../../../platform/database/instant.ts';
import type { SubscriptionEvent } from './apply-subscription-event.ts';
import type { SubscriptionRow } from './lock-subscription.ts';
import type { SubscriptionPhase } from './subscription-phase.ts';

type Field = 'customerId' | 'productId' | 'cycle' | 'nextCycleDate' | 'phases';
const FIELDS: readonly Field[] = ['customerId', 'productId', 'cycle', 'nextCycleDate', 'phases'];

type Value = string | number | readonly SubscriptionPhase[] | null;

/**
 * When the value that a field has was told, by the teller's clock; a field that nobody has told yet is not in it.
 * `here` names what the EMR has not told since a change made here: a field, or the status. `late` names blanks that an
 * event from before our last move filled: among such events the newest still counts.
 */
export type ToldAt = Partial<Record<Field, Instant>> & { here?: (Field | 'status')[]; late?: Field[] };

/**
 * The row with what the event tells of each field, unless a newer event has told it: so that whatever order events
 * arrive in, each field ends as the newest event that named it has it. An event from before a move made here fills
 * what was never told, and nothing else. A date that the EMR tells, or that there is none any more, ends what was skipped
 * here.
 */
export function withNewestTold(row: SubscriptionRow, event: SubscriptionEvent, time: Instant): SubscriptionRow {
  let toldAt = row.toldAt ?? assumed(row);
  const result: SubscriptionRow = { ...row };
  for (const [field, value] of Object.entries(toldBy(event)) as [Field, Value][]) {
    if (!isNews(row, toldAt, field, value, time)) continue;
    Object.assign(result, field === 'customerId' ? customerTold(event) : { [field]: kept(row, field, value) });
    toldAt = withLate({ ...toldByEmr(toldAt, field), [field]: time }, field, isBeforeMove(row, time));
    if (field === 'nextCycleDate') result.skippedDates = [];
  }
  return { ...result, toldAt };
}

/** `after` with the fields that a change made here at `at` told, so that no older event takes them back. */
export function withToldHere(before: SubscriptionRow, after: SubscriptionRow, at: Instant): SubscriptionRow {
  const changed = FIELDS.filter((field) => before[field] !== after[field]);
  const here = before.state === after.state ? changed : [...changed, 'status' as const];
  if (here.length === 0) return after;
  const known = before.toldAt ?? assumed(before);
  const times = Object.fromEntries(changed.map((field) => [field, later(at, known[field])]));
  return { ...after, toldAt: { ...known, ...times, here: [...new Set([...(known.here ?? []), ...here])] } };
}

/**
 * The id that was told is kept beside the customer whom it means: it alone decides which of two events counts, so that
 * it makes no difference when the customer becomes known. Until then the subscription has none: the one before may no
 * longer be whose it is.
 */
function customerTold(event: SubscriptionEvent): Pick<SubscriptionRow, 'customerId' | 'emrCustomerId'> {
  return { customerId: event.customerId, emrCustomerId: event.emrCustomerId };
}

/** Phases that say the same stay the very ones that are known, whatever order their keys came back in. */
function kept(row: SubscriptionRow, field: Field, value: Value): Value {
  return field === 'phases' && canonicalJson(row.phases) === canonicalJson(value) ? row.phases : value;
}

/** Whether the EMR took back a field that was told here. */
export function undoesToldHere(before: SubscriptionRow, after: SubscriptionRow): boolean {
  return (before.toldAt?.here ?? []).some((field) => field !== 'status' && before[field] !== after[field]);
}

/** Whether a value that was known was replaced, and not only a blank filled. */
export function overwrites(before: SubscriptionRow, after: SubscriptionRow): boolean {
  const toldAt = before.toldAt ?? assumed(before);
  return FIELDS.some(
    (field) => toldAt[field] !== undefined && before[field] !== null && before[field] !== after[field],
  );
}

/** Whether the status is one that was set here, and that the EMR has not confirmed or changed since. */
export function isStatusToldHere({ toldAt }: SubscriptionRow): boolean {
  return toldAt?.here?.includes('status') ?? false;
}

/** The same with a field, or the status, whose newest teller is the EMR now. */
export function toldByEmr(toldAt: ToldAt, field: Field | 'status'): ToldAt {
  const { here = [], ...times } = toldAt;
  const others = here.filter((other) => other !== field);
  return others.length === 0 ? times : { ...times, here: others };
}

function withLate(toldAt: ToldAt, field: Field, isLate: boolean): ToldAt {
  const { late = [], ...rest } = toldAt;
  const others = late.filter((other) => other !== field);
  const marked = isLate ? [...others, field] : others;
  return marked.length === 0 ? rest : { ...rest, late: marked };
}

function isBeforeMove({ movedAt }: SubscriptionRow, time: Instant): boolean {
  return movedAt !== null && time <= movedAt;
}

/** The later of two instants; the first if the second is not known. */
export function later(a: Instant, b: Instant | null | undefined): Instant {
  return b != null && b > a ? b : a;
}

/** What is there without an event counts as told by the newest event that is known. */
function assumed(row: SubscriptionRow): ToldAt {
  const at = row.sourceUpdatedAt ?? row.createdAt;
  const toldAt: ToldAt = { cycle: at, nextCycleDate: at };
  if (row.customerId !== null) toldAt.customerId = at;
  if (row.productId !== null) toldAt.productId = at;
  return toldAt;
}

/** A notice without a status tells no cycle. A blank date means "none" once billing has stopped, else "not said". */
function toldBy(event: SubscriptionEvent): Partial<Record<Field, Value>> {
  const cycle = event.status === null ? null : validCycle(event.cycle);
  const hasStopped = event.status !== null && event.status !== 'active';
  const customer = event.emrCustomerId ?? event.customerId;
  return {
    ...(customer === null ? {} : { customerId: customer }),
    ...(event.productId === null ? {} : { productId: event.productId }),
    ...(cycle === null ? {} : { cycle }),
    ...(event.nextCycleDate === null && !hasStopped ? {} : { nextCycleDate: event.nextCycleDate }),
    ...(event.phases === null ? {} : { phases: event.phases }),
  };
}

function validCycle(cycle: number | null): number | null {
  return cycle !== null && Number.isInteger(cycle) && cycle > 0 ? cycle : null;
}

/** Two events of one time are settled by their values, "none" first, so that the order of arrival does not matter. */
function isNews(row: SubscriptionRow, toldAt: ToldAt, field: Field, value: Value, time: Instant): boolean {
  const knownSince = toldAt[field];
  const known = comparable(row, field);
  // A customer or product that was deleted from under the subscription leaves a blank too.
  if (knownSince === undefined || (known === null && field !== 'nextCycleDate')) return true;
  if (isBeforeMove(row, time) && !toldAt.late?.includes(field)) return false;
  if (time !== knownSince) return time > knownSince;
  if (toldAt.here?.includes(field)) return false;
  const told = typeof value === 'object' && value !== null ? canonicalJson(value) : value;
  return told === null || (known !== null && told > known);
}

/** What stands for a field's value when two are compared. */
function comparable(row: SubscriptionRow, field: Field): string | number | null {
  if (field === 'customerId') return row.emrCustomerId ?? row.customerId;
  if (field === 'phases') return row.phases === null ? null : canonicalJson(row.phases);
  return row[field];
}
