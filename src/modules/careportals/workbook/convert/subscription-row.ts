import type { SubscriptionLine } from '../lines.ts';
import { id24 } from './ids.ts';
import { wholeOf } from './numbers.ts';
import type { RowReader } from './row-reader.ts';

/** @throws RowRejected */
export function readSubscription(row: RowReader, state: SubscriptionLine['state']): SubscriptionLine {
  return {
    subscription_id: row.key('SubscriptionID', id24),
    state,
    emr_customer_id: row.optional('CustomerID', id24),
    product_id: row.optional('ProductID', id24),
    cycle: readCycle(row),
    status: readStatus(row, state),
    created_at: row.time('Datetime Created'),
    updated_at: row.optionalTime('Last Updated'),
  };
}

/** Cycles count from one. */
function readCycle(row: RowReader): number {
  const isBlank = row.isBlank('Cycle');
  const cycle = row.optional('Cycle', wholeOf);
  if (!isBlank && cycle === null) return 1;
  if (cycle !== null && cycle >= 1) return cycle;
  row.note('cycle-blank', 'Cycle', '1');
  return 1;
}

/** The sheet that a subscription stands in is believed, not what the row says; only `ended` has no sheet of its own. */
function readStatus(row: RowReader, state: SubscriptionLine['state']): string {
  const said = (row.raw('Status') ?? '')
    .trim()
    .toLowerCase()
    .replace(/^canceled$/, 'cancelled');
  if (state === 'cancelled' && said === 'ended') return said;
  if (said !== state) row.note('status-from-sheet', 'Status', state);
  return state;
}
