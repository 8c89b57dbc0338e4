import type { Dice } from '../dice.ts';
import type { Rows } from '../make-world.ts';

/** Prescriptions, messages and answers; some belong to nobody who is known. */
export function careRows(dice: Dice, made: Rows): Rows {
  const whose = () => dice.maybe(0.3, dice.pick(made.customers ?? []).customer_id);
  const prescriptions = dice.times(9, (n) => prescription(dice, whose(), n));
  return {
    prescriptions,
    prescription_orders: prescriptions.flatMap(({ prescription_id }) =>
      // 999 is an order that never came.
      [...new Set([dice.pick(made.orders ?? []).order_id, dice.pick(made.orders ?? []).order_id, 999])].map(
        (order_id) => ({ prescription_id, order_id }),
      ),
    ),
    messages: dice.times(16, (n) => message(dice, whose(), n)),
    questionnaire_responses: dice.times(20, (n) => response(dice, whose(), n)),
  };
}

function prescription(dice: Dice, customer_id: unknown, n: number) {
  const drug = { name: 'Drug', din: null, quantity: '1.5', unit: 'vial', refills: dice.below(3), notes: null };
  const fill = {
    orderId: '7',
    status: 'filled',
    createdAt: dice.maybe(0.4, dice.instant()),
    transactionNumbers: ['1'],
  };
  return {
    prescription_id: `rx-${n}${dice.hex(4)}`,
    public_id: dice.hex(32),
    customer_id,
    emr_customer_id: customer_id,
    drugs: dice.maybe(0.3, JSON.stringify([drug])),
    fulfillments: dice.maybe(0.3, JSON.stringify([fill, fill])),
    notes: dice.maybe(0.3, `Notes ${n}`),
    created_at: dice.instant(),
    updated_at: dice.instant(),
    told_at: '{}',
  };
}

function message(dice: Dice, customer_id: unknown, n: number) {
  return {
    message_id: `message-${n}${dice.hex(4)}`,
    public_id: dice.hex(32),
    customer_id,
    emr_customer_id: dice.maybe(0.3, dice.pick([dice.hex(24), 'email-of-somebody'])),
    channel: dice.maybe(0.3, dice.pick(['WEB', 'SMS'])),
    inbound: dice.maybe(0.3, dice.below(2)),
    sender_name: dice.maybe(0.3, 'Ada'),
    contact_email: dice.maybe(0.3, 'ada@example.test'),
    subject: dice.maybe(0.3, `Subject ${n}`),
    content: dice.maybe(0.3, `Words ${n}`),
    status: dice.maybe(0.3, 'pending'),
    created_at: dice.instant(),
    updated_at: dice.instant(),
    told_at: '{}',
  };
}

function response(dice: Dice, customer_id: unknown, n: number) {
  return {
    public_id: dice.hex(32),
    questionnaire_id: dice.pick(['intake', 'Intake', 'monthly']),
    session_id: `session-${dice.below(4)}`,
    customer_id,
    question_index: n,
    question_type: 'text',
    answer_data_type: 'string',
    answer_count: 1,
    answers: dice.maybe(0.3, JSON.stringify([`Answer ${n}`, { more: [n] }])),
    composite_key: `intake-${n}-text`,
    created_at: dice.instant(),
  };
}
