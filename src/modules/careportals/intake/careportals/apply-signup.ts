import type { Cause } from '../../../../platform/cause.ts';
import type { Delivery, Outcome } from '../../../../platform/inbox/delivery.ts';
import { findOrCreateCustomer } from '../../customers/find-or-create-customer.ts';
import type { Tx } from '../../tables.ts';
import { bodyOf, instantAt } from './body.ts';
import { linkLearnedCustomer } from './link-learned-customer.ts';
import { readSignup } from './read-customer.ts';
import { reportProblems } from './report-problems.ts';
import { toldTime } from './told-time.ts';

/** `customer.signup`: creates the customer or completes the known one. */
export async function applySignup(tx: Tx, delivery: Delivery, cause: Cause): Promise<Outcome> {
  const body = bodyOf(delivery.payload);
  const { receivedAt } = delivery;
  const facts = readSignup(body);
  const toldAt = toldTime(instantAt(body, 'updatedAt'), receivedAt);
  const customer = await findOrCreateCustomer(tx, facts, { toldAt, receivedAt });
  if (customer === null && facts.careportalsId !== null) {
    return {
      kind: 'parked',
      waitingFor: `customer:${facts.careportalsId}`,
      note: 'A sign-up without an email address',
    };
  }
  await reportProblems(tx, delivery, body.problems);
  if (customer === null) return { kind: 'quarantined', note: 'The body names no customer: no usable id or email' };
  const { customerId, learned } = customer;
  const linked = await linkLearnedCustomer(tx, cause, customerId, learned);
  return {
    kind: 'done',
    subjects: [{ type: 'Customer', id: customerId }, ...linked],
    unparks: learned.map((id) => `customer:${id}`),
  };
}
