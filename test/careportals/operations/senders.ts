import { readFileSync } from 'node:fs';
import Stripe from 'stripe';
import type { TestApp } from '../../kit/test-app.ts';
import { type Body, ownOrder } from '../intake/careportals/deliver.ts';

/** Posts a body as CarePortals would; gives the status. */
export async function postCareportals(server: TestApp, event: string, body: Body): Promise<number> {
  const headers = { 'x-careportals-secret': server.settings.CAREPORTALS_WEBHOOK_SECRETS[0] ?? '' };
  const request = { method: 'POST', headers, body: JSON.stringify(body) };
  return (await fetch(`${server.url}/webhooks/careportals/${event}`, request)).status;
}

/** Posts an event as Stripe would; gives the status. */
export async function postStripe(server: TestApp, payload: string): Promise<number> {
  const headers = { 'stripe-signature': signatureOf(server, payload) };
  return (await fetch(`${server.url}/webhooks/stripe`, { method: 'POST', headers, body: payload })).status;
}

export function signatureOf(server: TestApp, payload: string, at = new Date()): string {
  const secret = server.settings.STRIPE_WEBHOOK_SECRETS[0] ?? '';
  return Stripe.webhooks.generateTestHeaderString({ payload, secret, timestamp: Math.floor(at.getTime() / 1_000) });
}

/** An order of its own with its payment and the refund of that. */
export interface Purchase {
  id: string;
  order: Body;
  payment: string;
  refund: string;
  chargeId: string;
}

export function purchase(): Purchase {
  const { id, body } = ownOrder('order.created');
  const ofThisOrder = (name: string) =>
    readFileSync(new URL(`../../fixtures/stripe/${name}.json`, import.meta.url), 'utf8')
      .replaceAll('2417', id)
      .replaceAll('DEMO00000000000001', `DEMO${id.padStart(14, '0')}`)
      .replaceAll(/evt_3DEMO\d+/g, (event) => `${event}x${id}`);
  const chargeId = `ch_3DEMO${id.padStart(14, '0')}AbCdEf`;
  return {
    id,
    order: body,
    payment: ofThisOrder('payment_intent.succeeded'),
    refund: ofThisOrder('refund.created'),
    chargeId,
  };
}

/** Sends these and waits until they are worked off. */
export async function send(server: TestApp, ...sending: Promise<number>[]): Promise<void> {
  const statuses = await Promise.all(sending);
  if (statuses.some((status) => status !== 200)) throw new Error(`answered ${statuses.join(', ')}`);
  await server.app.inbox.idle();
}

export interface DeliveryNode {
  id: string;
  eventType: string;
  status: string;
  waitingFor: string | null;
  waitingSince: string | null;
  attempts: number;
}

/** Deliveries that fit a filter, in order of receipt. */
export async function deliveries(server: TestApp, token: string, filter: object): Promise<DeliveryNode[]> {
  const { data, errors } = await server.ask<{ list: { nodes: DeliveryNode[] } }>(
    token,
    `query ($filter: WebhookDeliveryFilter) { list: webhookDeliveries(first: 100, filter: $filter,
      sort: { field: RECEIVED_AT, direction: ASC }) { nodes { id eventType status waitingFor waitingSince attempts } } }`,
    { filter },
  );
  if (data === null) throw new Error(JSON.stringify(errors));
  return data.list.nodes;
}
