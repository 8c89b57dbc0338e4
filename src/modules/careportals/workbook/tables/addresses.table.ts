import type { AddressLine } from '../lines.ts';
import type { Table } from '../table.ts';
import { plainTable } from './plain-table.ts';

export const addressesTable: Table<AddressLine> = plainTable({
  sheet: 'addresses',
  kind: 'address',
  table: 'addresses',
  key: 'address_id',
  columns: ['address1', 'address2', 'city', 'province_code', 'postal_code', 'country_code'],
});
