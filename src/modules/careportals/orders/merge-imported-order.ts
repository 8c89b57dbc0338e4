import type { Instant } from '../../../platform/database/instant.ts';
import type { Tx } from '../tables.ts';
import { BEFORE_ALL, isBlank } from '../told-at.ts';
import { type KnownOrder, lockOrder } from './lock-order.ts';
import { mergeOrder } from './merge-order.ts';
import { ORDER_GROUPS, type OrderColumns, storedColumns } from './order-columns.ts';
import { changesBetween } from './record-order.ts';

/** What the workbook says of an order; null where it says nothing. */
export interface ImportedOrder {
  said: OrderColumns;
  createdAt: Instant;
}

/**
 * The order with its blanks filled by what the workbook says, as if that had been told before all else: whatever a
 * delivery told stands, and whatever one tells later replaces it.
 */
export function withImported(known: KnownOrder, { said, createdAt }: ImportedOrder): KnownOrder {
  const { columns, at } = mergeOrder(known.told, onlyBlanks(known, said), BEFORE_ALL);
  const told = {
    columns: { ...columns, shipping_address_id: columns.shipping_address_id ?? said.shipping_address_id },
    at,
  };
  // The sheet knows no milliseconds: within the second the order's own time is the better one.
  const isEarlier = createdAt.slice(0, 19) < known.createdAt.slice(0, 19);
  return {
    ...known,
    told,
    stored: storedColumns(told.columns),
    isStub: false,
    createdAt: isEarlier ? createdAt : known.createdAt,
  };
}

/** Of what was imported before, the greater value would stand otherwise. */
function onlyBlanks({ told }: KnownOrder, said: OrderColumns): OrderColumns {
  const taken = Object.values(ORDER_GROUPS).filter((group) => !isBlank(told.columns, group));
  return { ...said, ...Object.fromEntries(taken.flatMap((group) => group.map((column) => [column, null]))) };
}

/** What would be written; null if nothing. */
export function changesOfImport(known: KnownOrder, imported: ImportedOrder): object | null {
  return changesBetween(known, withImported(known, imported));
}

/** Fills the blanks of an order that somebody else wrote, and lets it be a stub no longer. */
export async function mergeImportedOrder(tx: Tx, orderId: string, imported: ImportedOrder): Promise<KnownOrder> {
  const known = await lockOrder(tx, orderId);
  const order = withImported(known, imported);
  const changes = changesBetween(known, order);
  if (changes !== null) await tx.updateTable('orders').set(changes).where('order_id', '=', orderId).execute();
  return order;
}
