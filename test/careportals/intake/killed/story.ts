import { createHmac } from 'node:crypto';
import { WEBHOOK_SECRETS } from '../../../kit/server-process.ts';
import { sample as careportalsSample } from '../careportals/deliver.ts';
import { sample as stripeSample } from '../stripe/stripe-bench.ts';

/** One event as its sender would post it, and what it needs to have its effect. */
export interface StoryEvent {
  /** e.g. `order.updated 412`; its number is that of its story. */
  name: string;
  path: string;
  body: string;
  /** Names of the events that must have been stored before it can be applied. */
  needs: string[];
}

/** An order with its payment and refund, and a plan that is paused, of one customer. */
export function storyOf(number: number): StoryEvent[] {
  const id = String(number);
  const customer = { 'customer._id': id.padStart(24, 'c'), 'customer.email': `customer.${id}@example.org` };
  const order = { ...customer, _id: id.padStart(24, 'a'), id };
  const plan = { ...customer, _id: id.padStart(24, 'b') };
  const created = `order.created ${id}`;
  const paid = `charge.succeeded ${id}`;
  // Without a time of its own a body sent again later may count as another event.
  const updatedAt = '2025-11-03T15:42:07.318Z';
  return [
    careportals('order.created', id, careportalsSample('order.created', { ...order, status: 'processing', updatedAt })),
    careportals('order.updated', id, careportalsSample('order.updated.shipped', order), created),
    careportals('subscription.active', id, careportalsSample('subscription.active', plan)),
    careportals('subscription.paused', id, careportalsSample('subscription.paused', plan)),
    stripe('charge.succeeded', id, charge(id), created),
    stripe('refund.created', id, { id: `re_${id}`, charge: `ch_${id}`, payment_intent: `pi_${id}` }, paid, created),
  ];
}

function charge(id: string): object {
  const metadata = { organization: 'demo_org', resourceId: id, resourceType: 'orders' };
  return { id: `ch_${id}`, payment_intent: `pi_${id}`, description: `Orders #${id}`, metadata };
}

function careportals(event: string, id: string, body: object, ...needs: string[]): StoryEvent {
  return { name: `${event} ${id}`, path: `/webhooks/careportals/${event}`, body: JSON.stringify(body), needs };
}

function stripe(type: string, id: string, object: object, ...needs: string[]): StoryEvent {
  const event = stripeSample(type, object as Record<string, unknown>, { id: `evt_${type}_${id}` });
  return { name: `${type} ${id}`, path: '/webhooks/stripe', body: JSON.stringify(event), needs };
}

/** Whether the event was acknowledged. False if the server was gone before it said so. */
export async function post(base: string, { path, body }: StoryEvent): Promise<boolean> {
  try {
    const answer = await fetch(base + path, { method: 'POST', headers: headersFor(body), body });
    const text = await answer.text();
    if (answer.status === 200) return true;
    throw new Error(`${path} was answered ${answer.status}: ${text}`);
  } catch (error) {
    // fetch gives TypeError when the connection broke.
    if (error instanceof TypeError) return false;
    throw error;
  }
}

function headersFor(body: string): Record<string, string> {
  const time = Math.floor(Date.now() / 1_000);
  const signature = createHmac('sha256', WEBHOOK_SECRETS.stripe).update(`${time}.${body}`).digest('hex');
  return {
    'content-type': 'application/json',
    'x-careportals-secret': WEBHOOK_SECRETS.careportals,
    'stripe-signature': `t=${time},v1=${signature}`,
  };
}
