import type { Instant } from '../../../platform/database/instant.ts';
import type { Condition } from '../../../platform/read/source.ts';

function stateOf(status: string): string {
  return `CASE WHEN ${status} IN ('cancelled', 'ended') THEN 'cancelled' WHEN ${status} = 'paused' THEN 'paused' ELSE 'active' END`;
}

const DETAILS = ['active', 'paused', 'cancelled']
  .map(
    (state) =>
      `SELECT subscription_id, customer_id, product_id, created_at, updated_at, state FROM subscriptions_${state}`,
  )
  .join(' UNION ALL ');

/**
 * The subscriptions as they stood at a moment, as CTEs to put in front of a SELECT: `standing` has subscription_id,
 * customer_id, product_id, created_at, `state` at that moment and `since` when.
 *
 * The trail says it: the first move after the moment tells the state before it. One whose trail knows no move (a workbook
 * keeps none) has stood where it stands since it last changed, and was active until then. Product and customer are
 * today's. Entries count from when the EMR says they happened, but not before they could have been heard of.
 */
export function subscriptionsAt(moment: Instant): Condition {
  const sql = `WITH moves AS (
      SELECT subscription_id, log_id, LEAST(COALESCE(updated_at, webhook_received_at), webhook_received_at) AS at,
        ${stateOf('previous_status')} AS was
      FROM subscriptions_audit_log FORCE INDEX (idx_kpi_moves)
      WHERE previous_status <> status AND ${stateOf('previous_status')} <> ${stateOf('status')}),
    later AS (SELECT subscription_id, MIN(log_id) AS log_id FROM moves WHERE at >= ? GROUP BY subscription_id),
    earlier AS (SELECT subscription_id, MAX(at) AS at FROM moves WHERE at < ? GROUP BY subscription_id),
    standing AS (
      SELECT d.subscription_id, d.customer_id, d.product_id, d.created_at,
        CASE WHEN next.was IS NOT NULL THEN next.was
          WHEN earlier.at IS NULL AND d.updated_at >= ? THEN 'active'
          ELSE d.state END AS state,
        COALESCE(earlier.at, IF(next.was IS NULL AND d.updated_at < ?, d.updated_at, NULL), d.created_at) AS since
      FROM (${DETAILS}) d
      LEFT JOIN later ON later.subscription_id = d.subscription_id
      LEFT JOIN moves next ON next.subscription_id = later.subscription_id AND next.log_id = later.log_id
      LEFT JOIN earlier ON earlier.subscription_id = d.subscription_id
      WHERE d.created_at < ?)`;
  return { sql, params: Array<Instant>(5).fill(moment) };
}
