import type { Query } from '../../../platform/database/query.ts';
import { type AuditContent, auditHash, type Changes } from './audit-hash.ts';

/** A place where the trail is not what was written. */
export interface BrokenLink {
  subscriptionId: string;
  /** The entry at which it shows; `none` if all entries of the subscription are gone. */
  logId: string;
  /** In words, without anybody's data. */
  reason: string;
}

export interface AuditVerdict {
  /** Entries that were read. */
  entries: number;
  broken: BrokenLink[];
}

/** An entry as it is stored, with what its subscription names as its newest entry. */
interface Entry extends Omit<AuditContent, 'raw_data' | 'changes'> {
  log_id: string;
  /** JSON text. */
  raw_data: string | null;
  /** JSON text. */
  changes: string | null;
  previous_hash: string | null;
  hash: string;
  /** Null if there is no such subscription. */
  spine_id: string | null;
  audit_head: string | null;
}

/** Entries in one read; with large bodies some 10 MB. */
const BATCH = 200;

/**
 * Recomputes every hash of the audit trail, subscription by subscription, in the order of the chain, and compares each
 * link with the entry before it and the last one with the subscription's `audit_head`. May run while others write.
 * Who can rewrite a whole chain and the subscription as well is not found: nothing of it is kept outside the database.
 * @param query as any account that may read; @param onProgress is told the number of entries read so far.
 */
export async function verifyAuditChains(
  query: Query,
  onProgress: (entries: number) => void = () => undefined,
): Promise<AuditVerdict> {
  const verdict: AuditVerdict = { entries: 0, broken: [] };
  let last: Entry | null = null;
  for await (const batch of batches(query)) {
    for (const entry of batch) {
      verdict.broken.push(...flawsOf(entry, last));
      last = entry;
    }
    verdict.entries += batch.length;
    onProgress(verdict.entries);
  }
  verdict.broken.push(...(last === null ? [] : endOf(last)), ...(await emptied(query)));
  return verdict;
}

async function* batches(query: Query): AsyncGenerator<Entry[], void> {
  let after: [string, string] = ['', '0'];
  for (;;) {
    const batch = await query<Entry>(ENTRIES, [after[0], ...after]);
    const last = batch.at(-1);
    if (last === undefined) return;
    yield batch;
    after = [last.subscription_id, last.log_id];
  }
}

// In one statement with the head: so a chain that grows meanwhile never looks cut off. The first comparison alone
// bounds the index; MySQL makes no range of the pair.
const ENTRIES = `SELECT l.log_id, l.subscription_id, l.customer_id, l.product_id, l.cycle, l.status, l.previous_status,
    l.version, l.trigger_type, l.effect, l.actor, l.actor_role, l.source, l.reason, l.comment, l.correlation_id,
    l.created_at, l.updated_at, l.webhook_received_at, CAST(l.raw_data AS CHAR) AS raw_data,
    CAST(l.changes AS CHAR) AS changes, l.previous_hash, l.hash,
    s.subscription_id AS spine_id, s.audit_head
  FROM subscriptions_audit_log l FORCE INDEX (idx_subscription_id)
  LEFT JOIN subscriptions s ON s.subscription_id = l.subscription_id
  WHERE l.subscription_id >= ? AND (l.subscription_id > ? OR l.log_id > ?)
  ORDER BY l.subscription_id, l.log_id LIMIT ${BATCH}`;

function flawsOf(entry: Entry, last: Entry | null): BrokenLink[] {
  const continues = last !== null && last.subscription_id === entry.subscription_id;
  const flaws = last === null || continues ? [] : endOf(last);
  if (!continues && entry.spine_id === null) flaws.push(at(entry, 'the subscription itself is gone'));
  if (entry.previous_hash !== (continues ? last.hash : null)) {
    flaws.push(at(entry, 'it does not follow the entry before it: one was removed, inserted or moved'));
  }
  if (auditHash(entry.previous_hash, contentOf(entry)) !== entry.hash) {
    flaws.push(at(entry, 'its hash does not fit its content: it was changed'));
  }
  return flaws;
}

function endOf(last: Entry): BrokenLink[] {
  if (last.spine_id === null || last.audit_head === last.hash) return [];
  return [at(last, 'the subscription names another entry as its newest: entries after this one were removed or added')];
}

function contentOf(entry: Entry): AuditContent {
  const { log_id, previous_hash, hash, spine_id, audit_head, raw_data, changes, ...columns } = entry;
  return { ...columns, raw_data: parsed(raw_data), changes: parsed(changes) as Changes | null };
}

function parsed(json: string | null): unknown {
  return json === null ? null : JSON.parse(json);
}

function at({ subscription_id, log_id }: Entry, reason: string): BrokenLink {
  return { subscriptionId: subscription_id, logId: log_id, reason };
}

/** Subscriptions that had a trail and have none. */
async function emptied(query: Query): Promise<BrokenLink[]> {
  const rows = await query<{ subscription_id: string }>(
    `SELECT s.subscription_id FROM subscriptions s WHERE s.audit_head IS NOT NULL
       AND NOT EXISTS (SELECT 1 FROM subscriptions_audit_log l WHERE l.subscription_id = s.subscription_id)`,
  );
  return rows.map((row) => ({
    subscriptionId: row.subscription_id,
    logId: 'none',
    reason: 'all its entries were removed',
  }));
}
