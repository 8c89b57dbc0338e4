import { before, exactly, flag, from } from '../../../platform/read/filters.ts';
import { nodeColumns } from '../../../platform/read/node-id.ts';
import { type Condition, type Source, tableColumns } from '../../../platform/read/source.ts';
import { access } from '../access.ts';
import { ofCustomer } from '../customers/customer.source.ts';
import { OrderStatus } from './order-status.ts';

export const orders: Source = {
  type: 'Order',
  idPrefix: 'order',
  from: ['orders o'],
  columns: {
    ...nodeColumns('order', 'o'),
    ...tableColumns('o', {
      orderId: 'bigint',
      carePortalsInternalOrderId: 'id',
      customerId: 'id',
      shippingAddressId: 'id',
      productId: 'id',
      couponCode: 'text',
      source: 'text',
      totalAmount: 'int',
      discountAmount: 'int',
      baseAmount: 'int',
      creditUsedAmount: 'int',
      discountReductionAmount: 'int',
      discountReductionType: 'text',
      pharmacyAssigned: 'text',
      currentStatus: 'text',
      currentStatusAt: 'instant',
      isStub: 'flag',
      shipToAddress1: 'text',
      shipToAddress2: 'text',
      shipToCity: 'text',
      shipToProvinceCode: 'text',
      shipToPostalCode: 'text',
      shipToCountryCode: 'text',
      shippedAt: 'instant',
      trackingCode: 'text',
      trackingLink: 'text',
      createdAt: 'instant',
      updatedAt: 'instant',
    }),
  },
  key: 'orderId',
  sorts: ['createdAt', 'orderId', 'totalAmount', 'currentStatusAt'],
  filters: {
    orderIds: exactly('orderId', 'o.order_id', 'bigint'),
    status: { uses: ['currentStatus'], where: (statuses: OrderStatus[]) => hasStatus('o.current_status', statuses) },
    rawStatus: exactly('currentStatus', 'o.current_status', 'text'),
    customerId: ofCustomer('customerId', 'o.customer_id'),
    productId: exactly('productId', 'o.product_id', 'id'),
    source: exactly('source', 'o.source', 'text'),
    pharmacy: exactly('pharmacyAssigned', 'o.pharmacy_assigned', 'text'),
    provinceCode: exactly('shipToProvinceCode', 'o.ship_to_province_code', 'text'),
    couponCode: exactly('couponCode', 'o.coupon_code', 'text'),
    isStub: flag('isStub', 'o.is_stub'),
    createdFrom: from('createdAt', 'o.created_at'),
    createdBefore: before('createdAt', 'o.created_at'),
    statusChangedFrom: from('currentStatusAt', 'o.current_status_at'),
    statusChangedBefore: before('currentStatusAt', 'o.current_status_at'),
  },
  own: 'o.customer_id = ?',
  access: access.Order,
};

const NAMED = Object.values(OrderStatus).filter((status) => status !== OrderStatus.OTHER);

/** OTHER stands for every stored text that has no name of its own. */
export function hasStatus(sql: string, statuses: readonly OrderStatus[]): Condition {
  const named = statuses.filter((status) => status !== OrderStatus.OTHER);
  const parts: Condition[] = [];
  if (named.length > 0) parts.push({ sql: `${sql} IN (?)`, params: [named] });
  if (named.length < statuses.length) parts.push({ sql: `${sql} NOT IN (?)`, params: [NAMED] });
  if (parts.length === 0) return { sql: 'FALSE', params: [] };
  return { sql: parts.map((part) => part.sql).join(' OR '), params: parts.flatMap((part) => part.params) };
}
