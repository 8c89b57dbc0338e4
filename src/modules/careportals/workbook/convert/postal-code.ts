import type { RowReader } from './row-reader.ts';

const OF_THE_US = new Set(
  (
    'AL AK AZ AR CA CO CT DE DC FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ NM NY NC ND OH OK ' +
    'OR PA RI SC SD TN TX UT VT VA WA WV WI WY AS GU MP PR VI AA AE AP'
  ).split(' '),
);

/** A ZIP code with the leading zeros that a number has lost. Other countries have codes of three or four digits. */
export function readPostalCode(row: RowReader, province: string | null, country: string | null): string | null {
  const text = row.text('postal_code', 20, notZero);
  if (text === null || !isOfTheUs(province, country)) return text;
  const restored = withZeros(text);
  if (restored !== text) row.note('postal-zero-restored', 'postal_code', restored);
  return restored;
}

/** Most rows of the sheet name no country; then the state tells. */
function isOfTheUs(province: string | null, country: string | null): boolean {
  return country === null ? OF_THE_US.has(province ?? '') : country === 'US';
}

/** Zero is what a sheet shows for nothing, and no place's code. */
function notZero(text: string): string | null {
  return /^0+$/.test(text) ? null : text;
}

/** No ZIP code begins with more than two zeros. */
function withZeros(text: string): string {
  const parts = /^(\d{3,5})(-\d{4})?$/.exec(text);
  return parts ? `${parts[1]?.padStart(5, '0')}${parts[2] ?? ''}` : text;
}
