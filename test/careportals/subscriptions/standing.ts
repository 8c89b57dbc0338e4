import type { Query } from '../../../src/platform/database/query.ts';

/** A subscription as the tables show it. */
export interface Standing {
  subscription_id: string;
  public_id: string;
  state: string;
  version: number;
  next_cycle_date: string | null;
  source_updated_at: string | null;
  moved_at: string | null;
  audit_head: string | null;
  told_at: { here?: string[] } | null;
  scheduled_action: string | null;
  scheduled_at: string | null;
  skipped_dates: string[] | null;
  customer_id: string | null;
  emr_customer_id: string | null;
  phases: unknown;
  product_id: string | null;
  cycle: number;
  status: string;
  created_at: string;
  updated_at: string | null;
}

const TABLES = ['subscriptions_active', 'subscriptions_paused', 'subscriptions_cancelled'];
const DETAILS = TABLES.map(
  (table) => `SELECT subscription_id, state AS stands_in, customer_id, product_id, cycle, status, created_at, updated_at
    FROM ${table}`,
).join(' UNION ALL ');

/** The one row of a subscription, spine and details; fails unless it stands in exactly one table. */
export async function standing(query: Query, id: string): Promise<Standing> {
  const found = await query<Standing & { stands_in: string }>(
    `SELECT s.*, d.* FROM subscriptions s JOIN (${DETAILS}) d USING (subscription_id) WHERE s.subscription_id = ?`,
    [id],
  );
  const [row] = found;
  if (row === undefined || found.length > 1) throw new Error(`${id} stands in ${found.length} tables`);
  if (row.stands_in !== row.state) throw new Error(`${id} is ${row.state} and stands in ${row.stands_in}`);
  return row;
}

export interface Entry {
  log_id: string;
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
  created_at: string | null;
  updated_at: string | null;
  webhook_received_at: string;
  raw_data: unknown;
  changes: Record<string, [unknown, unknown]> | null;
  previous_hash: string | null;
  hash: string;
}

/** A subscription's audit trail, oldest first. */
export function trail(query: Query, id: string): Promise<Entry[]> {
  return query<Entry>('SELECT * FROM subscriptions_audit_log WHERE subscription_id = ? ORDER BY log_id', [id]);
}

/**
 * Where the tables contradict each other, in words; for schemas in which every change went through the program: a
 * subscription in no table or several, a version without its entry, an entry that does not begin where the last ended.
 */
export async function contradictions(query: Query): Promise<string[]> {
  const rows = await query<{ id: string; flaw: string }>(
    `SELECT s.subscription_id AS id, CONCAT('stands in ', COUNT(d.subscription_id), ' tables') AS flaw
      FROM subscriptions s LEFT JOIN (${DETAILS}) d USING (subscription_id)
      GROUP BY s.subscription_id HAVING COUNT(d.subscription_id) <> 1
    UNION ALL SELECT subscription_id, CONCAT('entry ', log_id, ' skips a version or goes back')
      FROM (SELECT l.*, LAG(version, 1, 0) OVER w AS before_it FROM subscriptions_audit_log l
        WINDOW w AS (PARTITION BY subscription_id ORDER BY log_id)) links
      WHERE before_it > 0 AND (version < before_it OR version > before_it + 1)
    UNION ALL SELECT subscription_id, CONCAT('entry ', log_id, ' does not begin where the one before ended')
      FROM (SELECT l.*, LAG(status) OVER w AS status_before FROM subscriptions_audit_log l
        WINDOW w AS (PARTITION BY subscription_id ORDER BY log_id)) links
      WHERE status_before IS NOT NULL AND NOT (previous_status <=> status_before)
    UNION ALL SELECT s.subscription_id, 'is not what its last entry says' FROM subscriptions s
      JOIN (${DETAILS}) d USING (subscription_id)
      JOIN subscriptions_audit_log l ON l.log_id =
        (SELECT MAX(log_id) FROM subscriptions_audit_log m WHERE m.subscription_id = s.subscription_id)
      WHERE l.version <> s.version OR l.status <> d.status OR l.cycle <> d.cycle OR NOT (s.audit_head <=> l.hash)`,
  );
  return rows.map(({ id, flaw }) => `${id} ${flaw}`);
}

let made = 0;

/** An id of the EMR's kind that nothing else in this file uses. */
export function newId(): string {
  return `e${(++made).toString(16).padStart(23, '0')}`;
}
