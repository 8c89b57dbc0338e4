import type { Random } from '../random.ts';
import type { Contact } from './person.ts';
import type { Teller } from './story.ts';

/** A body made by a workflow's template: one level, dotted keys, and every value as text. */
export type FlatBody = Record<string, string>;

/** What a template prints for a value: nothing for what is not there, and the famous words for an object. */
export function printed(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (Array.isArray(value)) return value.map(() => '[object Object]').join(',');
  return typeof value === 'object' ? '[object Object]' : String(value);
}

export function customerKeys(contact: Contact): FlatBody {
  return {
    'customer._id': contact._id,
    'customer.firstName': contact.firstName,
    'customer.lastName': contact.lastName,
    'customer.email': contact.email,
    'customer.phone': contact.phone,
  };
}

/** Keys that a faulty template may spoil without making the body something else. */
const SPOILABLE =
  /^(customer\.(firstName|lastName|phone)|assignedTo\.|trackingCode|trackingLink|shippedAt|coupon|source|shippingAddress\.address2|lineItems\.0\.(drugName|name)|state|nextCycleDate|currentCycle)/;

/** The body, now and then with what templates leave behind where a value should be. */
export function spoilt<Body extends object>(teller: Teller, body: Body): Body {
  if (!teller.odd(0.25)) return body;
  const entries = Object.entries(body).map(([key, value]) => {
    const isHit = typeof value === 'string' && SPOILABLE.test(key) && teller.odd(0.25);
    return [key, isHit ? artefact(teller.random, key) : value];
  });
  return Object.fromEntries(entries) as Body;
}

function artefact(random: Random, key: string): string {
  return random.pick(['', '[object Object]', `{{${key}}}`, 'N/A', 'null', 'undefined', '   ']);
}

/** Amounts as templates and hands write them: `149.5`, `149.50`. */
export function amountText(random: Random, dollars: number): string {
  return random.chance(0.2) ? dollars.toFixed(2) : String(dollars);
}
