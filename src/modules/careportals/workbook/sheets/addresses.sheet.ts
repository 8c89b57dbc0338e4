import { readAddress } from '../convert/address-row.ts';
import type { AddressLine } from '../lines.ts';
import type { Sheet } from '../sheet.ts';
import { joined, needed, optional } from './column.ts';

export const addressesSheet: Sheet<AddressLine> = {
  name: 'addresses',
  tabs: ['addresses'],
  required: true,
  hasHeader: true,
  columns: [
    needed('address_id', 'id32'),
    needed('address1', 'text'),
    needed('address2', 'text'),
    needed('city', 'personal'),
    needed('province_code', 'word'),
    needed('postal_code', 'text'),
    optional('country_code', 'word'),
  ],
  read: readAddress,
  write: (line) => [
    line.address_id,
    line.address1,
    line.address2,
    line.city,
    line.province_code,
    line.postal_code,
    line.country_code,
  ],
  keyOf: (line) => line.address_id,
  moneyOf: () => '',
  restOf: (line) =>
    joined(line.address1, line.address2, line.city, line.province_code, line.postal_code, line.country_code),
};
