import type { Caller } from '../../../platform/access/caller.ts';
import type { Row } from '../../../platform/read/reader.ts';

/**
 * Whether an entry of the trail is from when the subscription was another customer's. Its present customer sees that
 * something happened then, and not why.
 */
export function isOfAnotherCustomer(entry: Row, { role, customerId }: Caller): boolean {
  return role === 'customer' && entry.customerId !== customerId;
}
