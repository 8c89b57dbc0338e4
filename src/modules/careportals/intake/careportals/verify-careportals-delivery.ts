import type { VerifiedDelivery, WebhookRefusal, WebhookRequest } from '../../../../platform/inbox/inbox-source.ts';
import { isKnownSecret } from './check-secret.ts';
import { eventKey } from './event-key.ts';
import { eventNameOf } from './event-name.ts';
import { flatten } from './flatten.ts';
import { parseBody } from './parse-body.ts';
import { recogniseEvent } from './recognise-event.ts';

/**
 * Checks the secret (header `X-CarePortals-Secret`, else the parameter `secret`) unless somebody vouches for the
 * request, reads the body and names the event.
 * CarePortals gives no event id, so eventId is null and the key is made from the body.
 * @returns what to store, or a refusal: 401 wrong secret, 404 no event name in the path, 400 bad parameter or body.
 */
export function verifyCareportalsDelivery(
  request: WebhookRequest,
  secrets: readonly string[],
  receivedAt: Date,
): VerifiedDelivery | WebhookRefusal {
  if (!request.vouchedFor && !bringsSecret(request, secrets)) {
    return {
      status: 401,
      error:
        'The webhook secret is missing or wrong. Send it in the header X-CarePortals-Secret, or as ?secret= in the address.',
    };
  }
  const named = eventNameOf(request.event, request.query);
  if ('status' in named) return named;
  const body = parseBody(request.rawBody);
  if ('status' in body) return body;
  const flat = flatten(body.payload);
  const eventType = named.name ?? recogniseEvent(flat);
  return {
    eventType,
    eventKey: eventKey(eventType, flat, body.payload, receivedAt),
    eventId: null,
    payload: body.payload,
  };
}

function bringsSecret({ headers, query }: WebhookRequest, secrets: readonly string[]): boolean {
  const given = headers['x-careportals-secret'] ?? query.secret;
  return typeof given === 'string' && isKnownSecret(given, secrets);
}
