import type { Query } from '../../../platform/database/query.ts';

export interface Finding {
  name: string;
  /** `note`: worth knowing, nothing to mend at once. */
  state: 'well' | 'note' | 'wrong';
  /** In words, without anybody's data. */
  says: string;
}

interface Check {
  name: string;
  /** Gives one row with `n`, the number of cases. */
  sql: string;
  /** What a number above zero means, and how to mend it. */
  says(n: number): string;
  state: 'note' | 'wrong';
}

const TABLES = ['subscriptions_active', 'subscriptions_paused', 'subscriptions_cancelled'];

/** What settles equal times, as the status trigger does it. */
const STAGE = "FIELD(u.updated_status, 'awaiting_requirements', 'awaiting_script', 'awaiting_shipment', 'shipped')";

const CHECKS: Check[] = [
  {
    name: 'one table a subscription',
    sql: `SELECT COUNT(*) AS n FROM subscriptions s WHERE NOT EXISTS (${TABLES.map(
      (table) => `SELECT 1 FROM ${table} d WHERE d.subscription_id = s.subscription_id`,
    ).join(' UNION ALL ')})`,
    says: (n) => `${n} subscription(s) stand in no table: restore the row that was deleted by hand`,
    state: 'wrong',
  },
  {
    name: 'current status',
    sql: `SELECT COUNT(*) AS n FROM orders o LEFT JOIN LATERAL (
        SELECT u.updated_status, u.status_updated_at FROM order_status_updates u WHERE u.order_id = o.order_id
        ORDER BY u.status_updated_at DESC, ${STAGE} DESC, u.updated_status COLLATE utf8mb4_bin DESC LIMIT 1
      ) h ON TRUE
      WHERE NOT (o.current_status_at <=> h.status_updated_at AND o.current_status <=> h.updated_status)`,
    says: (n) =>
      `${n} order(s) do not show the newest entry of their history: was the status trigger dropped for a while?`,
    state: 'wrong',
  },
  {
    name: 'dead deliveries',
    sql: "SELECT COUNT(*) AS n FROM webhook_inbox WHERE status = 'dead'",
    says: (n) => `${n} webhook(s) failed every attempt; webhookLogs says why, and replayWebhook tries them again`,
    state: 'wrong',
  },
  {
    name: 'quarantined deliveries',
    sql: "SELECT COUNT(*) AS n FROM webhook_inbox WHERE status = 'quarantined'",
    says: (n) => `${n} webhook(s) could not be understood; failedWebhooks lists them`,
    state: 'note',
  },
  {
    name: 'parked deliveries',
    sql: "SELECT COUNT(*) AS n FROM webhook_inbox WHERE status = 'parked'",
    says: (n) => `${n} webhook(s) wait for something that has not arrived, such as a payment's order`,
    state: 'note',
  },
  {
    name: 'products to review',
    sql: 'SELECT COUNT(*) AS n FROM products WHERE needs_review',
    says: (n) => `${n} product(s) lack a price, a drug name or a renewal interval`,
    state: 'note',
  },
  {
    name: 'orders from status events',
    sql: 'SELECT COUNT(*) AS n FROM orders WHERE is_stub',
    says: (n) => `${n} order(s) were built from a status event and still wait for order.created`,
    state: 'note',
  },
];

/** Looks over the data for what the keys and triggers should make impossible, and for what somebody should look at. */
export async function examine(query: Query): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const { name, sql, says, state } of CHECKS) {
    const [row] = await query<{ n: string }>(sql);
    const n = Number(row?.n ?? 0);
    findings.push(n === 0 ? { name, state: 'well', says: 'nothing to say' } : { name, state, says: says(n) });
  }
  return findings;
}
