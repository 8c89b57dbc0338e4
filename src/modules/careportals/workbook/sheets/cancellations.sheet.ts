import type { Instant } from '../../../../platform/database/instant.ts';
import { textTimeCell } from '../convert/eastern-time.ts';
import { orderCell, orderNumberOf } from '../convert/ids.ts';
import type { CancellationLine } from '../lines.ts';
import type { Sheet } from '../sheet.ts';
import { joined, needed } from './column.ts';

/** The sheet's own text has no more. */
function toTheSecond(instant: Instant): Instant {
  return `${instant.slice(0, 19)}.000`;
}

export const cancellationsSheet: Sheet<CancellationLine> = {
  name: 'order.cancelled',
  tabs: ['order.cancelled'],
  required: true,
  hasHeader: true,
  columns: [needed('deleted_at', 'textTime', 'deleted_datetime'), needed('order_id', 'orderNumber')],
  read: (row) => ({ order_id: row.key('order_id', orderNumberOf), cancelled_at: toTheSecond(row.time('deleted_at')) }),
  write: (line) => [textTimeCell(line.cancelled_at), orderCell(line.order_id)],
  keyOf: (line) => line.order_id,
  moneyOf: () => '',
  restOf: (line) => joined(line.cancelled_at.slice(0, 19)),
};
