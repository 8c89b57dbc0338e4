import { randomBytes } from 'node:crypto';

/**
 * The opaque half of a node id, for a row that must be known before MySQL has stored it: 32 hex digits that begin with
 * the time in milliseconds, so that indexes are filled at their end as by the columns' own default.
 */
export function newPublicId(): string {
  return Date.now().toString(16).padStart(12, '0') + randomBytes(10).toString('hex');
}
