import { defineEntity } from '@mikro-orm/core';
import { column } from '../../../platform/database/column.ts';

export const Product = defineEntity({
  name: 'Product',
  tableName: 'products',
  properties: {
    productId: column.text().primary(),
    publicId: column.publicId(),
    shortName: column.text().nullable(),
    label: column.text().nullable(),
    subLabel: column.text().nullable(),
    drugName: column.text().nullable(),
    listPrice: column.int(),
    salePrice: column.int().nullable(),
    saleCycleDuration: column.int().nullable(),
    renewalPrice: column.int().nullable(),
    renewalCycleDuration: column.int().nullable(),
    active: column.flag().default(1),
    directCartLink: column.text().nullable(),
    needsReview: column
      .flag()
      .generated('(drug_name IS NULL OR renewal_cycle_duration IS NULL OR list_price = 0) STORED')
      .nullable(),
    createdAt: column.instant().defaultRaw('CURRENT_TIMESTAMP(3)'),
    updatedAt: column.instant().defaultRaw('CURRENT_TIMESTAMP(3)'),
    toldAt: column.json().nullable(),
    /** When the workbook last wrote this row; null if others did. */
    importedAt: column.instant().nullable(),
  },
});
