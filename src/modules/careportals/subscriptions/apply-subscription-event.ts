import type { Cause } from '../../../platform/cause.ts';
import type { Instant } from '../../../platform/database/instant.ts';
import type { Tx } from '../tables.ts';

/** What the EMR said of a subscription in one event; null where it said nothing usable. */
export interface SubscriptionEvent {
  subscriptionId: string;
  /** Kept in the audit log: `created`, `active`, `paused`, `cancelled`, `ended`, `renewal`. */
  triggerType: string;
  /** `active`, `paused`, `cancelled` or `ended`; null if the event is no change of status (a renewal notice). */
  status: 'active' | 'paused' | 'cancelled' | 'ended' | null;
  /** A known customer's id (aliases resolved). */
  customerId: string | null;
  /** A product that exists. */
  productId: string | null;
  cycle: number | null;
  nextCycleDate: Instant | null;
  createdAt: Instant | null;
  /** The EMR's clock; the receipt time where the body has none. */
  updatedAt: Instant;
  /** The stored body, for the audit entry. */
  rawData: unknown;
}

/** Applies an EMR event: the EMR may do any transition, unless something newer is known already. */
export async function applySubscriptionEvent(_tx: Tx, _cause: Cause, _event: SubscriptionEvent): Promise<void> {
  throw new Error('being written');
}
