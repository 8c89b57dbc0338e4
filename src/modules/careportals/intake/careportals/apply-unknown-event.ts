import type { Cause } from '../../../../platform/cause.ts';
import type { Delivery, Outcome } from '../../../../platform/inbox/delivery.ts';
import { normaliseStatus, OrderStatus, orderStatusOf } from '../../orders/order-status.ts';
import type { Tx } from '../../tables.ts';
import { applyOrderEvent } from './apply-order-event.ts';
import { applySubscriptionDelivery } from './apply-subscription-delivery.ts';
import { type Body, bodyOf, textAt } from './body.ts';
import { emrId, orderNumber } from './clean.ts';
import { readCustomer } from './read-customer.ts';
import { subscriptionStatusOf } from './read-subscription.ts';

/** A delivery that neither address nor shape names: by a known id, else by a status that only one kind has. */
export async function applyUnknownEvent(tx: Tx, delivery: Delivery, cause: Cause): Promise<Outcome> {
  const body = bodyOf(delivery.payload);
  const kind = (await kindById(tx, body)) ?? kindByStatus(body);
  if (kind === 'order') return applyOrderEvent(tx, delivery, cause, 'order.updated');
  if (kind === 'subscription') return applySubscriptionDelivery(tx, delivery, cause, 'subscription.updated');
  return { kind: 'quarantined', note: 'Neither the address nor the body says what this is. The delivery is kept' };
}

type Kind = 'order' | 'subscription';

async function kindById(tx: Tx, body: Body): Promise<Kind | null> {
  const id = emrId(textAt(body, '_id') ?? '');
  if (id === null) return null;
  const subscription = await tx
    .selectFrom('subscriptions')
    .select('state')
    .where('subscription_id', '=', id)
    .executeTakeFirst();
  if (subscription) return 'subscription';
  const order = await tx
    .selectFrom('orders')
    .select('order_id')
    .where('care_portals_internal_order_id', '=', id)
    .executeTakeFirst();
  return order ? 'order' : null;
}

/**
 * Other things have statuses too, so an order must bring its number and a subscription its customer. Both may be
 * cancelled: the old workflow of subscriptions tells the customer, that of orders its date.
 */
function kindByStatus(body: Body): Kind | null {
  const status = textAt(body, 'status');
  const ofSubscription = subscriptionStatusOf(status);
  if (ofSubscription !== null && readCustomer(body).careportalsId !== null) return 'subscription';
  if (ofSubscription === 'cancelled' && textAt(body, 'createdAt') === null) return null;
  const ofOrder = orderStatusOf(normaliseStatus(status ?? ''));
  const isOrder = ofOrder !== null && ofOrder !== OrderStatus.OTHER;
  return isOrder && orderNumber(textAt(body, 'id') ?? '') !== null ? 'order' : null;
}
