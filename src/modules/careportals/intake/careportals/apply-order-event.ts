import type { Instant } from '../../../../platform/database/instant.ts';
import type { Delivery, Outcome } from '../../../../platform/inbox/delivery.ts';
import type { KnownOrder } from '../../orders/lock-order.ts';
import { normaliseStatus, OrderStatus, orderStatusOf } from '../../orders/order-status.ts';
import { recordCancellation, saysCancelled } from '../../orders/record-cancellation.ts';
import { type OrderFacts, type RecordedOrder, recordOrder } from '../../orders/record-order.ts';
import { recordOrderStatus } from '../../orders/record-order-status.ts';
import type { Tx } from '../../tables.ts';
import { believedStatus } from './believed-status.ts';
import { type Body, bodyOf, flagAt, instantAt, textAt } from './body.ts';
import { readOrder, readStatusHistory, type Transition } from './read-order.ts';
import { noteOf, reportDisagreement, reportProblems } from './report-problems.ts';

/** An order's own announcement: its body is the whole order as it was born. */
const ANNOUNCEMENTS = new Set(['order.created', 'order.subscription_cycle']);
/** Order events whose name is no status; `order.<anything else>` names one. */
const NAMES_NO_STATUS = new Set([...ANNOUNCEMENTS, 'order.updated', 'order.status_updated']);

/**
 * Any `order.*` event: builds or changes the order and adds to its history. An unknown order of which the body says
 * too little waits until another delivery builds it.
 */
export async function applyOrderEvent(tx: Tx, delivery: Delivery, eventType = delivery.eventType): Promise<Outcome> {
  const body = bodyOf(delivery.payload);
  const event = readEvent(body, eventType, delivery.receivedAt);
  const recorded = await recordOrder(tx, event.facts, { ...event, receivedAt: delivery.receivedAt });
  if (recorded.kind === 'notEnough') return waiting(tx, delivery, body, event.facts, recorded.missing);
  await recordTransitions(tx, delivery, recorded.order, event);
  noteIdentity(body, event.facts, recorded.order);
  await reportProblems(tx, delivery, body.problems);
  const note = noteOf([
    event.disagreement && (await reportDisagreement(tx, delivery, event.disagreement)),
    recorded.recency === 'older' && 'Older than what is known: it joined the history',
    body.problems.length > 0 && `${body.problems.length} fields could not be used`,
  ]);
  return { kind: 'done', unparks: unparkedBy(recorded), note };
}

type OrderEvent = ReturnType<typeof readEvent>;

function readEvent(body: Body, eventType: string, receivedAt: Instant) {
  const isAnnouncement = ANNOUNCEMENTS.has(eventType);
  const facts = readOrder(body);
  const updatedAt = instantAt(body, 'updatedAt');
  // An announcement without a time of its own tells of the moment the order was born.
  const senderTime = updatedAt ?? (isAnnouncement ? facts.createdAt : null);
  if (isAnnouncement) facts.createdAt ??= updatedAt ?? receivedAt;
  if (eventType === 'order.subscription_cycle') facts.source ??= 'subscription_cycle';
  return {
    facts,
    isAnnouncement,
    toldAt: senderTime ?? receivedAt,
    hasTime: senderTime !== null,
    ...statusOf(body, eventType),
    history: readStatusHistory(body),
    isDeleted: flagAt(body, 'isDeleted'),
  };
}

function statusOf(body: Body, eventType: string) {
  const told = normaliseStatus(textAt(body, 'status') ?? '');
  const named = NAMES_NO_STATUS.has(eventType) ? null : normaliseStatus(eventType.slice('order.'.length));
  return believedStatus(named, told, isKnownStatus);
}

function isKnownStatus(status: string): boolean {
  return orderStatusOf(status) !== OrderStatus.OTHER;
}

/** Oldest first, so that those who watch see the order pass through them. */
async function recordTransitions(tx: Tx, delivery: Delivery, order: KnownOrder, event: OrderEvent): Promise<void> {
  const { orderId } = order;
  const transitions = [...event.history, ...ownTransition(order, event)].sort((a, b) => (a.at < b.at ? -1 : 1));
  for (const { status, at } of transitions) {
    const fact = { orderId, status, statusUpdatedAt: at, source: 'careportals', receivedAt: delivery.receivedAt };
    // Who set it is left out: the row would else depend on which of two deliveries of one transition came first.
    await recordOrderStatus(tx, fact);
    if (saysCancelled(status)) await recordCancellation(tx, orderId, at);
  }
  if (event.isDeleted) await recordCancellation(tx, orderId, event.toldAt);
}

/** The status of the body itself. Without a time of its own it only counts if it is news. */
function ownTransition(order: KnownOrder, event: OrderEvent): Transition[] {
  if (event.status === null) return [];
  const isNews = event.history.length === 0 && event.status !== order.currentStatus;
  return event.hasTime || isNews ? [{ status: event.status, at: event.toldAt }] : [];
}

function noteIdentity(body: Body, facts: OrderFacts, order: KnownOrder): void {
  const differs = (told: string | null, known: string) => told !== null && told !== known;
  if (differs(facts.orderId, order.orderId))
    body.problems.push({ field: 'id', problem: 'is another number than the known one' });
  if (differs(facts.internalOrderId, order.internalOrderId)) {
    body.problems.push({ field: '_id', problem: 'is another id than the known one' });
  }
}

function unparkedBy(recorded: Exclude<RecordedOrder, { kind: 'notEnough' }>): string[] {
  const { orderId, internalOrderId } = recorded.order;
  const order = recorded.kind === 'created' ? [`order:${orderId}`, `order-internal:${internalOrderId}`] : [];
  return [...order, ...recorded.learned.map((id) => `customer:${id}`)];
}

/** Unknown order, too little said: what it waits for, or nothing where nothing could ever find it. */
async function waiting(
  tx: Tx,
  delivery: Delivery,
  body: Body,
  { orderId, internalOrderId, customer }: OrderFacts,
  missing: 'id' | 'createdAt' | 'customer',
): Promise<Outcome> {
  const note = `The order is unknown and its ${missing} is not told`;
  if (missing === 'customer' && customer.careportalsId !== null) {
    return { kind: 'parked', waitingFor: `customer:${customer.careportalsId}`, note };
  }
  if (orderId !== null) return { kind: 'parked', waitingFor: `order:${orderId}`, note };
  if (internalOrderId !== null) return { kind: 'parked', waitingFor: `order-internal:${internalOrderId}`, note };
  await reportProblems(tx, delivery, [...body.problems, { field: 'id and _id', problem: 'name no order' }]);
  return { kind: 'ignored', note: 'The body names no order. The delivery is kept' };
}
