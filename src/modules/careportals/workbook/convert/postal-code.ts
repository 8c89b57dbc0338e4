import type { RowReader } from './row-reader.ts';

const CANADA = new Set('AB BC MB NB NL NS NT NU ON PE QC SK YT'.split(' '));

/** A ZIP code with the leading zeros that a number has lost. */
export function readPostalCode(row: RowReader, province: string | null): string | null {
  const text = row.text('postal_code', 20);
  if (text === null || CANADA.has(province ?? '')) return text;
  const restored = withZeros(text);
  if (restored !== text) row.note('postal-zero-restored', 'postal_code', restored);
  return restored;
}

function withZeros(text: string): string {
  const parts = /^(\d{1,5})(-\d{4})?$/.exec(text);
  return parts ? `${parts[1]?.padStart(5, '0')}${parts[2] ?? ''}` : text;
}
