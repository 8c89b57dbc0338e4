import { recordCancellation } from '../../orders/record-cancellation.ts';
import type { CancellationLine } from '../lines.ts';
import type { ApplyLine } from './apply-line.ts';

export const applyCancellationLine: ApplyLine<CancellationLine> = async (tx, { order_id, cancelled_at }) => {
  // Locked first, as whoever adds to the history of an order does.
  const order = await tx
    .selectFrom('orders')
    .select('order_id')
    .where('order_id', '=', order_id)
    .forUpdate()
    .executeTakeFirst();
  if (!order) return { kind: 'parked', waitingFor: `order:${order_id}` };
  const id = await recordCancellation(tx, order_id, cancelled_at);
  if (id === null) return { kind: 'ignored', note: 'An earlier cancellation is known' };
  return {
    kind: 'done',
    subjects: [
      { type: 'Order', id: order_id },
      { type: 'OrderCancellation', id },
    ],
  };
};
