import { objectOf, type StripeObject, textOf } from './stripe-fields.ts';

/** Which orders an intent or a charge pays for, by its own words. */
export type OrderLink =
  /** Order numbers, at least one; the first is the payment's own order. */
  | { kind: 'orders'; orderIds: string[] }
  /** It pays for something that is not an order. */
  | { kind: 'other' }
  /** It does not say. */
  | { kind: 'none' };

const LARGEST_BIGINT = 9_223_372_036_854_775_807n;

/**
 * What the metadata say: `resourceId` (once spelt `resourceID`) if `resourceType` is orders. One payment may be for
 * several orders; the metadata name one of them and the description lists the others.
 */
export function orderLinkOf(object: StripeObject): OrderLink {
  const metadata = objectOf(object.metadata) ?? {};
  const resourceType = textOf(metadata.resourceType)?.toLowerCase();
  if (resourceType === undefined) return { kind: 'none' };
  if (resourceType !== 'orders') return { kind: 'other' };
  const orderId = orderIdOf(textOf(metadata.resourceId) ?? textOf(metadata.resourceID) ?? '');
  if (orderId === null) return { kind: 'none' };
  return { kind: 'orders', orderIds: [...new Set([orderId, ...describedOrders(object)])] };
}

/** What the description says, such as `Orders #1984, #1985`; for objects without metadata. */
export function describedLinkOf(object: StripeObject): OrderLink {
  const orderIds = describedOrders(object);
  return orderIds.length > 0 ? { kind: 'orders', orderIds } : { kind: 'none' };
}

function describedOrders(object: StripeObject): string[] {
  const description = textOf(object.description) ?? '';
  if (!/\borders?\s*#/i.test(description)) return [];
  const numbers = [...description.matchAll(/#(\d+)/g)].map((match) => orderIdOf(match[1]!));
  return [...new Set(numbers.filter((number) => number !== null))];
}

/** Digits that fit the column, without leading zeros. */
function orderIdOf(text: string): string | null {
  if (!/^\d{1,30}$/.test(text)) return null;
  const number = BigInt(text);
  return number > 0n && number <= LARGEST_BIGINT ? String(number) : null;
}
