import { foldedCode, learnLetters } from '../convert/coupon-code.ts';
import type { CouponLine } from '../lines.ts';
import type { Table } from '../table.ts';
import { plainTable } from './plain-table.ts';

const plain: Table<CouponLine> = plainTable({
  sheet: 'coupons',
  kind: 'coupon',
  table: 'coupons',
  key: 'coupon_code',
  columns: ['reduction_amount', 'reduction_type', 'description'],
  sameKey: foldedCode,
  // What an order that names a coupon without its reduction leaves of it.
  isBlank: (row, column) =>
    (column === 'reduction_amount' && row.reduction_amount === 0 && row.reduction_type === null) ||
    (column === 'description' && row.description === ''),
});

export const couponsTable: Table<CouponLine> = {
  ...plain,
  async settle(query, context, lines) {
    await learnLetters(query);
    return plain.settle(query, context, lines);
  },
};
