import type { Cause } from '../../../platform/cause.ts';
import { fits } from '../../../platform/read/value.ts';
import { type Refusal, refusal, UserErrorCode } from '../../../platform/refusal.ts';
import type { Tx } from '../tables.ts';
import { type Change, type ChangeRequest, type ChangeResult, changeSubscription } from './change-subscription.ts';
import type { SubscriptionRow } from './lock-subscription.ts';

export interface SwapRequest extends ChangeRequest {
  /** The product it shall be for from the next cycle on. */
  productId: string;
}

/** Puts another product in place of the present one. The next date stays; later ones follow the new product's cycle. */
export function swapSubscriptionProduct(tx: Tx, cause: Cause, request: SwapRequest): Promise<ChangeResult> {
  const { productId } = request;
  return changeSubscription(tx, cause, 'swap_product', request, async (before): Promise<Change | Refusal> => {
    return whyNotAnother(before, productId) ?? (await whyNotSold(tx, productId)) ?? { productId };
  });
}

export function whyNotAnother(before: Pick<SubscriptionRow, 'productId'>, productId: string): Refusal | null {
  return before.productId === productId ? refused(UserErrorCode.VALIDATION, 'It is for this product already.') : null;
}

/** Null if there is such a product and it is sold; it stays so until the transaction ends. */
export async function whyNotSold(tx: Tx, productId: string): Promise<Refusal | null> {
  if (!fits('id', productId)) return unknown();
  const product = await tx
    .selectFrom('products')
    .select('active')
    .where('product_id', '=', productId)
    // Against a swap to a product that is being withdrawn at this moment.
    .forShare()
    .executeTakeFirst();
  if (!product) return unknown();
  return product.active === 1 ? null : refused(UserErrorCode.PRODUCT_INACTIVE, 'The product is not sold.');
}

function unknown(): Refusal {
  return refused(UserErrorCode.NOT_FOUND, 'There is no such product.');
}

function refused(code: UserErrorCode, message: string): Refusal {
  return refusal(code, message, 'input', 'productId');
}
