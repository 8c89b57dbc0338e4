import type { Cause } from '../../../../platform/cause.ts';
import type { Instant } from '../../../../platform/database/instant.ts';
import type { Delivery, Outcome, Subject } from '../../../../platform/inbox/delivery.ts';
import { normaliseStatus, OrderStatus, orderStatusOf } from '../../orders/order-status.ts';
import { type OrderFacts, type RecordedOrder, recordOrder } from '../../orders/record-order.ts';
import type { Tx } from '../../tables.ts';
import { believedStatus } from './believed-status.ts';
import { type Body, bodyOf, flagAt, instantAt, textAt } from './body.ts';
import { linkLearnedCustomer } from './link-learned-customer.ts';
import { readOrder, readStatusHistory, type Transition } from './read-order.ts';
import { recordTransitions } from './record-transitions.ts';
import { noteOf, reportDisagreement, reportProblems, unusedFields } from './report-problems.ts';
import { toldTime } from './told-time.ts';

/** An order's own announcement: its body is the whole order as it was born. */
const ANNOUNCEMENTS = new Set(['order.created', 'order.subscription_cycle']);
/** Order events whose name is no status; `order.<anything else>` names one. */
const NAMES_NO_STATUS = new Set([...ANNOUNCEMENTS, 'order.updated', 'order.status_updated']);

/**
 * Any `order.*` event: builds or changes the order and adds to its history. An unknown order of which the body says
 * too little waits until another delivery builds it.
 */
export async function applyOrderEvent(
  tx: Tx,
  delivery: Delivery,
  cause: Cause,
  eventType = delivery.eventType,
): Promise<Outcome> {
  const body = bodyOf(delivery.payload);
  const event = readEvent(body, eventType, delivery.receivedAt);
  const recorded = await recordOrder(tx, event.facts, { ...event, receivedAt: delivery.receivedAt });
  if (recorded.kind === 'notEnough') return waiting(tx, delivery, body, event.facts, recorded.missing);
  const history = await recordTransitions(tx, recorded.order, event, delivery.receivedAt);
  const linked = await link(tx, cause, recorded);
  const subjects = [...subjectsOf(recorded), ...history, ...linked];
  const stranger = recorded.customer === null ? event.facts.customer.careportalsId : null;
  if (stranger !== null) return withoutCustomer(stranger, subjects);
  await reportProblems(tx, delivery, body.problems);
  const note = noteOf([
    event.disagreement && (await reportDisagreement(tx, delivery, event.disagreement)),
    recorded.isLate && 'Older than what is known: it joined the history',
    unusedFields(body.problems),
  ]);
  return { kind: 'done', subjects, unparks: unparkedBy(recorded), note };
}

function readEvent(body: Body, eventType: string, receivedAt: Instant) {
  const isAnnouncement = ANNOUNCEMENTS.has(eventType);
  const facts = readOrder(body);
  if (facts.createdAt !== null && facts.createdAt !== toldTime(facts.createdAt, receivedAt)) {
    body.problems.push({ field: 'createdAt', problem: 'lies in the future' });
    facts.createdAt = null;
  }
  const updatedAt = instantAt(body, 'updatedAt');
  // An announcement without a time of its own tells of the moment the order was born.
  const toldAt = toldTime(updatedAt ?? (isAnnouncement ? facts.createdAt : null), receivedAt);
  if (isAnnouncement) facts.createdAt ??= toldAt;
  if (eventType === 'order.subscription_cycle') facts.source ??= 'subscription_cycle';
  const { status, disagreement } = statusOf(body, eventType);
  // A time that toldTime would not believe is left out here: clamped, it would be another one in each delivery.
  const history = readStatusHistory(body).filter(({ at }) => toldTime(at, receivedAt) === at);
  const transitions = transitionsOf(history, status, toldAt, updatedAt !== null || isAnnouncement);
  return { facts, isAnnouncement, toldAt, disagreement, transitions, isDeleted: flagAt(body, 'isDeleted') };
}

function statusOf(body: Body, eventType: string) {
  const told = normaliseStatus(textAt(body, 'status') ?? '');
  const named = NAMES_NO_STATUS.has(eventType) ? null : normaliseStatus(eventType.slice('order.'.length));
  return believedStatus(named, told, isKnownStatus);
}

function isKnownStatus(status: string): boolean {
  return orderStatusOf(status) !== OrderStatus.OTHER;
}

/** A body without a time of its own, but with a history, tells its status there, with its true time. */
function transitionsOf(history: Transition[], status: string | null, at: Instant, hasTime: boolean): Transition[] {
  return status === null || (!hasTime && history.length > 0) ? history : [...history, { status, at }];
}

type RecordedEvent = Exclude<RecordedOrder, { kind: 'notEnough' }>;

function subjectsOf({ order, customer, written }: RecordedEvent): Subject[] {
  const named: [type: string, id: string | null][] = [
    ['Order', order.orderId],
    ['Customer', customer?.customerId ?? null],
    ['Product', written.productId],
    ['Coupon', written.couponCode],
    ['Address', written.addressId],
  ];
  return named.flatMap(([type, id]) => (id === null ? [] : [{ type, id }]));
}

async function link(tx: Tx, cause: Cause, { customer }: RecordedEvent): Promise<Subject[]> {
  return customer === null ? [] : linkLearnedCustomer(tx, cause, customer.customerId, customer.learned);
}

function unparkedBy({ kind, order, customer }: RecordedEvent): string[] {
  const { orderId, internalOrderId } = order;
  const names = kind === 'created' ? [`order:${orderId}`, `order-internal:${internalOrderId}`] : [];
  return [...names, ...(customer?.learned ?? []).map((id) => `customer:${id}`)];
}

/** All is applied but whose order it is: that is tried again when somebody tells who this is. */
function withoutCustomer(careportalsId: string, subjects: Subject[]): Outcome {
  const note = 'Applied, but the customer it names is unknown';
  return { kind: 'parked', waitingFor: `customer:${careportalsId}`, subjects, note };
}

const MISSING = {
  id: 'its number or its _id is not told',
  createdAt: 'its createdAt is not told',
  customer: 'so is its customer, who cannot be made without an email',
} as const;

/** Unknown order, too little said: what it waits for; or a person's look, where nothing could ever find it. */
async function waiting(
  tx: Tx,
  delivery: Delivery,
  body: Body,
  { orderId, internalOrderId, customer }: OrderFacts,
  missing: 'id' | 'createdAt' | 'customer',
): Promise<Outcome> {
  const note = `The order is unknown and ${MISSING[missing]}`;
  const order = orderId === null ? internalOrderId && `order-internal:${internalOrderId}` : `order:${orderId}`;
  if (order !== null) {
    // With the customer known, the order can be built of this delivery itself.
    const stranger = missing === 'customer' ? customer.careportalsId : null;
    return { kind: 'parked', waitingFor: order, ...(stranger && { orWaitingFor: `customer:${stranger}` }), note };
  }
  await reportProblems(tx, delivery, [...body.problems, { field: 'id and _id', problem: 'name no order' }]);
  return { kind: 'quarantined', note: 'The body names no order' };
}
