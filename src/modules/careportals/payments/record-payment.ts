import type { Selectable } from 'kysely';
import type { Instant } from '../../../platform/database/instant.ts';
import { isRepeatOf } from '../../../platform/database/transaction.ts';
import type { Tables, Tx } from '../tables.ts';
import { greater } from './greater.ts';
import { moveOrderLinks } from './move-order-links.ts';

/** What a sender said of one charge; null where it said nothing usable. */
export interface PaymentFact {
  chargeId: string;
  paymentIntentId: string | null;
  /** The orders it pays for, the first of them the payment's own; at least one. */
  orderIds: string[];
  stripeCustomerId: string | null;
  paymentMethodId: string | null;
  /** Cents. */
  amount: number;
  /** Three capital letters. */
  currency: string;
  /** Text: it may begin with a zero. */
  cardLast4: string | null;
  cardBrand: string | null;
  status: 'succeeded' | 'failed';
  description: string | null;
  /** Cents; the platform's fee, not Stripe's. */
  applicationFeeAmount: number | null;
  createdAt: Instant;
  receivedAt: Instant;
}

export type RecordedPayment =
  | { kind: 'recorded'; paymentId: string }
  /** One of the orders is not here yet; nothing was written. */
  | { kind: 'unknownOrder'; orderId: string };

/**
 * Records a charge, or completes what is known of it. Several reports of one charge, in any order, end in the same row:
 * where two tell different things the one of the success counts, else the greater value, and of several orders the
 * lowest number that any report names first is the payment's own. What a row holds that an import wrote last is no
 * report: it stands only where the first report says nothing.
 * @throws a MySQL 1062 on idx_succeeded_intent if another charge of the same intent stands as succeeded.
 */
export async function recordPayment(tx: Tx, fact: PaymentFact): Promise<RecordedPayment> {
  const missing = await firstUnknownOrder(tx, fact.orderIds);
  if (missing !== undefined) return { kind: 'unknownOrder', orderId: missing };
  const paymentId = (await completeKnown(tx, fact)) ?? (await insertPayment(tx, fact));
  await linkOrders(tx, paymentId, fact.orderIds);
  return { kind: 'recorded', paymentId };
}

async function firstUnknownOrder(tx: Tx, orderIds: string[]): Promise<string | undefined> {
  const rows = await tx.selectFrom('orders').select('order_id').where('order_id', 'in', orderIds).execute();
  const known = new Set(rows.map((row) => row.order_id));
  return orderIds.find((orderId) => !known.has(orderId));
}

async function insertPayment(tx: Tx, fact: PaymentFact): Promise<string> {
  try {
    const inserted = await tx.insertInto('payments').values(columnsOf(fact)).executeTakeFirstOrThrow();
    return String(inserted.insertId);
  } catch (error) {
    // Another report of the same charge came first, since completeKnown looked; 1062 waited for its commit.
    const known = isRepeatOf(error, 'idx_charge_id') ? await completeKnown(tx, fact) : undefined;
    if (known === undefined) throw error;
    return known;
  }
}

function columnsOf(fact: PaymentFact) {
  return {
    charge_id: fact.chargeId,
    payment_intent_id: fact.paymentIntentId,
    order_id: fact.orderIds[0]!,
    stripe_customer_id: fact.stripeCustomerId,
    payment_method_id: fact.paymentMethodId,
    amount: fact.amount,
    currency: fact.currency,
    card_last4: fact.cardLast4,
    card_brand: fact.cardBrand,
    status: fact.status,
    description: fact.description,
    application_fee_amount: fact.applicationFeeAmount ?? 0,
    created_at: fact.createdAt,
    webhook_received_at: fact.receivedAt,
  };
}

async function completeKnown(tx: Tx, fact: PaymentFact): Promise<string | undefined> {
  const known = await tx
    .selectFrom('payments')
    .selectAll()
    .where('charge_id', '=', fact.chargeId)
    .forUpdate()
    .executeTakeFirst();
  if (!known) return undefined;
  const isImported = known.imported_at !== null;
  const completed = isImported ? correctedBy(fact) : completedBy(known, fact);
  await tx
    .updateTable('payments')
    .set({ ...completed, imported_at: null })
    .where('payment_id', '=', known.payment_id)
    .execute();
  if (isImported) await relink(tx, known, fact);
  return known.payment_id;
}

type Known = Selectable<Tables['payments']>;

function completedBy(known: Known, fact: PaymentFact) {
  return {
    ...moneyOf(known, fact),
    payment_intent_id: greater(known.payment_intent_id, fact.paymentIntentId),
    order_id: lower(known.order_id, fact.orderIds[0]!),
    stripe_customer_id: greater(known.stripe_customer_id, fact.stripeCustomerId),
    payment_method_id: greater(known.payment_method_id, fact.paymentMethodId),
    card_last4: greater(known.card_last4, fact.cardLast4),
    card_brand: greater(known.card_brand, fact.cardBrand),
    description: greater(known.description, fact.description),
    application_fee_amount: Math.max(known.application_fee_amount, fact.applicationFeeAmount ?? 0),
    // An intent is made before its charge: the later time is the charge's own.
    created_at: greater(known.created_at, fact.createdAt)!,
  };
}

/** What only the workbook has told gives way to whatever this report says; where it says nothing it stays. */
function correctedBy(fact: PaymentFact) {
  const said = Object.entries({ ...columnsOf(fact), application_fee_amount: fact.applicationFeeAmount });
  const { webhook_received_at: _, ...columns } = Object.fromEntries(said.filter(([, value]) => value !== null));
  return columns;
}

/** The link to the order that the workbook took for the payment's own leads to the report's, if that names others. */
async function relink(tx: Tx, { payment_id, order_id }: Known, { orderIds }: PaymentFact): Promise<void> {
  if (orderIds.includes(order_id)) return;
  const linked = await linkedOrders(tx, payment_id);
  const missing = orderIds.filter((orderId) => !linked.has(orderId));
  await moveOrderLinks(tx, payment_id, [order_id], missing);
}

interface Money {
  amount: number;
  currency: string;
  status: string;
}

/** Money that was once taken was taken, whatever order the reports come in, and its report knows how much. */
function moneyOf(known: Money, fact: Money): Money {
  const isMore = [
    Number(fact.status === 'succeeded') - Number(known.status === 'succeeded'),
    fact.amount - known.amount,
    fact.currency > known.currency ? 1 : 0,
  ].find((difference) => difference !== 0);
  const { amount, currency, status } = (isMore ?? 0) > 0 ? fact : known;
  return { amount, currency, status };
}

/** Order numbers may be beyond what a double holds. */
function lower(one: string, other: string): string {
  return BigInt(one) < BigInt(other) ? one : other;
}

/** The payment's row is locked or new, so nobody else links it meanwhile. */
async function linkOrders(tx: Tx, paymentId: string, orderIds: string[]): Promise<void> {
  const linked = await linkedOrders(tx, paymentId);
  const missing = [...new Set(orderIds)].filter((orderId) => !linked.has(orderId));
  if (missing.length === 0) return;
  const links = missing.map((order_id) => ({ payment_id: paymentId, order_id }));
  await tx.insertInto('payment_orders').values(links).execute();
}

async function linkedOrders(tx: Tx, paymentId: string): Promise<Set<string>> {
  const rows = await tx.selectFrom('payment_orders').select('order_id').where('payment_id', '=', paymentId).execute();
  return new Set(rows.map((row) => row.order_id));
}
