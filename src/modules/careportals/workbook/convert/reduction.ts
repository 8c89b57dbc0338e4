import type { OutCell } from '../../../../platform/xlsx/cell.ts';
import { wholePercent } from '../../intake/careportals/money.ts';
import { dollarsCell, dollarsOf } from './dollars-of.ts';
import { wholeCell } from './numbers.ts';
import { lowerWord, type RowReader } from './row-reader.ts';

/** Written where nothing tells dollars from percent; the amount is the plain number then. */
export const UNKNOWN_TYPE = 'unknown';
const TYPE_LENGTH = 20;
/** A dollar, in cents. */
const CLOSE = 100;

/** The type as the sheet names it; null where it names none. */
function namedType(row: RowReader, header: string): string | null {
  const word = row.text(header, TYPE_LENGTH, lowerWord) ?? UNKNOWN_TYPE;
  if (word === UNKNOWN_TYPE) return null;
  if (/^(percent|percentage|%)$/.test(word)) return 'percent';
  return /^(dollars?|fixed|amount)$/.test(word) ? 'dollar' : word;
}

/**
 * What a coupon takes off. Half of the coupons have no type, but a generated text that may tell it: `50% off`.
 * @throws RowRejected
 */
export function readCouponReduction(row: RowReader, description: string) {
  const named = namedType(row, 'reduction_type');
  const isPercent = named === null && /%\s*off$/i.test(description);
  const type = named ?? (isPercent ? 'percent' : UNKNOWN_TYPE);
  const reduction_amount = row.needed('reduction_amount', (text) => amountOf(text, type));
  // Nothing has no kind: the stand-in of a coupon that is only named comes back as it was written.
  if (type === UNKNOWN_TYPE && reduction_amount === 0) return { reduction_amount, reduction_type: null };
  if (named === null) row.note(isPercent ? 'coupon-type-inferred' : 'coupon-type-unknown', 'reduction_type', type);
  return { reduction_amount, reduction_type: type };
}

/** Whole percent, the plain number, or cents. */
function amountOf(text: string, type: string | null): number | null {
  return type === 'percent' || type === UNKNOWN_TYPE ? wholePercent(text) : dollarsOf(text);
}

export interface Reduction {
  discount_reduction_amount: number;
  discount_reduction_type: string | null;
}

/** What an order's discount was by. The sheet has the number without its kind; the amounts beside it may tell. */
export function readReduction(row: RowReader, baseAmount: number, discountAmount: number): Reduction {
  const named = namedType(row, 'discount_reduction_type');
  const read = row.optional('discount_reduction_amount', bothReadings);
  if (read === null) return { discount_reduction_amount: 0, discount_reduction_type: null };
  if (named !== null) return { discount_reduction_amount: of(read, named), discount_reduction_type: named };
  if (read.cents === 0) return { discount_reduction_amount: 0, discount_reduction_type: null };
  const type = impliedType(read, baseAmount, discountAmount);
  const rule = type === UNKNOWN_TYPE ? 'reduction-type-unknown' : 'reduction-type-inferred';
  const amount = of(read, type);
  // Less than one of an unknown kind is nothing, and nothing has no kind.
  const stored = amount === 0 && type === UNKNOWN_TYPE ? null : type;
  row.note(rule, 'discount_reduction_type', stored);
  return { discount_reduction_amount: amount, discount_reduction_type: stored };
}

type Readings = { cents: number; whole: number };

function bothReadings(text: string): Readings | null {
  const [cents, whole] = [amountOf(text, 'dollar'), amountOf(text, 'percent')];
  return cents === null || whole === null ? null : { cents, whole };
}

function of({ cents, whole }: Readings, type: string): number {
  return type === 'percent' || type === UNKNOWN_TYPE ? whole : cents;
}

/** A number that fits nothing is stored as a whole one, so that is tried as well. */
function impliedType({ cents, whole }: Readings, base: number, discount: number): string {
  const type = typeFitting(cents, base, discount);
  return type === UNKNOWN_TYPE ? typeFitting(whole * 100, base, discount) : type;
}

/** The one reading that comes within a dollar of the discount; where both or neither do, nobody knows. */
function typeFitting(amount: number, base: number, discount: number): string {
  const asPercent = Math.abs(discount * 10_000 - base * amount) <= CLOSE * 10_000;
  const asDollars = Math.abs(discount - amount) <= CLOSE;
  if (asPercent === asDollars) return UNKNOWN_TYPE;
  return asPercent ? 'percent' : 'dollar';
}

export function reductionCell(amount: number, type: string | null): OutCell {
  return type === 'percent' || type === UNKNOWN_TYPE ? wholeCell(amount) : dollarsCell(amount);
}

/** What the sheet never knew stays blank. */
export function typeCell(type: string | null): OutCell {
  return type === UNKNOWN_TYPE ? null : type;
}
