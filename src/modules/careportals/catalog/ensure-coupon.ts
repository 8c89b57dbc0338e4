import { isRepeatOf } from '../../../platform/database/transaction.ts';
import type { Tx } from '../tables.ts';

/** What an order says of its coupon. */
export interface CouponFacts {
  /** At most 50 characters. */
  couponCode: string;
  /** A whole percentage when the type is `percent`, else cents; null where the order does not say. */
  reductionAmount: number | null;
  reductionType: string | null;
}

/** Makes sure that the coupon has a row. The reduction of the first order that tells one is taken for the coupon's. */
export async function ensureCoupon(tx: Tx, facts: CouponFacts): Promise<void> {
  const known = await find(tx, facts.couponCode);
  if (known === undefined && (await insert(tx, facts))) return;
  if (facts.reductionAmount === null || known?.reduction_type || known?.reduction_amount) return;
  await tx
    .updateTable('coupons')
    .set(reductionOf(facts))
    .where('coupon_code', '=', facts.couponCode)
    .where('reduction_amount', '=', 0)
    .where('reduction_type', 'is', null)
    .execute();
}

function find(tx: Tx, couponCode: string) {
  return tx
    .selectFrom('coupons')
    .select(['reduction_amount', 'reduction_type'])
    .where('coupon_code', '=', couponCode)
    .executeTakeFirst();
}

/** False if another delivery was first. */
async function insert(tx: Tx, facts: CouponFacts): Promise<boolean> {
  try {
    await tx
      .insertInto('coupons')
      .values({ coupon_code: facts.couponCode, ...reductionOf(facts) })
      .execute();
    return true;
  } catch (error) {
    if (isRepeatOf(error, 'PRIMARY')) return false;
    throw error;
  }
}

function reductionOf({ reductionAmount, reductionType }: CouponFacts) {
  return {
    reduction_amount: reductionAmount ?? 0,
    reduction_type: reductionAmount === null ? null : reductionType,
    description: description(reductionAmount, reductionType),
  };
}

/** As the old sheet worded it: `50% off`, `$25.00 off`. */
function description(amount: number | null, type: string | null): string {
  if (!amount) return '';
  return type === 'percent' ? `${amount}% off` : `$${(amount / 100).toFixed(2)} off`;
}
