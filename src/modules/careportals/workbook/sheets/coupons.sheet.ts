import { couponCode, foldedCode } from '../convert/coupon-code.ts';
import { couponType, readCouponAmount, reductionCell, typeCell, UNKNOWN_TYPE } from '../convert/reduction.ts';
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
    const type = couponType(row, description);
    const reduction_amount = readCouponAmount(row, type);
    // Nothing has no kind: the stand-in of a coupon that is only named comes back as it was written.
    const reduction_type = reduction_amount === 0 && type === UNKNOWN_TYPE ? null : type;
    return { coupon_code, reduction_amount, reduction_type, description };
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
