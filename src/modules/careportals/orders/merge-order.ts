import type { Instant } from '../../../platform/database/instant.ts';
import { guessPharmacy, isGuessedPharmacy } from './assign-pharmacy.ts';

/** An order's columns that a sender may tell again and again. Amounts in cents; null is "not told". */
export interface OrderColumns {
  customer_id: string | null;
  product_id: string | null;
  coupon_code: string | null;
  source: string | null;
  total_amount: number | null;
  discount_amount: number | null;
  base_amount: number | null;
  credit_used_amount: number | null;
  discount_reduction_amount: number | null;
  discount_reduction_type: string | null;
  pharmacy_assigned: string | null;
  shipping_address_id: string | null;
  ship_to_address1: string | null;
  ship_to_address2: string | null;
  ship_to_city: string | null;
  ship_to_province_code: string | null;
  ship_to_postal_code: string | null;
  ship_to_country_code: string | null;
  shipped_at: Instant | null;
  tracking_code: string | null;
  tracking_link: string | null;
}

/** What the NOT NULL columns hold while nothing was told. */
export const UNTOLD = {
  source: 'unknown',
  total_amount: 0,
  discount_amount: 0,
  base_amount: 0,
  credit_used_amount: 0,
  discount_reduction_amount: 0,
} as const;

export const NOTHING_TOLD: OrderColumns = {
  customer_id: null,
  product_id: null,
  coupon_code: null,
  source: null,
  total_amount: null,
  discount_amount: null,
  base_amount: null,
  credit_used_amount: null,
  discount_reduction_amount: null,
  discount_reduction_type: null,
  pharmacy_assigned: null,
  shipping_address_id: null,
  ship_to_address1: null,
  ship_to_address2: null,
  ship_to_city: null,
  ship_to_province_code: null,
  ship_to_postal_code: null,
  ship_to_country_code: null,
  shipped_at: null,
  tracking_code: null,
  tracking_link: null,
};

/** How what is told now stands to what is known: its clock is later, the same, or earlier. */
export type Recency = 'newer' | 'same' | 'older';

/** Columns that only mean something together, so that they change together. */
const REDUCTION = ['discount_reduction_amount', 'discount_reduction_type'] as const;
const STREET = ['ship_to_address1', 'ship_to_city', 'ship_to_postal_code'] as const;
const SHIP_TO = [
  ...STREET,
  'ship_to_address2',
  'ship_to_province_code',
  'ship_to_country_code',
  'shipping_address_id',
] as const;
const AMOUNTS = ['total_amount', 'discount_amount', 'base_amount', 'credit_used_amount'] as const;
const SINGLE = [
  ...AMOUNTS,
  'customer_id',
  'product_id',
  'coupon_code',
  'source',
  'shipped_at',
  'tracking_code',
  'tracking_link',
] as const;

/**
 * What the order is, given what was known and what is told. Newer replaces older, nothing replaces something never,
 * and at the same time the greater value stands, so that arrival decides nothing. The row has one clock for all its
 * columns, so one case is left open: two old tellings of a column of which the newest, already here, says nothing.
 */
export function mergeOrder(known: OrderColumns, told: OrderColumns, recency: Recency): OrderColumns {
  const merged = { ...known };
  for (const column of SINGLE) merge(merged, told, recency, [column]);
  merge(merged, told, recency, REDUCTION);
  mergeShipTo(merged, told, recency);
  return {
    ...merged,
    pharmacy_assigned: pharmacyOf(known, told, recency) ?? guessPharmacy(merged.ship_to_province_code),
  };
}

function merge(into: OrderColumns, told: OrderColumns, recency: Recency, group: readonly (keyof OrderColumns)[]): void {
  if (group.every((column) => told[column] === null)) return;
  if (group.some((column) => into[column] !== null) && !wins(into, told, recency, group)) return;
  Object.assign(into, Object.fromEntries(group.map((column) => [column, told[column]])));
}

function wins(
  known: OrderColumns,
  told: OrderColumns,
  recency: Recency,
  group: readonly (keyof OrderColumns)[],
): boolean {
  if (recency !== 'same') return recency === 'newer';
  for (const column of group) {
    const [now, then] = [told[column] ?? '', known[column] ?? ''];
    if (now !== then) return now > then;
  }
  return false;
}

/** A whole address replaces all of the other; a province alone (a shortcut in some bodies) only stands in for one. */
function mergeShipTo(merged: OrderColumns, told: OrderColumns, recency: Recency): void {
  const isWhole = (columns: OrderColumns) => STREET.some((column) => columns[column] !== null);
  if (isWhole(told)) merge(merged, told, isWhole(merged) ? recency : 'newer', SHIP_TO);
  else if (!isWhole(merged)) merge(merged, told, recency, ['ship_to_province_code']);
}

function pharmacyOf(known: OrderColumns, told: OrderColumns, recency: Recency): string | null {
  const named = isGuessedPharmacy(known.pharmacy_assigned, known.ship_to_province_code)
    ? null
    : known.pharmacy_assigned;
  const column = { ...known, pharmacy_assigned: named };
  merge(column, told, recency, ['pharmacy_assigned']);
  return column.pharmacy_assigned;
}
