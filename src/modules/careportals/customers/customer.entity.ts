import { defineEntity } from '@mikro-orm/core';
import { column } from '../../../platform/database/column.ts';

export const Customer = defineEntity({
  name: 'Customer',
  tableName: 'customers',
  properties: {
    customerId: column.text().primary(),
    publicId: column.publicId(),
    email: column.text(),
    emailLower: column.text().generated('LOWER(email) STORED').nullable(),
    firstName: column.text().nullable(),
    lastName: column.text().nullable(),
    phone: column.text().nullable(),
    phoneDigits: column.text().generated("REGEXP_REPLACE(phone, '[^0-9]', '') STORED").nullable(),
    createdAt: column.instant().defaultRaw('CURRENT_TIMESTAMP(3)'),
    updatedAt: column.instant().defaultRaw('CURRENT_TIMESTAMP(3)'),
    toldAt: column.json().nullable(),
    /** When the workbook last wrote this row; null if others did. */
    importedAt: column.instant().nullable(),
  },
});
