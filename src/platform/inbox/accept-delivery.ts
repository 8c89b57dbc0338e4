import type { Orm } from '../database/connect.ts';
import type { InboxSource, WebhookRefusal, WebhookRequest } from './inbox-source.ts';
import { redact, UnstorableBody } from './redact.ts';
import { type NewDelivery, type StoredDelivery, storeDelivery } from './store-delivery.ts';

export interface AcceptedDelivery extends StoredDelivery {
  eventType: string;
}

/**
 * Takes a delivery, whatever it came by. It resolves after the commit.
 * @returns a refusal (it has `status`) as examineDelivery gives it.
 * @throws RetryLater if the database is away.
 */
export async function acceptDelivery<Tables>(
  orm: Orm,
  source: InboxSource<Tables>,
  request: WebhookRequest,
  receivedAt: Date,
): Promise<AcceptedDelivery | WebhookRefusal> {
  const delivery = examineDelivery(source, request, receivedAt);
  if ('status' in delivery) return delivery;
  return { ...(await storeDelivery(orm, delivery)), eventType: delivery.eventType };
}

/**
 * The one check of what comes in: genuine, readable, and stripped of secrets.
 * @returns what may be stored, or a refusal (it has `status`) if it is not genuine, not readable or cannot be stored.
 */
export function examineDelivery<Tables>(
  source: InboxSource<Tables>,
  request: WebhookRequest,
  receivedAt: Date,
): NewDelivery | WebhookRefusal {
  const verified = source.verify(request, receivedAt);
  if ('status' in verified) return verified;
  const payload = storable(verified.payload);
  if (payload instanceof UnstorableBody) return { status: 400, error: payload.message };
  return { ...verified, payload, sourceSystem: source.sourceSystem, receivedAt };
}

function storable(payload: unknown): unknown {
  try {
    return redact(payload);
  } catch (error) {
    if (error instanceof UnstorableBody) return error;
    throw error;
  }
}
