import { before, exactly, from } from '../../../platform/read/filters.ts';
import { nodeColumns } from '../../../platform/read/node-id.ts';
import { type ManyEdge, type Source, tableColumns } from '../../../platform/read/source.ts';
import { access } from '../access.ts';
import { hasStatus } from './order.source.ts';
import type { OrderStatus } from './order-status.ts';

export const orderStatusUpdates: Source = {
  type: 'OrderStatusUpdate',
  idPrefix: 'status',
  from: ['order_status_updates u'],
  columns: {
    ...nodeColumns('status', 'u'),
    ...tableColumns('u', {
      updateId: 'bigint',
      orderId: 'bigint',
      updatedStatus: 'text',
      previousStatus: 'text',
      changedCurrent: 'flag',
      source: 'text',
      actor: 'text',
      note: 'text',
      orderCreatedAt: 'instant',
      statusUpdatedAt: 'instant',
      webhookReceivedAt: 'instant',
    }),
  },
  key: 'updateId',
  sorts: ['statusUpdatedAt', 'updateId'],
  filters: {
    status: { uses: ['updatedStatus'], where: (statuses: OrderStatus[]) => hasStatus('u.updated_status', statuses) },
    source: exactly('source', 'u.source', 'text'),
    updatedFrom: from('statusUpdatedAt', 'u.status_updated_at'),
    updatedBefore: before('statusUpdatedAt', 'u.status_updated_at'),
  },
  own: 'EXISTS (SELECT 1 FROM orders mine WHERE mine.order_id = u.order_id AND mine.customer_id = ?)',
  access: access.OrderStatusUpdate,
};

export const orderCancellations: Source = {
  type: 'OrderCancellation',
  idPrefix: 'cancellation',
  from: ['orders_cancelled x'],
  columns: {
    ...nodeColumns('cancellation', 'x'),
    ...tableColumns('x', { cancellationId: 'bigint', orderId: 'bigint', cancelledAt: 'instant' }),
  },
  key: 'cancellationId',
  sorts: ['cancelledAt'],
  filters: {},
  own: 'EXISTS (SELECT 1 FROM orders mine WHERE mine.order_id = x.order_id AND mine.customer_id = ?)',
  access: access.OrderCancellation,
};

export const historyOfOrder: ManyEdge = {
  name: 'Order.statusHistory',
  to: orderStatusUpdates,
  by: 'u.order_id',
  parentKey: 'orderId',
  kind: 'bigint',
  few: true,
};
