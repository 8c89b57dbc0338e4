import { timeCell } from '../convert/eastern-time.ts';
import { orderCell, orderNumberOf } from '../convert/ids.ts';
import { readStatus } from '../convert/status-cell.ts';
import type { StatusLine } from '../lines.ts';
import type { Sheet } from '../sheet.ts';
import { joined, needed } from './column.ts';

export const orderUpdatesSheet: Sheet<StatusLine> = {
  name: 'order.updated',
  tabs: ['order.updated'],
  required: true,
  hasHeader: true,
  columns: [
    needed('Datetime Created', 'time'),
    needed('Datetime Updated', 'time'),
    needed('order_id', 'orderNumber'),
    needed('updated_status', 'word'),
  ],
  read: (row) => ({
    order_id: row.key('order_id', orderNumberOf),
    updated_status: readStatus(row),
    // A status of tomorrow would stay the current one until then.
    status_updated_at: row.time('Datetime Updated', 'future-status'),
    order_created_at: row.time('Datetime Created'),
  }),
  write: (line) => [
    timeCell(line.order_created_at),
    timeCell(line.status_updated_at),
    orderCell(line.order_id),
    line.updated_status,
  ],
  keyOf: (line) => joined(line.order_id, line.updated_status, line.status_updated_at.slice(0, 19)),
  moneyOf: () => '',
  restOf: (line) => joined(line.order_created_at.slice(0, 19)),
};
