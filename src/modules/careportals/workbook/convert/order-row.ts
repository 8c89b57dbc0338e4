import type { OrderLine } from '../lines.ts';
import { EMPTY_ADDRESS_ID } from './address-row.ts';
import { couponCode } from './coupon-code.ts';
import { dollarsOf } from './dollars-of.ts';
import { id24, id32, orderNumberOf } from './ids.ts';
import { readReduction } from './reduction.ts';
import { lowerWord, type RowReader } from './row-reader.ts';

/** @throws RowRejected */
export function readOrder(row: RowReader): OrderLine {
  const order_id = row.key('order_id', orderNumberOf);
  const ids = {
    care_portals_internal_order_id: row.needed('care_portals_internal_order_id', id24),
    customer_id: row.needed('customer_id', id24),
    shipping_address_id: readAddressLink(row),
    product_id: row.optional('product_id', id24),
    coupon_code: row.optional('coupon', couponCode),
  };
  const amounts = readAmounts(row);
  return {
    order_id,
    ...ids,
    source: row.text('source', 50, sourceWord) ?? 'unknown',
    ...amounts,
    ...readReduction(row, amounts.base_amount, amounts.discount_amount),
    pharmacy_assigned: readPharmacy(row),
    created_at: row.time('created_at'),
  };
}

function sourceWord(text: string): string | null {
  return lowerWord(text)?.replaceAll(/\s+/g, '_') ?? null;
}

function readAddressLink(row: RowReader): string | null {
  const id = row.optional('shipping_address_id', id32);
  if (id !== EMPTY_ADDRESS_ID) return id;
  row.note('address-link-empty', 'shipping_address_id', null);
  return null;
}

function readAmounts(row: RowReader) {
  const amounts = {
    total_amount: readTotal(row, 'total_amount'),
    discount_amount: row.optional('discount_amount', dollarsOf) ?? 0,
    base_amount: readTotal(row, 'base_amount'),
    credit_used_amount: row.optional('credit_used_amount', dollarsOf) ?? 0,
  };
  const expected = amounts.base_amount - amounts.discount_amount - amounts.credit_used_amount;
  if (amounts.total_amount !== expected) row.note('order-amounts-disagree', 'total_amount', row.raw('total_amount'));
  return amounts;
}

function readTotal(row: RowReader, header: string): number {
  const cents = row.needed(header, dollarsOf);
  return cents < 0 ? row.reject('amount-negative', header) : cents;
}

/** Scripts wrote N/A where nobody was assigned. */
function readPharmacy(row: RowReader): string | null {
  if (!/^\s*n\/a\s*$/i.test(row.raw('pharmacy_assigned') ?? '')) return row.text('pharmacy_assigned', 50);
  row.note('pharmacy-none', 'pharmacy_assigned', null);
  return null;
}
