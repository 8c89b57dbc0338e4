import { recordCancellation, saysCancelled } from '../../orders/record-cancellation.ts';
import { recordOrderStatus } from '../../orders/record-order-status.ts';
import type { Tx } from '../../tables.ts';
import type { StatusLine } from '../lines.ts';
import type { ApplyLine } from './apply-line.ts';

export const applyStatusLine: ApplyLine<StatusLine> = async (tx, line, { receivedAt }) => {
  const { order_id: orderId, updated_status: status, status_updated_at: statusUpdatedAt } = line;
  if (await isToldToTheSecond(tx, line)) return { kind: 'ignored', note: 'It stands in the history' };
  const recorded = await recordOrderStatus(tx, { orderId, status, statusUpdatedAt, source: 'import', receivedAt });
  if (recorded.kind === 'unknownOrder') return { kind: 'parked', waitingFor: `order:${orderId}` };
  const cancellation = saysCancelled(status) ? await recordCancellation(tx, orderId, statusUpdatedAt) : null;
  const updateId = recorded.kind === 'recorded' ? recorded.updateId : null;
  const subjects = [
    { type: 'Order', id: orderId },
    ...(updateId === null ? [] : [{ type: 'OrderStatusUpdate', id: updateId }]),
    ...(cancellation === null ? [] : [{ type: 'OrderCancellation', id: cancellation }]),
  ];
  return { kind: 'done', subjects };
};

/** The sheet has whole seconds, webhooks tell milliseconds. */
async function isToldToTheSecond(tx: Tx, line: StatusLine): Promise<boolean> {
  const second = line.status_updated_at.slice(0, 19);
  const row = await tx
    .selectFrom('order_status_updates')
    .select('update_id')
    .where('order_id', '=', line.order_id)
    .where('updated_status', '=', line.updated_status)
    .where('status_updated_at', '>=', `${second}.000`)
    .where('status_updated_at', '<=', `${second}.999`)
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}
