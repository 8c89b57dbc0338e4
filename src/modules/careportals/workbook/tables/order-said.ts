import { mergeOrder } from '../../orders/merge-order.ts';
import { NOTHING_TOLD, type OrderColumns, type ToldOrder } from '../../orders/order-columns.ts';
import { BEFORE_ALL } from '../../told-at.ts';
import type { OrderLine } from '../lines.ts';

/** What a row of the sheet says; null where a column only holds what stands for "not told". */
export function saidOf(line: OrderLine): OrderColumns {
  const amounts = {
    total_amount: line.total_amount,
    discount_amount: line.discount_amount,
    base_amount: line.base_amount,
    credit_used_amount: line.credit_used_amount,
  };
  const isFree = Object.values(amounts).every((amount) => amount === 0);
  const isReduced = line.discount_reduction_amount !== 0 || line.discount_reduction_type !== null;
  return {
    ...NOTHING_TOLD,
    customer_id: line.customer_id,
    product_id: line.product_id,
    coupon_code: line.coupon_code,
    source: line.source === 'unknown' ? null : line.source,
    ...(!isFree && amounts),
    discount_reduction_amount: isReduced ? line.discount_reduction_amount : null,
    discount_reduction_type: line.discount_reduction_type,
    pharmacy_assigned: line.pharmacy_assigned,
    shipping_address_id: line.shipping_address_id,
  };
}

/** An order of which nobody but the workbook has told. */
export function toldByWorkbook(line: OrderLine): ToldOrder {
  const said = saidOf(line);
  const { columns, at } = mergeOrder({ columns: NOTHING_TOLD, at: {} }, said, BEFORE_ALL);
  return { columns: { ...columns, shipping_address_id: said.shipping_address_id }, at };
}
