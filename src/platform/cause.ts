import type { Instant } from './database/instant.ts';

/** Who or what makes a change, and when. Every verb that writes takes one; audit rows are filled from it. */
export interface Cause {
  /** The token's subject, or the sender's name for a webhook (`careportals`, `stripe`). */
  actor: string;
  /** The caller's role, or `system` for webhooks and jobs. */
  actorRole: string;
  source: 'mutation' | 'webhook' | 'job' | 'import';
  /** Follows one request or delivery through logs, rows and live events. */
  correlationId: string;
  /** Our clock when the change began. */
  at: Instant;
}
