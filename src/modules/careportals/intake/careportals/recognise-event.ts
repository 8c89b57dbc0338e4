import { cleanText } from './clean.ts';
import type { Flat } from './flatten.ts';
import { subscriptionStatusOf } from './read-subscription.ts';

/** The event type of a body that neither the address nor its shape names; processing looks its id up. */
export const UNKNOWN_EVENT = 'unknown';

/** What a body is by its shape alone. */
export function recogniseEvent(flat: Flat): string {
  const paths = [...flat.keys()];
  const has = (...wanted: string[]) => wanted.some((path) => flat.has(path));
  const hasBelow = (prefix: string) => paths.some((path) => path.startsWith(`${prefix}.`));
  const status = cleanText(flat.get('status') ?? '');
  if (has('channel') && has('content', 'inbound')) return 'message.inbound';
  if (hasBelow('answers')) return 'questionnaire.submitted';
  if (hasBelow('fulfillments')) return 'prescription.fulfilled';
  if (hasBelow('drugs') || hasOnlyIdsAndContact(paths)) return 'prescription.created';
  if (has('totalAmount', 'baseAmount')) return status === null ? 'order.created' : 'order.updated';
  if (has('currentCycle', 'nextCycleDate', 'product._id') || hasBelow('phases')) return subscriptionEvent(status);
  return has('email') && has('dob', 'isOnboarded', 'acceptMarketing') ? 'customer.signup' : UNKNOWN_EVENT;
}

/** The prescription workflow sends an id, the organisation and the customer, and nothing else. */
function hasOnlyIdsAndContact(paths: string[]): boolean {
  const ofCustomer = paths.filter((path) => path.startsWith('customer.'));
  const others = paths.filter((path) => !path.startsWith('customer.') && path !== 'organization');
  return ofCustomer.length > 0 && others.length === 1 && others[0] === '_id';
}

function subscriptionEvent(status: string | null): string {
  const known = subscriptionStatusOf(status);
  return known === null ? UNKNOWN_EVENT : `subscription.${known}`;
}
