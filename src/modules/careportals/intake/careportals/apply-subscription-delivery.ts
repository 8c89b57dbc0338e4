import type { Cause } from '../../../../platform/cause.ts';
import type { Delivery, Outcome, Subject } from '../../../../platform/inbox/delivery.ts';
import { ensureProduct, productWithId } from '../../catalog/ensure-product.ts';
import { applySubscriptionEvent } from '../../subscriptions/apply-subscription-event.ts';
import type { Tx } from '../../tables.ts';
import { believedStatus } from './believed-status.ts';
import { type Body, bodyOf, textAt } from './body.ts';
import { linkNamed, type Named, nameCustomer, outcomeOf } from './named-customer.ts';
import { readCustomer } from './read-customer.ts';
import { readSubscription, type SubscriptionStatus, subscriptionStatusOf } from './read-subscription.ts';
import { reportDisagreement, reportProblems } from './report-problems.ts';
import { toldTime } from './told-time.ts';

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
  const toldAt = toldTime(told.updatedAt, delivery.receivedAt);
  const customer = await nameCustomer(tx, readCustomer(body), toldAt, delivery);
  const isNewProduct = told.productId !== null && (await ensureProduct(tx, productWithId(told.productId), toldAt));
  const event = { ...told, subscriptionId, triggerType: triggerTypeOf(name, status), status };
  const logId = await applyOnce(tx, delivery, cause, event, customer);
  const subjects: Subject[] = [
    { type: 'CareSubscription', id: subscriptionId },
    { type: 'SubscriptionAuditEntry', id: logId },
    ...(isNewProduct ? [{ type: 'Product', id: told.productId ?? '' }] : []),
    ...(await linkNamed(tx, cause, customer)),
  ];
  const remark = disagreement && (await reportDisagreement(tx, delivery, disagreement));
  return outcomeOf(tx, delivery, body, customer, subjects, remark);
}

type ToldSubscription = ReturnType<typeof readSubscription> & {
  subscriptionId: string;
  triggerType: string;
  status: SubscriptionStatus | null;
};

/**
 * A delivery that was applied and then parked for its customer is not applied to the subscription again: its trail has
 * one entry of each event. @returns the log_id of the entry.
 */
async function applyOnce(
  tx: Tx,
  delivery: Delivery,
  cause: Cause,
  told: ToldSubscription,
  { customerId, emrCustomerId }: Named,
): Promise<string> {
  const before = delivery.attempt === 1 ? undefined : await entryOf(tx, told.subscriptionId, cause.correlationId);
  if (before !== undefined) return before.log_id;
  const { payload, receivedAt } = delivery;
  const updatedAt = told.updatedAt ?? receivedAt;
  const event = { ...told, customerId, emrCustomerId, updatedAt, heardAt: receivedAt, rawData: payload };
  return applySubscriptionEvent(tx, cause, event);
}

function entryOf(tx: Tx, subscriptionId: string, correlationId: string) {
  return tx
    .selectFrom('subscriptions_audit_log')
    .select('log_id')
    .where('subscription_id', '=', subscriptionId)
    .where('correlation_id', '=', correlationId)
    .where('source', '=', 'webhook')
    .orderBy('log_id')
    .executeTakeFirst();
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
  return { kind: 'quarantined', note: 'No usable subscription id or status. The delivery is kept' };
}
