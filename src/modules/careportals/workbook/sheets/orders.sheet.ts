import { dollarsCell } from '../convert/dollars-of.ts';
import { timeCell } from '../convert/eastern-time.ts';
import { orderCell } from '../convert/ids.ts';
import { readOrder } from '../convert/order-row.ts';
import { reductionCell, typeCell } from '../convert/reduction.ts';
import type { OrderLine } from '../lines.ts';
import type { Sheet } from '../sheet.ts';
import { joined, needed, optional } from './column.ts';

export const ordersSheet: Sheet<OrderLine> = {
  name: 'order.created',
  tabs: ['order.created'],
  required: true,
  hasHeader: true,
  columns: [
    needed('created_at', 'time'),
    needed('order_id', 'orderNumber'),
    needed('care_portals_internal_order_id', 'id24'),
    needed('customer_id', 'id24'),
    needed('shipping_address_id', 'id32'),
    needed('product_id', 'id24'),
    needed('source', 'word'),
    needed('total_amount', 'dollars'),
    needed('discount_amount', 'dollars'),
    needed('base_amount', 'dollars'),
    needed('credit_used_amount', 'dollars'),
    needed('coupon', 'text'),
    needed('discount_reduction_amount', 'dollars'),
    optional('discount_reduction_type', 'word'),
    needed('pharmacy_assigned', 'word'),
  ],
  read: readOrder,
  write: (line) => [
    timeCell(line.created_at),
    orderCell(line.order_id),
    line.care_portals_internal_order_id,
    line.customer_id,
    line.shipping_address_id,
    line.product_id,
    line.source,
    dollarsCell(line.total_amount),
    dollarsCell(line.discount_amount),
    dollarsCell(line.base_amount),
    dollarsCell(line.credit_used_amount),
    line.coupon_code,
    reductionCell(line.discount_reduction_amount, line.discount_reduction_type),
    typeCell(line.discount_reduction_type),
    line.pharmacy_assigned,
  ],
  keyOf: (line) => line.order_id,
  moneyOf: (line) => joined(line.total_amount, line.discount_amount, line.base_amount, line.credit_used_amount),
  restOf: (line) =>
    joined(
      line.created_at,
      line.care_portals_internal_order_id,
      line.customer_id,
      line.shipping_address_id,
      line.product_id,
      line.source,
      line.coupon_code,
      line.discount_reduction_amount,
      line.discount_reduction_type,
      line.pharmacy_assigned,
    ),
};
