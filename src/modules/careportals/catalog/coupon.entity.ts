import { defineEntity } from '@mikro-orm/core';
import { column } from '../../../platform/database/column.ts';

export const Coupon = defineEntity({
  name: 'Coupon',
  tableName: 'coupons',
  properties: {
    couponCode: column.text().primary(),
    publicId: column.publicId(),
    reductionAmount: column.int(),
    reductionType: column.text().nullable(),
    description: column.text(),
    active: column.flag().default(1),
    validFrom: column.instant().nullable(),
    validUntil: column.instant().nullable(),
    createdAt: column.instant().defaultRaw('CURRENT_TIMESTAMP(3)'),
    updatedAt: column.instant().defaultRaw('CURRENT_TIMESTAMP(3)'),
    toldAt: column.json().nullable(),
    /** When the workbook last wrote this row; null if others did. */
    importedAt: column.instant().nullable(),
  },
});
