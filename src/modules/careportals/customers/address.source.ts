import { exactly } from '../../../platform/read/filters.ts';
import { nodeColumns } from '../../../platform/read/node-id.ts';
import { type Source, tableColumns } from '../../../platform/read/source.ts';
import { access } from '../access.ts';

export const addresses: Source = {
  type: 'Address',
  idPrefix: 'address',
  from: ['addresses a'],
  columns: {
    ...nodeColumns('address', 'a'),
    ...tableColumns('a', {
      addressId: 'id',
      address1: 'text',
      address2: 'text',
      city: 'text',
      provinceCode: 'text',
      postalCode: 'text',
      countryCode: 'text',
    }),
    postalArea: { sql: 'LEFT(a.postal_code, 3)', kind: 'text' },
  },
  // Not the address id: that is hidden from some, and a cursor carries the key.
  key: 'publicId',
  sorts: ['publicId', 'addressId', 'provinceCode'],
  filters: {
    addressIds: exactly('addressId', 'a.address_id', 'id'),
    provinceCode: exactly('provinceCode', 'a.province_code', 'text'),
    postalCode: exactly('postalCode', 'a.postal_code', 'text'),
  },
  own: 'EXISTS (SELECT 1 FROM orders mine WHERE mine.shipping_address_id = a.address_id AND mine.customer_id = ?)',
  access: access.Address,
};
