import { type Instant, toInstant } from '../../../../platform/database/instant.ts';

/** An object of Stripe's, as it was parsed; nothing in it is trusted to be there. */
export type StripeObject = Record<string, unknown>;

/** Largest value of MySQL's INT. */
const LARGEST_INT = 2_147_483_647;

/** Last second that DATETIME holds, in Unix seconds: the end of the year 9999. */
const LAST_SECOND = 253_402_300_799;

export function objectOf(value: unknown): StripeObject | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as StripeObject) : null;
}

/** An id of Stripe's, given as text or as the expanded object. Anything but printable ASCII without spaces is absent. */
export function idOf(value: unknown): string | null {
  const id = objectOf(value)?.id ?? value;
  return typeof id === 'string' && /^[\x21-\x7e]{1,255}$/.test(id) ? id : null;
}

/** Text that is not blank, trimmed. */
export function textOf(value: unknown): string | null {
  const text = typeof value === 'string' ? value.trim() : '';
  return text === '' ? null : text;
}

/** Whole cents, not negative. */
export function centsOf(value: unknown): number | null {
  return Number.isInteger(value) && (value as number) >= 0 && (value as number) <= LARGEST_INT
    ? (value as number)
    : null;
}

/** Unix seconds as an instant. */
export function instantOf(value: unknown): Instant | null {
  const seconds = Number.isInteger(value) ? (value as number) : 0;
  return seconds > 0 && seconds <= LAST_SECOND ? toInstant(new Date(seconds * 1_000)) : null;
}

/** Three letters, in capitals. */
export function currencyOf(value: unknown): string | null {
  return typeof value === 'string' && /^[A-Za-z]{3}$/.test(value) ? value.toUpperCase() : null;
}
