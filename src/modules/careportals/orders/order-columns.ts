import type { Selectable } from 'kysely';
import type { Instant } from '../../../platform/database/instant.ts';
import type { Tables } from '../tables.ts';
import { type Groups, isBlank, type Told, type ToldAt } from '../told-at.ts';
import { guessPharmacy } from './assign-pharmacy.ts';

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
  /** As it was named, never a guess. */
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

export type ToldOrder = Told<OrderColumns>;

/** Columns that only mean something together, and so change together. */
export const ORDER_GROUPS = {
  customer: ['customer_id'],
  product: ['product_id'],
  coupon: ['coupon_code'],
  source: ['source'],
  total: ['total_amount'],
  discount: ['discount_amount'],
  base: ['base_amount'],
  credit: ['credit_used_amount'],
  reduction: ['discount_reduction_amount', 'discount_reduction_type'],
  pharmacy: ['pharmacy_assigned'],
  shippedAt: ['shipped_at'],
  trackingCode: ['tracking_code'],
  trackingLink: ['tracking_link'],
} as const satisfies Record<string, readonly (keyof OrderColumns)[]>;

const AMOUNTS = ['total_amount', 'discount_amount', 'base_amount', 'credit_used_amount'] as const;

/** Any of these makes an address. */
const STREET = ['ship_to_address1', 'ship_to_city', 'ship_to_postal_code'] as const;

/** A whole address. */
export const SHIP_TO = {
  shipTo: [...STREET, 'ship_to_address2', 'ship_to_province_code', 'ship_to_country_code', 'shipping_address_id'],
} as const satisfies Record<string, readonly (keyof OrderColumns)[]>;

/** A province alone, which some bodies send as a shortcut. */
export const PROVINCE = { province: ['ship_to_province_code'] } as const;

export function hasStreet(columns: Pick<OrderColumns, (typeof STREET)[number]>): boolean {
  return STREET.some((column) => columns[column] !== null);
}

const NAMES = [...Object.values(ORDER_GROUPS).flat(), ...SHIP_TO.shipTo];

export const NOTHING_TOLD = Object.fromEntries(NAMES.map((name) => [name, null])) as unknown as OrderColumns;

/** What the NOT NULL columns hold while nothing was told. */
const UNTOLD = {
  source: 'unknown',
  total_amount: 0,
  discount_amount: 0,
  base_amount: 0,
  credit_used_amount: 0,
  discount_reduction_amount: 0,
} as const;

/** The columns as the table keeps them. */
export type StoredColumns = Omit<OrderColumns, keyof typeof UNTOLD> & {
  [Name in keyof typeof UNTOLD]: NonNullable<OrderColumns[Name]>;
};

/** What the table is to keep. A pharmacy that nobody named is guessed by the province. */
export function storedColumns(columns: OrderColumns): StoredColumns {
  return {
    ...columns,
    source: columns.source ?? UNTOLD.source,
    total_amount: columns.total_amount ?? UNTOLD.total_amount,
    discount_amount: columns.discount_amount ?? UNTOLD.discount_amount,
    base_amount: columns.base_amount ?? UNTOLD.base_amount,
    credit_used_amount: columns.credit_used_amount ?? UNTOLD.credit_used_amount,
    discount_reduction_amount: columns.discount_reduction_amount ?? UNTOLD.discount_reduction_amount,
    pharmacy_assigned: columns.pharmacy_assigned ?? guessPharmacy(columns.ship_to_province_code),
  };
}

export function storedOfRow(row: Selectable<Tables['orders']>): StoredColumns {
  return Object.fromEntries(NAMES.map((name) => [name, row[name]])) as unknown as StoredColumns;
}

/** What was told of a row. One that was imported counts as told at once, by the newest time that is known of it. */
export function toldOfRow(row: Selectable<Tables['orders']>): ToldOrder {
  const columns = storedOfRow(row);
  const at = row.told_at as ToldAt | null;
  return at === null
    ? imported(columns, row.source_updated_at ?? row.created_at)
    : { columns: without(columns, at), at };
}

/** Stand-ins and guesses were not told. */
function without(columns: OrderColumns, at: ToldAt): OrderColumns {
  const untold = Object.entries(ORDER_GROUPS).filter(([name]) => at[name] === undefined);
  return { ...columns, ...Object.fromEntries(untold.flatMap(([, group]) => group.map((name) => [name, null]))) };
}

function imported(row: StoredColumns, at: Instant): ToldOrder {
  const columns: OrderColumns = { ...row, ...standIns(row) };
  const groups: Groups<OrderColumns> = { ...ORDER_GROUPS, ...(hasStreet(columns) ? SHIP_TO : PROVINCE) };
  const told = Object.entries(groups).filter(([, group]) => !isBlank(columns, group));
  return { columns, at: Object.fromEntries(told.map(([name]) => [name, at])) };
}

/** Columns that only hold what stands for "not told". */
function standIns(row: StoredColumns): Partial<OrderColumns> {
  const hasReduction = row.discount_reduction_type !== null || row.discount_reduction_amount !== 0;
  // What looks like a guess gives way to a name, however old.
  const isGuess = row.pharmacy_assigned === guessPharmacy(row.ship_to_province_code);
  // Four zeros are what an order has of which no amount was told; an order that is free usually has a base.
  const hasAmount = AMOUNTS.some((name) => row[name] !== 0);
  return {
    ...(row.source === UNTOLD.source && { source: null }),
    ...(!hasReduction && { discount_reduction_amount: null }),
    ...(isGuess && { pharmacy_assigned: null }),
    ...(!hasAmount && Object.fromEntries(AMOUNTS.map((name) => [name, null]))),
  };
}
