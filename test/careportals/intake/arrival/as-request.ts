import Stripe from 'stripe';
import type { RecordedDelivery } from '../../../../src/modules/careportals/demo/month/record-month.ts';
import type { WebhookRequest } from '../../../../src/platform/inbox/inbox-source.ts';

export const SECRETS = { stripe: 'whsec_month', careportals: 'month-secret' };

const CAREPORTALS = '/webhooks/careportals';

/** The request as it was posted: signed at the time of its arrival, or with the workflow's secret. */
export function asRequest({ source, path, body, receivedAt }: RecordedDelivery): WebhookRequest {
  const payload = JSON.stringify(body);
  const { pathname, searchParams } = new URL(path, 'http://localhost');
  const headers =
    source === 'careportals'
      ? { 'x-careportals-secret': SECRETS.careportals }
      : { 'stripe-signature': signature(payload, receivedAt) };
  const event = source === 'careportals' ? pathname.slice(CAREPORTALS.length + 1) || null : null;
  return { rawBody: Buffer.from(payload), headers, event, query: Object.fromEntries(searchParams) };
}

function signature(payload: string, receivedAt: Date): string {
  const timestamp = Math.floor(receivedAt.getTime() / 1_000);
  return Stripe.webhooks.generateTestHeaderString({ payload, secret: SECRETS.stripe, timestamp });
}
