import { careportalsSource } from '../../modules/careportals/intake/careportals/careportals-source.ts';
import { stripeSource } from '../../modules/careportals/intake/stripe/index.ts';
import { redact } from '../../platform/inbox/redact.ts';
import type { WebhookSecrets } from '../server-process.ts';
import type { SentDelivery } from './sent-delivery.ts';

/** What the server would store of a delivery, in the order of BARE_COLUMNS without the last two. */
export type BareRow = [string, string, string, string | null, string];

const COLUMNS = 'source_system, event_key, event_type, event_id, payload, received_at, next_attempt_at';

/** The inbox under another name: nobody works on what stands in it. */
export const BARE_TABLE = 'webhook_inbox_bare';

/** Its parameters: a BareRow, and the moment twice. */
export const BARE_INSERT = `INSERT INTO ${BARE_TABLE} (${COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?)`;

/** Verified and redacted by the server's own code, so that it is the same row. @throws if it would be refused. */
export function bareRow({ path, headers, body }: SentDelivery, secrets: WebhookSecrets): BareRow {
  const isStripe = path === '/webhooks/stripe';
  const source = isStripe
    ? stripeSource({ webhookSecrets: [secrets.stripe] })
    : careportalsSource({ webhookSecrets: [secrets.careportals] });
  const event = isStripe ? null : path.slice(path.lastIndexOf('/') + 1);
  const verified = source.verify({ rawBody: Buffer.from(body), headers, event, query: {} }, new Date());
  if ('status' in verified) throw new Error(`The server would refuse ${path}: ${verified.error}`);
  const { eventKey, eventType, eventId, payload } = verified;
  return [source.sourceSystem, eventKey, eventType, eventId, JSON.stringify(redact(payload))];
}
