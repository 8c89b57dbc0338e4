import type { Orm } from '../database/connect.ts';
import type { InboxSource, WebhookRefusal, WebhookRequest } from './inbox-source.ts';
import { redact, UnstorableBody } from './redact.ts';
import { type StoredDelivery, storeDelivery } from './store-delivery.ts';

export interface AcceptedDelivery extends StoredDelivery {
  eventType: string;
}

/**
 * The one way in, whatever a delivery came by: verify, strip secrets, store. It resolves after the commit.
 * @returns a refusal (it has `status`) if the request is not genuine, not readable or cannot be stored.
 * @throws RetryLater if the database is away.
 */
export async function acceptDelivery<Tables>(
  orm: Orm,
  source: InboxSource<Tables>,
  request: WebhookRequest,
  receivedAt: Date,
): Promise<AcceptedDelivery | WebhookRefusal> {
  const verified = source.verify(request, receivedAt);
  if ('status' in verified) return verified;
  const payload = storable(verified.payload);
  if (payload instanceof UnstorableBody) return { status: 400, error: payload.message };
  const { sourceSystem } = source;
  const stored = await storeDelivery(orm, { ...verified, payload, sourceSystem, receivedAt });
  return { ...stored, eventType: verified.eventType };
}

function storable(payload: unknown): unknown {
  try {
    return redact(payload);
  } catch (error) {
    if (error instanceof UnstorableBody) return error;
    throw error;
  }
}
