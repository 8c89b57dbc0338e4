import { timeCell } from '../convert/eastern-time.ts';
import { wholeCell } from '../convert/numbers.ts';
import { readSubscription } from '../convert/subscription-row.ts';
import type { SubscriptionLine } from '../lines.ts';
import type { Sheet } from '../sheet.ts';
import { joined, needed } from './column.ts';

export const activeSheet = sheetOf('active');
export const pausedSheet = sheetOf('paused');
export const cancelledSheet = sheetOf('cancelled');

/** One of the three sheets. An id stands in one of them only. */
function sheetOf(state: SubscriptionLine['state']): Sheet<SubscriptionLine> {
  return {
    name: `subscription.${state}`,
    tabs: [`subscription.${state}`],
    required: true,
    hasHeader: true,
    columns: [
      needed('SubscriptionID', 'id24'),
      needed('CustomerID', 'id24'),
      needed('ProductID', 'id24'),
      needed('Cycle', 'whole'),
      needed('Status', 'word'),
      needed('Datetime Created', 'time'),
      needed('Last Updated', 'time'),
    ],
    read: (row) => readSubscription(row, state),
    write: (line) => [
      line.subscription_id,
      line.emr_customer_id,
      line.product_id,
      wholeCell(line.cycle),
      line.status,
      timeCell(line.created_at),
      timeCell(line.updated_at),
    ],
    keyOf: (line) => line.subscription_id,
    moneyOf: () => '',
    restOf: (line) =>
      joined(
        line.state,
        line.emr_customer_id,
        line.product_id,
        line.cycle,
        line.status,
        line.created_at,
        line.updated_at,
      ),
  };
}
