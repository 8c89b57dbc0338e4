import type { Tx } from '../../tables.ts';
import type { ChangeResult } from '../change-subscription.ts';
import { carryOut } from './bulk-action.ts';
import type { TakenItem } from './take-bulk-item.ts';

/**
 * Does an item and marks it, in one transaction: whatever ends the process, it is either done and marked or untouched.
 * The item is locked first and then its subscription; nobody else locks items, so nobody goes the other way.
 */
export async function doBulkItem(tx: Tx, item: TakenItem): Promise<void> {
  const { subscriptionId, reason, comment, cause } = item;
  const request = { subscriptionId, ownedBy: null, reason, comment, expectedVersion: null };
  const result = await carryOut(tx, cause, item.asked, request);
  await tx
    .updateTable('bulk_items')
    .set({ ...marksOf(result), due_at: null, finished_at: cause.at })
    .where('item_id', '=', item.itemId)
    .execute();
}

function marksOf(result: ChangeResult) {
  if ('auditId' in result) return { status: 'succeeded', audit_id: result.auditId } as const;
  const { code, message } = result.refusal;
  return { status: 'refused', code, message } as const;
}
