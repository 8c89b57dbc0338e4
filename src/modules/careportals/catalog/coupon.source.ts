import { exactly, flag } from '../../../platform/read/filters.ts';
import { nodeColumns } from '../../../platform/read/node-id.ts';
import { type Source, tableColumns } from '../../../platform/read/source.ts';
import { access } from '../access.ts';

export const coupons: Source = {
  type: 'Coupon',
  idPrefix: 'coupon',
  from: ['coupons k'],
  columns: {
    ...nodeColumns('coupon', 'k'),
    ...tableColumns('k', {
      couponCode: 'text',
      reductionAmount: 'int',
      reductionType: 'text',
      description: 'text',
      active: 'flag',
      validFrom: 'instant',
      validUntil: 'instant',
      createdAt: 'instant',
      updatedAt: 'instant',
    }),
  },
  key: 'couponCode',
  sorts: ['createdAt', 'couponCode'],
  filters: {
    couponCodes: exactly('couponCode', 'k.coupon_code', 'text'),
    active: flag('active', 'k.active'),
  },
  own: 'EXISTS (SELECT 1 FROM orders mine WHERE mine.coupon_code = k.coupon_code AND mine.customer_id = ?)',
  access: access.Coupon,
};
