import type { Cause } from '../../../platform/cause.ts';
import { fits } from '../../../platform/read/value.ts';
import { type Refusal, refusal, UserErrorCode } from '../../../platform/refusal.ts';
import type { Tx } from '../tables.ts';
import { normaliseStatus, STATUS_MAX_LENGTH } from './order-status.ts';
import { recordCancellation, saysCancelled } from './record-cancellation.ts';
import { recordOrderStatus } from './record-order-status.ts';

export interface UpdateOrderStatusRequest {
  orderId: string;
  status: string;
  /** Free text; patient data. */
  note?: string | null;
}

const NOTE_MAX_LENGTH = 2_000;

export interface UpdateOrderStatusResult {
  updateId: string | null;
  refusals: Refusal[];
}

/** A status set by hand: it joins the history with our clock. */
export async function updateOrderStatus(
  tx: Tx,
  cause: Cause,
  request: UpdateOrderStatusRequest,
): Promise<UpdateOrderStatusResult> {
  const status = normaliseStatus(request.status);
  if (status === null || request.status.trim().length > STATUS_MAX_LENGTH) return refused(badStatus());
  if ((request.note?.length ?? 0) > NOTE_MAX_LENGTH) return refused(longNote());
  if (!isOrderNumber(request.orderId)) return refused(noSuchOrder());
  const recorded = await recordOrderStatus(tx, {
    orderId: request.orderId,
    status,
    statusUpdatedAt: cause.at,
    source: 'manual',
    actor: cause.actor,
    note: request.note ?? null,
    receivedAt: cause.at,
  });
  if (recorded.kind === 'unknownOrder') return refused(noSuchOrder());
  if (saysCancelled(status)) await recordCancellation(tx, request.orderId, cause.at);
  return { updateId: recorded.kind === 'recorded' ? recorded.updateId : null, refusals: [] };
}

/** As the column prints it: `007` is no order for whoever reads, so it is none here either. */
function isOrderNumber(text: string): boolean {
  return fits('bigint', text) && String(BigInt(text)) === text;
}

function refused(reason: Refusal): UpdateOrderStatusResult {
  return { updateId: null, refusals: [reason] };
}

function badStatus(): Refusal {
  const message = `A status has from 1 to ${STATUS_MAX_LENGTH} characters, e.g. "awaiting_shipment".`;
  return refusal(UserErrorCode.VALIDATION, message, 'input', 'status');
}

function longNote(): Refusal {
  return refusal(UserErrorCode.VALIDATION, `note may have ${NOTE_MAX_LENGTH} characters.`, 'input', 'note');
}

function noSuchOrder(): Refusal {
  return refusal(UserErrorCode.NOT_FOUND, 'There is no such order.', 'input', 'orderId');
}
