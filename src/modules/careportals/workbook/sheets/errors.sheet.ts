import { canonicalJson } from '../../../../platform/canonical-json.ts';
import { timeCell } from '../convert/eastern-time.ts';
import { rawDataCell, readRawData } from '../convert/raw-data.ts';
import type { ErrorLine } from '../lines.ts';
import type { Sheet } from '../sheet.ts';
import { joined, optional, TEXT_LENGTH } from './column.ts';

export const errorsSheet: Sheet<ErrorLine> = {
  name: 'Subscription_Errors',
  tabs: ['subscription_errors', 'errors'],
  required: false,
  hasHeader: true,
  columns: [
    optional('Timestamp', 'time'),
    optional('Error Type', 'text'),
    optional('Error Message', 'text'),
    optional('Raw Data', 'json'),
    optional('Trigger', 'text'),
  ],
  read: (row) => ({
    occurred_at: row.time('Timestamp'),
    error_type: row.neededText('Error Type', 100),
    error_message: row.text('Error Message', TEXT_LENGTH) ?? '',
    raw_data: readRawData(row),
    trigger: row.text('Trigger', 90),
  }),
  write: (line) => [
    timeCell(line.occurred_at),
    line.error_type,
    line.error_message === '' ? null : line.error_message,
    rawDataCell(line.raw_data),
    line.trigger,
  ],
  keyOf: (line) =>
    joined(line.occurred_at, line.error_type, line.error_message, line.trigger, canonicalJson(line.raw_data)),
  moneyOf: () => '',
  restOf: () => '',
};
