import { addressId } from '../../customers/address-id.ts';
import type { AddressLine } from '../lines.ts';
import { id32 } from './ids.ts';
import { readPostalCode } from './postal-code.ts';
import type { RowReader } from './row-reader.ts';

/** The id of an address with nothing in it: MD5 of no text. */
export const EMPTY_ADDRESS_ID = 'd41d8cd98f00b204e9800998ecf8427e';

/** @throws RowRejected */
export function readAddress(row: RowReader): AddressLine {
  const address_id = row.key('address_id', id32);
  if (address_id === EMPTY_ADDRESS_ID) row.reject('address-empty', 'address_id');
  const province_code = row.optional('province_code', twoLetters);
  const country_code = row.optional('country_code', twoLetters);
  const line = {
    address_id,
    address1: row.text('address1', 255),
    address2: row.text('address2', 255),
    city: row.text('city', 100),
    province_code,
    postal_code: readPostalCode(row, province_code, country_code),
    country_code,
  };
  const fitting = fittingId(line);
  if (fitting !== address_id) row.note('address-other-recipe', 'address_id', fitting);
  return line;
}

/** What the id would be by the recipe that the webhooks follow. */
function fittingId({ address1, city, province_code, postal_code }: AddressLine): string | null {
  return addressId({ address1, city, provinceCode: province_code, postalCode: postal_code });
}

/** A longer name is dropped, not cut: the first letters of New York are Nebraska's. */
function twoLetters(text: string): string | null {
  const code = text.toUpperCase();
  return code.length <= 2 ? code : null;
}
