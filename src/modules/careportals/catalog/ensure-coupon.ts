import { sql } from 'kysely';
import type { Instant } from '../../../platform/database/instant.ts';
import { isRepeatOf } from '../../../platform/database/transaction.ts';
import type { Tx } from '../tables.ts';
import { type Told, withTold } from '../told-at.ts';
import { recall, remember } from './first-told.ts';

/** What an order says of its coupon. */
export interface CouponFacts {
  /** At most 50 characters. */
  couponCode: string;
  /** A whole percentage when the type is `percent`, else cents; null where the order does not say. */
  reductionAmount: number | null;
  reductionType: string | null;
}

type CouponColumns = Omit<CouponFacts, 'couponCode'>;
type ToldCoupon = Told<CouponColumns>;

const GROUPS = { reduction: ['reductionAmount', 'reductionType'] } as const;

/**
 * Makes sure that the coupon has a row. The reduction of the earliest order that told one is taken for the coupon's, in
 * whatever order they arrive; what people or an import wrote stays.
 * @param toldAt the sender's clock.
 * @returns whether a row was made or changed.
 */
export async function ensureCoupon(tx: Tx, facts: CouponFacts, toldAt: Instant): Promise<boolean> {
  const known = await find(tx, facts.couponCode);
  if (known && !isNews(known, facts, toldAt)) return false;
  if (!known && (await insert(tx, facts, toldAt))) return true;
  const locked = await find(tx, facts.couponCode, 'lock');
  if (!locked || !isNews(locked, facts, toldAt)) return false;
  const { description, ...columns } = columnsOf(tell(locked, facts, toldAt));
  // A text that people wrote stays as well.
  const ours = sql<string>`IF(description = ${descriptionOf(locked.columns)}, ${description}, description)`;
  await tx
    .updateTable('coupons')
    .set({ ...columns, description: ours, imported_at: null })
    .where('coupon_code', '=', facts.couponCode)
    .execute();
  return true;
}

/** A type without an amount is no reduction. */
function tell(known: ToldCoupon, { reductionAmount, reductionType }: CouponFacts, toldAt: Instant): ToldCoupon {
  const isTheirs = known.columns.reductionAmount !== null && known.at.reduction === undefined;
  if (isTheirs || reductionAmount === null) return known;
  return withTold(known, { reductionAmount, reductionType }, toldAt, GROUPS, 'earliest');
}

function isNews(known: ToldCoupon, facts: CouponFacts, toldAt: Instant): boolean {
  return JSON.stringify(tell(known, facts, toldAt)) !== JSON.stringify(known);
}

async function find(tx: Tx, couponCode: string, lock?: 'lock'): Promise<ToldCoupon | undefined> {
  const query = tx
    .selectFrom('coupons')
    .select(['reduction_amount', 'reduction_type', 'told_at'])
    .where('coupon_code', '=', couponCode);
  const row = await (lock ? query.forUpdate() : query).executeTakeFirst();
  if (!row) return undefined;
  const { reduction_amount, reduction_type, told_at } = row;
  const known = recall({ reductionAmount: reduction_amount, reductionType: reduction_type }, told_at, GROUPS);
  const isBlank = known.at.reduction === undefined && reduction_amount === 0 && !reduction_type;
  return isBlank ? { ...known, columns: NOTHING } : known;
}

const NOTHING: CouponColumns = { reductionAmount: null, reductionType: null };

/** False if another delivery was first. */
async function insert(tx: Tx, facts: CouponFacts, toldAt: Instant): Promise<boolean> {
  const told = tell({ columns: NOTHING, at: {} }, facts, toldAt);
  try {
    await tx
      .insertInto('coupons')
      .values({ coupon_code: facts.couponCode, ...columnsOf(told) })
      .execute();
    return true;
  } catch (error) {
    if (isRepeatOf(error, 'PRIMARY')) return false;
    throw error;
  }
}

function columnsOf(told: ToldCoupon) {
  const { reductionAmount, reductionType } = told.columns;
  return {
    reduction_amount: reductionAmount ?? 0,
    reduction_type: reductionType,
    description: descriptionOf(told.columns),
    told_at: remember(told, GROUPS),
  };
}

/** As the old sheet worded it: `50% off`, `$25.00 off`. */
function descriptionOf({ reductionAmount, reductionType }: CouponColumns): string {
  if (!reductionAmount) return '';
  return reductionType === 'percent' ? `${reductionAmount}% off` : `$${(reductionAmount / 100).toFixed(2)} off`;
}
