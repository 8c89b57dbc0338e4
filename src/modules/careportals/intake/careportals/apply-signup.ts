import type { Delivery, Outcome } from '../../../../platform/inbox/delivery.ts';
import { findOrCreateCustomer } from '../../customers/find-or-create-customer.ts';
import type { Tx } from '../../tables.ts';
import { bodyOf } from './body.ts';
import { readSignup } from './read-customer.ts';
import { reportProblems } from './report-problems.ts';

/** `customer.signup`: creates the customer or completes the known one. */
export async function applySignup(tx: Tx, delivery: Delivery): Promise<Outcome> {
  const body = bodyOf(delivery.payload);
  const customer = await findOrCreateCustomer(tx, readSignup(body), delivery.receivedAt);
  await reportProblems(tx, delivery, body.problems);
  if (customer === null)
    return { kind: 'ignored', note: 'The body names no known customer and no email address. It is kept' };
  return { kind: 'done', unparks: customer.learned.map((id) => `customer:${id}`) };
}
