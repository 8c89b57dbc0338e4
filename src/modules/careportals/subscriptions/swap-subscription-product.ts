import type { Cause } from '../../../platform/cause.ts';
import { fits } from '../../../platform/read/value.ts';
import { type Refusal, refusal, UserErrorCode } from '../../../platform/refusal.ts';
import type { Tx } from '../tables.ts';
import { type Change, type ChangeRequest, type ChangeResult, changeSubscription } from './change-subscription.ts';

export interface SwapRequest extends ChangeRequest {
  /** The product it shall be for from the next cycle on. */
  productId: string;
}

/** Puts another product in place of the present one. The next date stays; later ones follow the new product's cycle. */
export function swapSubscriptionProduct(tx: Tx, cause: Cause, request: SwapRequest): Promise<ChangeResult> {
  const { productId } = request;
  return changeSubscription(tx, cause, 'swap_product', request, async (before): Promise<Change | Refusal> => {
    if (!fits('id', productId)) return unknown();
    if (before.productId === productId) return refused(UserErrorCode.VALIDATION, 'It is for this product already.');
    const product = await tx
      .selectFrom('products')
      .select('active')
      .where('product_id', '=', productId)
      // Against a swap to a product that is being withdrawn at this moment.
      .forShare()
      .executeTakeFirst();
    if (!product) return unknown();
    return product.active === 1 ? { productId } : refused(UserErrorCode.PRODUCT_INACTIVE, 'The product is not sold.');
  });
}

function unknown(): Refusal {
  return refused(UserErrorCode.NOT_FOUND, 'There is no such product.');
}

function refused(code: UserErrorCode, message: string): Refusal {
  return refusal(code, message, 'input', 'productId');
}
