import { canonicalJson } from '../../../../platform/canonical-json.ts';
import { timeCell } from '../convert/eastern-time.ts';
import { readLog } from '../convert/log-row.ts';
import { wholeCell } from '../convert/numbers.ts';
import { rawDataCell } from '../convert/raw-data.ts';
import type { LogLine } from '../lines.ts';
import type { Sheet } from '../sheet.ts';
import { joined, needed } from './column.ts';

export const subscriptionLogSheet: Sheet<LogLine> = {
  name: 'subscription.full_log',
  tabs: ['subscription.full_log'],
  required: true,
  hasHeader: true,
  columns: [
    needed('Datetime Received', 'time'),
    needed('Trigger Type', 'word'),
    needed('SubscriptionID', 'id24'),
    needed('CustomerID', 'id24'),
    needed('ProductID', 'id24'),
    needed('Cycle', 'whole'),
    needed('Status', 'word'),
    needed('Datetime Created', 'time'),
    needed('Last Updated', 'time'),
    needed('Raw Data', 'json'),
  ],
  read: readLog,
  write: (line) => [
    timeCell(line.received_at),
    line.trigger_type,
    line.subscription_id,
    line.emr_customer_id,
    line.product_id,
    wholeCell(line.cycle),
    line.status,
    timeCell(line.created_at),
    timeCell(line.updated_at),
    rawDataCell(line.raw_data),
  ],
  keyOf: (line) =>
    joined(
      line.subscription_id,
      line.received_at,
      line.trigger_type,
      line.emr_customer_id,
      line.product_id,
      line.cycle,
      line.status,
      line.created_at,
      line.updated_at,
      canonicalJson(line.raw_data),
    ),
  moneyOf: () => '',
  restOf: () => '',
};
