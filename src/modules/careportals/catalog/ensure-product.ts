import type { Instant } from '../../../platform/database/instant.ts';
import { isRepeatOf } from '../../../platform/database/transaction.ts';
import type { Tx } from '../tables.ts';
import { type Told, withTold } from '../told-at.ts';
import { recall, remember } from './first-told.ts';

/** What an order line or a subscription says of a product; null where it says nothing. Prices in cents. */
export interface ProductFacts {
  productId: string;
  label: string | null;
  drugName: string | null;
  listPrice: number | null;
  salePrice: number | null;
}

type ProductColumns = Omit<ProductFacts, 'productId'>;
type ToldProduct = Told<ProductColumns>;

const NOTHING: ProductColumns = { label: null, drugName: null, listPrice: null, salePrice: null };

const GROUPS = {
  label: ['label'],
  drugName: ['drugName'],
  listPrice: ['listPrice'],
  salePrice: ['salePrice'],
} as const satisfies Record<string, readonly (keyof ProductColumns)[]>;

/** Facts of a product of which only the id was said. */
export function productWithId(productId: string): ProductFacts {
  return { productId, ...NOTHING };
}

/**
 * Makes sure that the product has a row, and fills its blanks. The first one who told a field is believed, in whatever
 * order tellings arrive; what people or an import wrote stays, because they keep the catalogue. A price of zero is a
 * blank, because a prepaid refill names its product at 0.
 * @param toldAt the sender's clock.
 * @returns whether a row was made or changed.
 */
export async function ensureProduct(tx: Tx, facts: ProductFacts, toldAt: Instant): Promise<boolean> {
  const said = withoutBlanks(facts);
  const known = await find(tx, facts.productId);
  if (known && !isNews(known, said, toldAt)) return false;
  if (!known && (await insert(tx, facts.productId, said, toldAt))) return true;
  const locked = await find(tx, facts.productId, 'lock');
  if (!locked || !isNews(locked, said, toldAt)) return false;
  const told = tell(locked, said, toldAt);
  const columns = { ...columnsOf(told), imported_at: null };
  await tx.updateTable('products').set(columns).where('product_id', '=', facts.productId).execute();
  return true;
}

function withoutBlanks({ label, drugName, listPrice, salePrice }: ProductColumns): ProductColumns {
  return {
    label: label || null,
    drugName: drugName || null,
    listPrice: listPrice || null,
    salePrice: salePrice || null,
  };
}

function tell(known: ToldProduct, said: ProductColumns, toldAt: Instant): ToldProduct {
  return withTold(known, withoutTheirs(known, said), toldAt, GROUPS, 'earliest');
}

/** Nobody who tells replaces what was not told but written. */
function withoutTheirs(known: ToldProduct, said: ProductColumns): ProductColumns {
  const names = Object.keys(GROUPS) as (keyof ProductColumns)[];
  const theirs = names.filter((name) => known.columns[name] !== null && known.at[name] === undefined);
  return { ...said, ...Object.fromEntries(theirs.map((name) => [name, null])) };
}

function isNews(known: ToldProduct, said: ProductColumns, toldAt: Instant): boolean {
  return JSON.stringify(tell(known, said, toldAt)) !== JSON.stringify(known);
}

async function find(tx: Tx, productId: string, lock?: 'lock'): Promise<ToldProduct | undefined> {
  const query = tx
    .selectFrom('products')
    .select(['label', 'drug_name as drugName', 'list_price as listPrice', 'sale_price as salePrice', 'told_at'])
    .where('product_id', '=', productId);
  const row = await (lock ? query.forUpdate() : query).executeTakeFirst();
  return row && recall(withoutBlanks(row), row.told_at, GROUPS);
}

/** False if another delivery was first. */
async function insert(tx: Tx, productId: string, said: ProductColumns, toldAt: Instant): Promise<boolean> {
  const told = tell({ columns: NOTHING, at: {} }, said, toldAt);
  try {
    await tx
      .insertInto('products')
      .values({ product_id: productId, ...columnsOf(told) })
      .execute();
    return true;
  } catch (error) {
    if (isRepeatOf(error, 'PRIMARY')) return false;
    throw error;
  }
}

function columnsOf(told: ToldProduct) {
  const { columns } = told;
  return {
    label: columns.label,
    drug_name: columns.drugName,
    list_price: columns.listPrice ?? 0,
    sale_price: columns.salePrice,
    told_at: remember(told, GROUPS),
  };
}
