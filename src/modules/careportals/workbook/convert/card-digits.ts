import { plainNumber } from './numbers.ts';
import type { RowReader } from './row-reader.ts';

/** The last four digits of a card with the zeros that a number has lost: 242.0 is 0242. */
export function readCardDigits(row: RowReader): string | null {
  const digits = row.optional('card_last4', upToFour);
  const padded = digits?.padStart(4, '0') ?? null;
  if (padded !== digits) row.note('card-padded', 'card_last4', padded);
  return padded;
}

function upToFour(text: string): string | null {
  const digits = /^\d{4}$/.test(text) ? text : plainNumber(text);
  return /^\d{1,4}$/.test(digits) ? digits : null;
}
