import { type Context, requireRoleOrScope } from '../../../platform/context.ts';
import { acceptDelivery } from '../../../platform/inbox/accept-delivery.ts';
import { type InboxSource, LARGEST_BODY, type WebhookRequest } from '../../../platform/inbox/inbox-source.ts';
import type { Row } from '../../../platform/read/reader.ts';
import { type Refusal, refusal, UserErrorCode } from '../../../platform/refusal.ts';
import { deliveriesFor } from './deliveries-for.ts';
import type { IngestWebhookInput } from './ingest.type.ts';

export interface IngestAnswer {
  delivery: Row | null;
  isRepeat: boolean;
  userErrors: Refusal[];
}

/**
 * Takes a delivery as the webhook addresses do, by the same checks into the same inbox. For admins and services with
 * scope `ingest`: they vouch for what CarePortals, which signs nothing, has sent; a signature of Stripe's is verified.
 */
export async function ingestWebhook(context: Context, input: IngestWebhookInput): Promise<IngestAnswer> {
  requireRoleOrScope(context, 'ingest', 'admin');
  const { orm, clock, inbox } = context;
  const source = sourceNamed(inbox.sources, input.source);
  if ('code' in source) return refused(source);
  const rawBody = bodyOf(input);
  if ('code' in rawBody) return refused(rawBody);
  const accepted = await acceptDelivery(orm, source, requestOf(input, rawBody), clock.now());
  if ('status' in accepted) return refused(refusal(UserErrorCode.VALIDATION, accepted.error, 'input'));
  if (!accepted.isRepeat) inbox.wake();
  const [delivery = null] = await deliveriesFor(context, [accepted.inboxId]);
  return { delivery, isRepeat: accepted.isRepeat, userErrors: [] };
}

function sourceNamed(sources: readonly InboxSource<unknown>[], name: string): InboxSource<unknown> | Refusal {
  const wanted = name.trim().toLowerCase();
  const known = sources.map(({ sourceSystem }) => sourceSystem);
  return (
    sources.find(({ sourceSystem }) => sourceSystem === wanted) ??
    refusal(UserErrorCode.VALIDATION, `source must be one of: ${known.join(', ')}.`, 'input', 'source')
  );
}

function bodyOf({ payload, payloadIsBase64 }: IngestWebhookInput): Buffer | Refusal {
  const body = Buffer.from(payload, payloadIsBase64 ? 'base64' : 'utf8');
  if (payloadIsBase64 && !isBase64Of(payload, body)) return invalidPayload('payload is not base64.');
  if (body.length > LARGEST_BODY) return invalidPayload('The body is larger than 1 MB.');
  return body;
}

/** Node skips whatever is no base64, and would store what nobody has sent. */
function isBase64Of(text: string, bytes: Buffer): boolean {
  const bare = (encoded: string) => encoded.replaceAll(/[\r\n]|=+$/g, '');
  return bare(text) === bare(bytes.toString('base64'));
}

function invalidPayload(message: string): Refusal {
  return refusal(UserErrorCode.VALIDATION, message, 'input', 'payload');
}

function requestOf({ event, trigger, extra, signature }: IngestWebhookInput, rawBody: Buffer): WebhookRequest {
  return {
    rawBody,
    headers: signature == null ? {} : { 'stripe-signature': signature },
    event: event ?? null,
    query: { ...(trigger == null ? {} : { trigger }), ...(extra == null ? {} : { extra }) },
    vouchedFor: true,
  };
}

function refused(reason: Refusal): IngestAnswer {
  return { delivery: null, isRepeat: false, userErrors: [reason] };
}
