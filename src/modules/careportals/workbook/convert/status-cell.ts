import { normaliseStatus, STATUS_MAX_LENGTH } from '../../orders/order-status.ts';
import { lowerWord, type RowReader } from './row-reader.ts';

/** A status in its one spelling: lower case, joined by underscores, "canceled" with two l. @throws RowRejected */
export function readStatus(row: RowReader): string {
  const text = row.neededText('updated_status', STATUS_MAX_LENGTH);
  const status = lowerWord(normaliseStatus(text) ?? '') ?? row.reject('value-missing', 'updated_status');
  if (status !== text) row.note('status-respelt', 'updated_status', status);
  return status;
}
