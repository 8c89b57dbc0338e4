import type { Query } from '../../../../platform/database/query.ts';
import type { SheetName } from '../sheet.ts';

/** Tables that are only added to, with the number that MySQL gives each row. */
export const ADDED_TO = {
  'order.updated': { table: 'order_status_updates', id: 'update_id' },
  questionnaire_structure: { table: 'questionnaire_responses', id: 'response_id' },
  'subscription.full_log': { table: 'subscriptions_audit_log', id: 'log_id' },
  Subscription_Errors: { table: 'error_logs', id: 'error_id' },
} satisfies Partial<Record<SheetName, { table: string; id: string }>>;

/** The newest row of each, by table. */
export async function newestRows(query: Query): Promise<Record<string, string>> {
  const newest: Record<string, string> = {};
  for (const { table, id } of Object.values(ADDED_TO)) {
    const [row] = await query<{ id: unknown }>(`SELECT COALESCE(MAX(${id}), 0) AS id FROM ${table}`);
    newest[table] = String(row?.id);
  }
  return newest;
}

/** How many rows a table has beyond that one; other programs may have added some. */
export async function rowsSince(query: Query, { table, id }: { table: string; id: string }, newest: string) {
  const [row] = await query<{ counted: unknown }>(`SELECT COUNT(*) AS counted FROM ${table} WHERE ${id} > ?`, [newest]);
  return Number(row?.counted);
}
