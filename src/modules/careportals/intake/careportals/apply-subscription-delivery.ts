import type { Cause } from '../../../../platform/cause.ts';
import type { Delivery, Outcome } from '../../../../platform/inbox/delivery.ts';
import { ensureProduct, productWithId } from '../../catalog/ensure-product.ts';
import { findOrCreateCustomer } from '../../customers/find-or-create-customer.ts';
import { applySubscriptionEvent } from '../../subscriptions/apply-subscription-event.ts';
import type { Tx } from '../../tables.ts';
import { believedStatus } from './believed-status.ts';
import { type Body, bodyOf, textAt } from './body.ts';
import { readCustomer } from './read-customer.ts';
import { readSubscription, subscriptionStatusOf } from './read-subscription.ts';
import { noteOf, reportDisagreement, reportProblems } from './report-problems.ts';

const RENEWAL = 'upcoming-renewal';

/** Any `subscription.*` event. A customer or product that cannot be found leaves the subscription without one. */
export async function applySubscriptionDelivery(
  tx: Tx,
  delivery: Delivery,
  cause: Cause,
  eventType = delivery.eventType,
): Promise<Outcome> {
  const body = bodyOf(delivery.payload);
  const told = readSubscription(body);
  const name = eventType.slice('subscription.'.length);
  const { status, disagreement } = statusOf(body, name);
  const { subscriptionId } = told;
  if (subscriptionId === null || (status === null && name !== RENEWAL)) return unusable(tx, delivery, body);
  const customer = await findOrCreateCustomer(tx, readCustomer(body), delivery.receivedAt);
  if (told.productId !== null) await ensureProduct(tx, productWithId(told.productId));
  await applySubscriptionEvent(tx, cause, {
    ...told,
    subscriptionId,
    triggerType: triggerTypeOf(name, status),
    status,
    customerId: customer?.customerId ?? null,
    updatedAt: told.updatedAt ?? delivery.receivedAt,
    heardAt: delivery.receivedAt,
    rawData: delivery.payload,
  });
  await reportProblems(tx, delivery, body.problems);
  const note = noteOf([
    disagreement && (await reportDisagreement(tx, delivery, disagreement)),
    customer === null && 'The customer is unknown',
    body.problems.length > 0 && `${body.problems.length} fields could not be used`,
  ]);
  return { kind: 'done', unparks: customer?.learned.map((id) => `customer:${id}`) ?? [], note };
}

function triggerTypeOf(name: string, status: string | null): string {
  if (name === RENEWAL) return 'renewal';
  return name === 'created' || subscriptionStatusOf(name) !== null ? name : (status ?? name);
}

/** A renewal notice is no change of status; `created` and others say nothing of one, so the body decides. */
function statusOf(body: Body, name: string) {
  if (name === RENEWAL) return { status: null, disagreement: null };
  const told =
    textAt(body, 'status')
      ?.toLowerCase()
      .replace(/^canceled$/, 'cancelled') ?? null;
  const { status, disagreement } = believedStatus(name, told, (text) => subscriptionStatusOf(text) !== null);
  const known = subscriptionStatusOf(status) ?? (name === 'created' ? 'active' : null);
  return { status: known, disagreement };
}

async function unusable(tx: Tx, delivery: Delivery, body: Body): Promise<Outcome> {
  await reportProblems(tx, delivery, [
    ...body.problems,
    { field: '_id and status', problem: 'name no known subscription status' },
  ]);
  return { kind: 'ignored', note: 'No usable subscription id or status. The delivery is kept' };
}
