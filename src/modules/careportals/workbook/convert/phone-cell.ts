import type { OutCell } from '../../../../platform/xlsx/cell.ts';
import { phoneNumber } from '../../intake/careportals/clean.ts';
import type { RowReader } from './row-reader.ts';

/** E.164; sheets keep phones as numbers, without the plus and often without the country. */
export function readPhone(row: RowReader): string | null {
  const text = row.text('phone', 50);
  if (text === null) return null;
  const phone = phoneNumber(text);
  if (phone === null) row.note('phone-null', 'phone', null);
  else if (isOfTenDigits(text) && phone !== text) row.note('phone-country-added', 'phone', phone);
  return phone;
}

function isOfTenDigits(text: string): boolean {
  return !text.startsWith('+') && text.replaceAll(/\D/g, '').length === 10;
}

/** North American numbers as the sheet keeps them: eleven digits. Any other as it is. */
export function phoneCell(phone: string | null): OutCell {
  return phone !== null && /^\+1\d{10}$/.test(phone) ? { number: phone.slice(1) } : phone;
}
