import type { DemoBatch } from './demo-batch.ts';
import { type DemoRun, past } from './demo-run.ts';
import { type PlannedOrder, type PlannedRefund, totalOf } from './plan-orders.ts';
import type { Person } from './plan-people.ts';
import { SURCHARGE } from './plan-refunds.ts';

interface Charge {
  intent: string;
  /** Cents. */
  amount: number;
  status: 'succeeded' | 'failed';
  /** Milliseconds since 1970. */
  at: number;
  refunds: PlannedRefund[];
}

const SECOND = 1_000;
const HOUR = 60 * 60 * SECOND;
const MEAN_HOURS_TO_REFUND = 3.2 * 24;

/**
 * Adds the order's charges, what they pay for, and their refunds.
 * @param hasCard asked once a charge: false for links and bank debits.
 */
export function addPayments(
  batch: DemoBatch,
  run: DemoRun,
  order: PlannedOrder,
  person: Person,
  hasCard: () => boolean,
): void {
  for (const charge of chargesOf(run, order)) {
    const payer = hasCard() ? person : null;
    const chargeId = `${payer ? 'ch' : 'py'}_3${run.random.base62(23)}`;
    addCharge(batch, run, order, payer, charge, chargeId);
    for (const refund of charge.refunds) addRefund(batch, run, charge, chargeId, refund);
  }
}

function chargesOf(run: DemoRun, order: PlannedOrder): Charge[] {
  const good: Charge = {
    intent: intentId(run),
    amount: totalOf(order) + (order.pays ? totalOf(order.pays) : 0),
    status: 'succeeded',
    at: order.at + run.random.between(2, 20) * SECOND,
    refunds: order.refunds,
  };
  const bad: Charge = { ...good, status: 'failed', refunds: [] };
  if (order.billing === 'once') return [good];
  if (order.billing === 'retried') return [bad, { ...good, at: good.at + run.random.between(30, 400) * SECOND }];
  if (order.billing === 'surcharged') return [good, surchargeAfter(run, good)];
  return order.billing === 'failed' ? [bad] : [];
}

function surchargeAfter(run: DemoRun, { at }: Charge): Charge {
  const later = at + run.random.between(1, 72) * HOUR;
  return { intent: intentId(run), amount: SURCHARGE, status: 'succeeded', at: later, refunds: [] };
}

function intentId({ random }: DemoRun): string {
  return `pi_3${random.base62(23)}`;
}

/** @param payer null if no card was used: Stripe then often knows no customer either. */
function addCharge(
  batch: DemoBatch,
  run: DemoRun,
  order: PlannedOrder,
  payer: Person | null,
  charge: Charge,
  chargeId: string,
): void {
  const numbers = [order, ...(order.pays ? [order.pays] : [])].map(({ number }) => String(number));
  for (const order_id of numbers) batch.payment_orders.push({ charge_id: chargeId, order_id });
  batch.payments.push({
    public_id: run.ids.publicId(),
    charge_id: chargeId,
    payment_intent_id: charge.intent,
    order_id: String(order.number),
    stripe_customer_id: payer?.stripeCustomerId ?? null,
    payment_method_id: payer?.paymentMethodId ?? `pm_1${run.random.base62(23)}`,
    amount: charge.amount,
    currency: 'USD',
    card_last4: payer?.cardLast4 ?? null,
    card_brand: payer?.cardBrand ?? null,
    status: charge.status,
    description: `Orders ${numbers.map((number) => `#${number}`).join(', ')}`,
    // The platform keeps one percent.
    application_fee_amount: charge.status === 'succeeded' ? Math.round(charge.amount / 100) : 0,
    created_at: past(run, charge.at),
    webhook_received_at: past(run, charge.at + run.random.between(500, 3_000)),
  });
}

function addRefund(batch: DemoBatch, run: DemoRun, charge: Charge, chargeId: string, refund: PlannedRefund): void {
  const at = charge.at + run.random.around(MEAN_HOURS_TO_REFUND * HOUR);
  batch.refunds.push({
    public_id: run.ids.publicId(),
    stripe_refund_id: `${chargeId.startsWith('py_') ? 'pyr' : 're'}_3${run.random.base62(23)}`,
    charge_id: chargeId,
    payment_intent_id: charge.intent,
    amount: refund.amount,
    currency: 'USD',
    reason: refund.reason,
    status: refund.status,
    source_updated_at: past(run, at),
    created_at: past(run, at),
    webhook_received_at: past(run, at + run.random.between(500, 3_000)),
  });
}
