import { couponCode, foldedCode } from '../convert/coupon-code.ts';
import { readCouponReduction, reductionCell, typeCell } from '../convert/reduction.ts';
import type { CouponLine } from '../lines.ts';
import type { Sheet } from '../sheet.ts';
import { joined, needed, TEXT_LENGTH } from './column.ts';

export const couponsSheet: Sheet<CouponLine> = {
  name: 'coupons',
  tabs: ['coupons'],
  required: true,
  hasHeader: true,
  columns: [
    needed('coupon_id', 'text'),
    needed('reduction_amount', 'dollars'),
    needed('reduction_type', 'word'),
    needed('description', 'text'),
  ],
  read: (row) => {
    const coupon_code = row.key('coupon_id', couponCode);
    const description = row.text('description', TEXT_LENGTH) ?? '';
    return { coupon_code, ...readCouponReduction(row, description), description };
  },
  write: (line) => [
    line.coupon_code,
    reductionCell(line.reduction_amount, line.reduction_type),
    typeCell(line.reduction_type),
    line.description === '' ? null : line.description,
  ],
  keyOf: (line) => foldedCode(line.coupon_code),
  moneyOf: (line) => joined(line.reduction_amount, line.reduction_type),
  restOf: (line) => joined(line.description),
};
