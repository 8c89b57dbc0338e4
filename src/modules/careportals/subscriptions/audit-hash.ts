import { createHash } from 'node:crypto';
import { canonicalJson } from '../../../platform/canonical-json.ts';
import type { Instant } from '../../../platform/database/instant.ts';

/** All that an audit row says, by column name; log_id and public_id are the database's own and stay outside. */
export interface AuditContent {
  subscription_id: string;
  customer_id: string | null;
  product_id: string | null;
  cycle: number | null;
  status: string;
  previous_status: string | null;
  version: number | null;
  trigger_type: string;
  effect: string;
  actor: string;
  actor_role: string;
  source: string;
  reason: string | null;
  comment: string | null;
  correlation_id: string | null;
  created_at: Instant | null;
  updated_at: Instant | null;
  webhook_received_at: Instant;
  raw_data: unknown;
  changes: Changes | null;
}

/** Fields of a subscription by their name in the graph, each as [before, after]. */
export type Changes = Record<string, [unknown, unknown]>;

/**
 * The SHA-256 that an audit row carries: over its content and its predecessor's hash, as hex.
 * Whoever changes, removes or inserts a row in the middle breaks every hash after it.
 */
export function auditHash(previousHash: string | null, { changes, ...content }: AuditContent): string {
  // Entries from before the column existed were hashed without it.
  const said = changes === null ? content : { ...content, changes };
  return createHash('sha256')
    .update(`${previousHash ?? ''}\n${canonicalJson(said)}`)
    .digest('hex');
}
