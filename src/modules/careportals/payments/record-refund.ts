import type { Instant } from '../../../platform/database/instant.ts';
import { isRepeatOf } from '../../../platform/database/transaction.ts';
import type { Tx } from '../tables.ts';
import { findPaymentOfCharge, findPaymentOfIntent } from './find-payment.ts';
import { greater } from './greater.ts';

/** What a sender said of one refund; null where it said nothing usable. Charge or intent is known. */
export interface RefundFact {
  stripeRefundId: string;
  chargeId: string | null;
  paymentIntentId: string | null;
  /** Cents. */
  amount: number;
  /** Three capital letters. */
  currency: string;
  reason: string | null;
  /** `pending`, `requires_action`, `succeeded`, `failed`, `canceled`, or what else the sender says. */
  status: string;
  createdAt: Instant;
  /** When the sender said so: the newest report decides the status. */
  reportedAt: Instant;
  receivedAt: Instant;
}

export type RecordedRefund =
  | { kind: 'recorded'; refundId: string }
  /** Its payment is not here yet; nothing was written. */
  | { kind: 'unknownPayment' };

/** Reports of the same second are settled by how final they are, so that the order of arrival does not matter. */
const FINALITY: Record<string, number> = { pending: 1, requires_action: 2, succeeded: 3, canceled: 4, failed: 5 };

/** Records a refund, or what became of it. Reports in any order, any number of times, end in the same row. */
export async function recordRefund(tx: Tx, fact: RefundFact): Promise<RecordedRefund> {
  const chargeId = await chargeOf(tx, fact);
  if (chargeId === undefined) return { kind: 'unknownPayment' };
  const refundId = (await updateKnown(tx, fact)) ?? (await insertRefund(tx, fact, chargeId));
  return { kind: 'recorded', refundId };
}

async function chargeOf(tx: Tx, { chargeId, paymentIntentId }: RefundFact): Promise<string | undefined> {
  if (chargeId !== null) return (await findPaymentOfCharge(tx, chargeId))?.chargeId;
  if (paymentIntentId !== null) return (await findPaymentOfIntent(tx, paymentIntentId))?.chargeId;
  return undefined;
}

async function insertRefund(tx: Tx, fact: RefundFact, chargeId: string): Promise<string> {
  try {
    const inserted = await tx.insertInto('refunds').values(columnsOf(fact, chargeId)).executeTakeFirstOrThrow();
    return String(inserted.insertId);
  } catch (error) {
    // Another report of the same refund came first, since updateKnown looked; 1062 waited for its commit.
    const known = isRepeatOf(error, 'idx_stripe_refund_id') ? await updateKnown(tx, fact) : undefined;
    if (known === undefined) throw error;
    return known;
  }
}

function columnsOf(fact: RefundFact, chargeId: string) {
  return {
    stripe_refund_id: fact.stripeRefundId,
    charge_id: chargeId,
    payment_intent_id: fact.paymentIntentId,
    amount: fact.amount,
    currency: fact.currency,
    reason: fact.reason,
    status: fact.status,
    source_updated_at: fact.reportedAt,
    created_at: fact.createdAt,
    webhook_received_at: fact.receivedAt,
  };
}

async function updateKnown(tx: Tx, fact: RefundFact): Promise<string | undefined> {
  const known = await tx
    .selectFrom('refunds')
    .select([
      'refund_id',
      'status',
      'source_updated_at',
      'reason',
      'payment_intent_id',
      'amount',
      'currency',
      'created_at',
      'imported_at',
    ])
    .where('stripe_refund_id', '=', fact.stripeRefundId)
    .forUpdate()
    .executeTakeFirst();
  if (!known) return undefined;
  const { status, amount, currency, reportedAt } = fact;
  const isNewer = isGreater(rankOf(fact, reportedAt), rankOf(known, known.source_updated_at));
  // What only the workbook has told gives way to whatever the report says.
  const isImported = known.imported_at !== null;
  const which = isImported ? (one: string | null, other: string | null) => other ?? one : greater;
  await tx
    .updateTable('refunds')
    .set({
      reason: which(known.reason, fact.reason),
      payment_intent_id: which(known.payment_intent_id, fact.paymentIntentId),
      created_at: isImported || fact.createdAt < known.created_at ? fact.createdAt : known.created_at,
      ...(isNewer && { status, amount, currency, source_updated_at: reportedAt }),
      imported_at: null,
    })
    .where('refund_id', '=', known.refund_id)
    .execute();
  return known.refund_id;
}

type Rank = (string | number)[];

/** An imported refund has no report time: any report is newer. */
function rankOf(report: { status: string; amount: number; currency: string }, reportedAt: Instant | null): Rank {
  const { status, amount, currency } = report;
  return [reportedAt ?? '', FINALITY[status] ?? 0, status, amount, currency];
}

function isGreater(one: Rank, other: Rank): boolean {
  const at = one.findIndex((part, index) => part !== other[index]);
  return at >= 0 && one[at]! > other[at]!;
}
