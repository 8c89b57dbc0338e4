import type { Cause } from '../../../platform/cause.ts';
import { fits } from '../../../platform/read/value.ts';
import { type Refusal, refusal, UserErrorCode } from '../../../platform/refusal.ts';
import type { Tx } from '../tables.ts';
import { normaliseStatus, STATUS_MAX_LENGTH } from './order-status.ts';
import { recordOrderStatus } from './record-order-status.ts';

export interface UpdateOrderStatusRequest {
  orderId: string;
  status: string;
  /** Free text; patient data. */
  note?: string | null;
}

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
  if (!fits('bigint', request.orderId)) return refused(noSuchOrder());
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
  return { updateId: recorded.kind === 'recorded' ? recorded.updateId : null, refusals: [] };
}

function refused(reason: Refusal): UpdateOrderStatusResult {
  return { updateId: null, refusals: [reason] };
}

function badStatus(): Refusal {
  const message = `A status has from 1 to ${STATUS_MAX_LENGTH} characters, e.g. "awaiting_shipment".`;
  return refusal(UserErrorCode.VALIDATION, message, 'input', 'status');
}

function noSuchOrder(): Refusal {
  return refusal(UserErrorCode.NOT_FOUND, 'There is no such order.', 'input', 'orderId');
}
