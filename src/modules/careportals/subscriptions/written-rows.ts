import type { Row } from '../../../platform/read/reader.ts';
import { columnName } from '../../../platform/read/source.ts';
import type { Changed } from './change-subscription.ts';
import { auditEntries, subscriptions } from './subscription.source.ts';

/** The subscription as the source would read it after the change. */
export function writtenSubscription({ row }: Changed): Row {
  return { ...row, id: `${subscriptions.idPrefix}_${row.publicId}` };
}

/** The audit entry as the source would read it. */
export function writtenEntry({ entry, auditId }: Changed): Row {
  const content = entry.content as unknown as Row;
  const columns = Object.keys(auditEntries.columns).map((field) => [field, content[columnName(field)]]);
  const { publicId, previousHash, hash } = entry;
  const id = `${auditEntries.idPrefix}_${publicId}`;
  return { ...Object.fromEntries(columns), id, publicId, logId: auditId, previousHash, hash };
}
