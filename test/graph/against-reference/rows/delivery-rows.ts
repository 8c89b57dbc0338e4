import type { Dice } from '../dice.ts';
import type { Row, Rows } from '../make-world.ts';

/** Bodies of deliveries. What support may see of each stands with the reference. */
export const BODIES = [
  { status: 'paid_in_full', firstName: 'Ada', _id: 'abcdefabcdefabcdefabcdef' },
  { lineItems: [{ price: 12, label: 'Words' }], notes: 'Words' },
] as const;

const STATUSES = ['pending', 'parked', 'dead', 'quarantined', 'processed', 'ignored'];

/** Kinds of rows that deliveries are applied to, with the columns of their own keys. */
const SUBJECTS: [type: string, table: string, key: string][] = [
  ['Customer', 'customers', 'customer_id'],
  ['Order', 'orders', 'order_id'],
  ['Payment', 'payments', 'payment_id'],
  ['Refund', 'refunds', 'refund_id'],
  ['CareSubscription', 'subscriptions', 'subscription_id'],
  ['Prescription', 'prescriptions', 'prescription_id'],
  ['Message', 'messages', 'message_id'],
  ['Product', 'products', 'product_id'],
  ['Coupon', 'coupons', 'coupon_code'],
  ['Address', 'addresses', 'address_id'],
];

/** Deliveries, what they were applied to, the attempts, and errors. */
export function deliveryRows(dice: Dice, made: Rows): Rows {
  const inbox = dice.times(16, (n) => delivery(dice, n));
  const subjects = inbox.flatMap(({ inbox_id }) => dice.times(dice.below(5), () => subject(dice, made, inbox_id)));
  const once = new Map(subjects.map((row) => [JSON.stringify(row), row]));
  return {
    webhook_inbox: inbox,
    webhook_subjects: [...once.values()],
    webhook_logs: dice.times(24, (n) => log(dice, dice.pick(inbox), n)),
    error_logs: dice.times(6, (n) => error(dice, n)),
  };
}

function subject(dice: Dice, made: Rows, inbox_id: unknown): Row {
  // Counted by MySQL, and a few that are gone.
  if (dice.chance(0.3)) {
    const subject_type = dice.pick([
      'OrderStatusUpdate',
      'OrderCancellation',
      'SubscriptionAuditEntry',
      'QuestionnaireResponse',
    ]);
    return { subject_type, subject_id: String(1 + dice.below(24)), inbox_id };
  }
  const [subject_type, table, key] = dice.pick(SUBJECTS);
  return { subject_type, subject_id: String(dice.pick(made[table] ?? [])[key]), inbox_id };
}

function delivery(dice: Dice, n: number) {
  const status = dice.pick(STATUSES);
  const waits = status === 'parked' || dice.chance(0.3);
  return {
    inbox_id: n * 4,
    public_id: dice.hex(32),
    source_system: dice.pick(['careportals', 'stripe']),
    event_key: `key-${n}`,
    event_type: dice.pick(['order.updated', 'order.created']),
    event_id: dice.maybe(0.4, `event-${dice.below(5)}`),
    payload: JSON.stringify(dice.pick(BODIES)),
    status,
    waiting_for: waits ? dice.maybe(0.3, `order:${dice.below(3)}`) : null,
    or_waiting_for: waits ? dice.maybe(0.5, `payment:${dice.below(3)}`) : null,
    attempts: dice.below(4),
    // Late enough that no server of the tests looks at it.
    next_attempt_at: `2098-03-0${1 + dice.below(3)} 00:00:00.000`,
    note: dice.maybe(0.4, `Note ${n}`),
    received_at: dice.instant(),
    finished_at: dice.maybe(0.4, dice.instant()),
    parked_at: dice.maybe(0.4, dice.instant()),
    replayed_at: dice.maybe(0.4, dice.instant()),
    replayed_by: dice.maybe(0.4, 'agent@example.test'),
    attempts_before_replay: dice.below(3),
  };
}

function log(dice: Dice, { inbox_id }: Row, n: number) {
  return {
    public_id: dice.hex(32),
    inbox_id: dice.maybe(0.2, inbox_id),
    webhook_type: dice.pick(['order.updated', 'Order.Updated', 'order.created']),
    source_system: dice.pick(['careportals', 'stripe']),
    event_id: dice.maybe(0.3, `event-${dice.below(5)}`),
    attempt: 1 + dice.below(3),
    outcome: dice.maybe(0.3, dice.pick(['failed', 'processed'])),
    status: dice.pick(['success', 'failed', 'pending']),
    error_message: dice.maybe(0.4, `Error ${n}`),
    payload: dice.maybe(0.3, JSON.stringify(dice.pick(BODIES))),
    processing_time_ms: dice.maybe(0.3, 3),
    received_at: dice.instant(),
    finished_at: dice.instant(),
  };
}

function error(dice: Dice, n: number) {
  return {
    public_id: dice.hex(32),
    error_type: dice.pick(['amount_mismatch', 'other']),
    error_message: `Words ${n}`,
    raw_data: dice.maybe(0.3, JSON.stringify({ n })),
    trigger_source: dice.maybe(0.3, 'test'),
    stack_trace: dice.maybe(0.3, `at ${n}`),
    occurred_at: dice.instant(),
  };
}
