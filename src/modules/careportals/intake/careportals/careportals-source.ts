import type { InboxSource } from '../../../../platform/inbox/inbox-source.ts';
import type { Tables } from '../../tables.ts';
import { handleCareportalsDelivery } from './handle-careportals-delivery.ts';
import { verifyCareportalsDelivery } from './verify-careportals-delivery.ts';

export interface CareportalsSettings {
  /** Any of them opens the door; several while one replaces another. With none nothing is taken. */
  webhookSecrets: readonly string[];
}

/** CarePortals as the inbox sees it. The address without an event is for the workflows that exist already. */
export function careportalsSource({ webhookSecrets }: CareportalsSettings): InboxSource<Tables> {
  return {
    sourceSystem: 'careportals',
    paths: ['/webhooks/careportals', '/webhooks/careportals/:event'],
    verify: (request, receivedAt) => verifyCareportalsDelivery(request, webhookSecrets, receivedAt),
    handlerFor: () => handleCareportalsDelivery,
  };
}
