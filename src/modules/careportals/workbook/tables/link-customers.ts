import { CompiledQuery } from 'kysely';
import type { Instant } from '../../../../platform/database/instant.ts';
import { queryIn } from '../../../../platform/database/query.ts';
import { linkLearnedCustomer } from '../../intake/careportals/link-learned-customer.ts';
import type { Tx } from '../../tables.ts';
import type { Context } from '../table.ts';
import { rowsByKey } from './find-known.ts';
import { workbookCause } from './workbook-cause.ts';

/** What may have been told under an id before anybody knew whose it is. */
const TOLD_UNDER_IDS = ['subscriptions', 'prescriptions', 'messages', 'questionnaire_submissions'];

/**
 * Gives customers what waited for one of the ids that are theirs from now on.
 * @param learned the customer's own id by the id that was learned.
 */
export async function linkCustomers(tx: Tx, context: Context, learned: ReadonlyMap<string, string>): Promise<void> {
  const named = await namedAnywhere(tx, [...learned.keys()]);
  if (named.length === 0) return;
  const marks = await marksOf(tx, named);
  for (const id of named) await linkLearnedCustomer(tx, workbookCause(context), learned.get(id) ?? id, [id]);
  for (const { subscription_id, imported_at } of marks) await markAgain(tx, subscription_id, imported_at);
}

/** FOR UPDATE waits for a delivery that is storing something under the id just now. */
async function namedAnywhere(tx: Tx, ids: readonly string[]): Promise<string[]> {
  const found = new Set<string>();
  for (const table of TOLD_UNDER_IDS) {
    const sql = `SELECT emr_customer_id AS id FROM ${table} WHERE emr_customer_id IN (?) FOR UPDATE`;
    for (const { id } of await rowsByKey<{ id: string }>(queryIn(tx), sql, ids)) found.add(id);
  }
  return [...found].sort();
}

interface Mark {
  subscription_id: string;
  imported_at: Instant;
}

function marksOf(tx: Tx, emrIds: readonly string[]): Promise<Mark[]> {
  const sql = `SELECT subscription_id, imported_at FROM subscriptions
    WHERE emr_customer_id IN (?) AND imported_at IS NOT NULL`;
  return rowsByKey<Mark>(queryIn(tx), sql, emrIds);
}

/** Linking is ours: what the workbook wrote last stays the workbook's. */
async function markAgain(tx: Tx, subscriptionId: string, importedAt: Instant): Promise<void> {
  const sql = 'UPDATE subscriptions SET imported_at = ? WHERE subscription_id = ?';
  await tx.executeQuery(CompiledQuery.raw(sql, [importedAt, subscriptionId]));
}
