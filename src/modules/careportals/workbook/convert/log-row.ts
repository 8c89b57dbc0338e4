import type { LogLine } from '../lines.ts';
import { id24 } from './ids.ts';
import { wholeOf } from './numbers.ts';
import { readRawData } from './raw-data.ts';
import { lowerWord, type RowReader } from './row-reader.ts';

/** @throws RowRejected */
export function readLog(row: RowReader): LogLine {
  return {
    subscription_id: row.key('SubscriptionID', id24),
    emr_customer_id: row.optional('CustomerID', id24),
    product_id: row.optional('ProductID', id24),
    cycle: row.optional('Cycle', wholeOf),
    status: row.neededText('Status', 20, lowerWord).replace(/^canceled$/, 'cancelled'),
    trigger_type: row.neededText('Trigger Type', 50, lowerWord),
    received_at: row.time('Datetime Received'),
    created_at: row.optionalTime('Datetime Created'),
    updated_at: row.optionalTime('Last Updated'),
    raw_data: readRawData(row),
  };
}
