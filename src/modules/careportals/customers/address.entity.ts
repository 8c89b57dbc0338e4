import { defineEntity } from '@mikro-orm/core';
import { column } from '../../../platform/database/column.ts';

export const Address = defineEntity({
  name: 'Address',
  tableName: 'addresses',
  properties: {
    addressId: column.text().primary(),
    publicId: column.publicId(),
    address1: column.text().nullable(),
    address2: column.text().nullable(),
    city: column.text().nullable(),
    provinceCode: column.text().nullable(),
    postalCode: column.text().nullable(),
    countryCode: column.text().nullable(),
    /** When the workbook last wrote this row; null if others did. */
    importedAt: column.instant().nullable(),
  },
});
