import { DeliveryFailure, type Handler } from '../../../../platform/inbox/delivery.ts';
import type { Tables } from '../../tables.ts';
import { applyCancellationLine } from './apply-cancellation-line.ts';
import type { ApplyLine } from './apply-line.ts';
import { applyLogLine } from './apply-log-line.ts';
import { applyOrderLine } from './apply-order-line.ts';
import { applyPaymentLine } from './apply-payment-line.ts';
import { applyRefundLine } from './apply-refund-line.ts';
import { applyStatusLine } from './apply-status-line.ts';
import type { WorkbookDelivery } from './workbook-delivery.ts';
import { placeOf } from './workbook-delivery.ts';

const BY_SHEET = new Map<string, ApplyLine<never>>([
  ['order.created', applyOrderLine],
  ['payment_succesful', applyPaymentLine],
  ['refund.created', applyRefundLine],
  ['order.updated', applyStatusLine],
  ['order.cancelled', applyCancellationLine],
  ['subscription.full_log', applyLogLine],
]);

/** Writes a line that waited, by the verbs that write what webhooks tell; or has it wait on. */
export const applyParked: Handler<Tables> = async (tx, delivery, cause) => {
  const { sheet, tab, row, line } = delivery.payload as WorkbookDelivery;
  const apply = BY_SHEET.get(sheet);
  if (apply === undefined) throw new DeliveryFailure(`Lines of sheet ${sheet} do not wait.`, { retry: false });
  const outcome = await apply(tx, line as never, { receivedAt: delivery.receivedAt, cause });
  const remarks = [placeOf({ tab, row }), outcome.note].filter((remark) => remark !== undefined);
  return { ...outcome, note: remarks.join(': ') };
};
