import { isRepeatOf } from '../../../platform/database/transaction.ts';
import type { Tx } from '../tables.ts';

/** What an order line or a subscription says of a product; null where it says nothing. Prices in cents. */
export interface ProductFacts {
  productId: string;
  label: string | null;
  drugName: string | null;
  listPrice: number | null;
  salePrice: number | null;
}

/** Facts of a product of which only the id was said. */
export function productWithId(productId: string): ProductFacts {
  return { productId, label: null, drugName: null, listPrice: null, salePrice: null };
}

/**
 * Makes sure that the product has a row, and fills its blanks. What stands there stays: people keep the catalogue.
 * A price of zero is a blank, because a prepaid refill names its product at 0.
 */
export async function ensureProduct(tx: Tx, facts: ProductFacts): Promise<void> {
  const known = await find(tx, facts.productId);
  if (known ? isEmpty(missingFrom(known, facts)) : await insert(tx, facts)) return;
  const changes = missingFrom(await find(tx, facts.productId, 'lock'), facts);
  if (isEmpty(changes)) return;
  await tx.updateTable('products').set(changes).where('product_id', '=', facts.productId).execute();
}

function find(tx: Tx, productId: string, lock?: 'lock') {
  const query = tx
    .selectFrom('products')
    .select(['label', 'drug_name', 'list_price', 'sale_price'])
    .where('product_id', '=', productId);
  return (lock ? query.forUpdate() : query).executeTakeFirst();
}

/** False if another delivery was first. */
async function insert(tx: Tx, facts: ProductFacts): Promise<boolean> {
  try {
    await tx
      .insertInto('products')
      .values({
        product_id: facts.productId,
        label: facts.label,
        drug_name: facts.drugName,
        list_price: facts.listPrice ?? 0,
        sale_price: facts.salePrice || null,
      })
      .execute();
    return true;
  } catch (error) {
    if (isRepeatOf(error, 'PRIMARY')) return false;
    throw error;
  }
}

type ProductRow = Awaited<ReturnType<typeof find>>;

function missingFrom(row: ProductRow, facts: ProductFacts) {
  return {
    ...(!row?.label && facts.label !== null && { label: facts.label }),
    ...(!row?.drug_name && facts.drugName !== null && { drug_name: facts.drugName }),
    ...(!row?.list_price && facts.listPrice && { list_price: facts.listPrice }),
    ...(!row?.sale_price && facts.salePrice && { sale_price: facts.salePrice }),
  };
}

function isEmpty(changes: object): boolean {
  return Object.keys(changes).length === 0;
}
