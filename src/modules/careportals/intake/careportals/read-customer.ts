import type { CustomerFacts } from '../../customers/find-or-create-customer.ts';
import { type Body, emrIdAt, instantAt, shortTextAt, textAt, valueAt } from './body.ts';
import { emailAddress, emrId, phoneNumber } from './clean.ts';

const NAME_LENGTH = 100;

/** The customer inside an order's or a subscription's body: `customer.*`, or `customer` alone as an id. */
export function readCustomer(body: Body): CustomerFacts {
  const facts = contactBelow(body, 'customer.');
  return {
    ...facts,
    careportalsId: facts.careportalsId ?? bareCustomerId(body),
    knownSince: instantAt(body, 'customer.createdAt'),
  };
}

/** The customer that is the body itself, as a sign-up sends it. */
export function readSignup(body: Body): CustomerFacts {
  return { ...contactBelow(body, ''), knownSince: instantAt(body, 'createdAt') };
}

function contactBelow(body: Body, prefix: string) {
  return {
    careportalsId: emrIdAt(body, `${prefix}_id`),
    email: valueAt(body, emailAddress, 'is not an email address', `${prefix}email`),
    firstName: shortTextAt(body, NAME_LENGTH, `${prefix}firstName`),
    lastName: shortTextAt(body, NAME_LENGTH, `${prefix}lastName`),
    phone: phoneNumber(textAt(body, `${prefix}phone`) ?? ''),
  };
}

/** `customer` may also be a name, or an object printed as text: only an id is taken. */
function bareCustomerId(body: Body): string | null {
  return emrId(textAt(body, 'customer') ?? '');
}
