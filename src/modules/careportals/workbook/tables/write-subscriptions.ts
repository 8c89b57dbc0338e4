import { detailsTable, lockSubscription, type SubscriptionRow } from '../../subscriptions/lock-subscription.ts';
import { auditEntryOf, auditRow, changesBetween } from '../../subscriptions/record-audit.ts';
import { rewriteSubscription } from '../../subscriptions/write-subscription.ts';
import type { Tx } from '../../tables.ts';
import type { SubscriptionLine } from '../lines.ts';
import { LostRace } from '../lost-race.ts';
import type { Context, Settled } from '../table.ts';
import { insertRows } from './insert-rows.ts';
import { stubParents } from './stub-parents.ts';
import { asTold, newSubscription, type Told, withBlanksFilled } from './subscription-import.ts';
import { workbookCause } from './workbook-cause.ts';

const TRIGGER = 'import';

/** Puts new subscriptions in, a statement a table; changes and fills the others one by one, as events do. */
export async function writeSubscriptions(
  tx: Tx,
  context: Context,
  settled: readonly Settled<SubscriptionLine>[],
): Promise<void> {
  await stubParents(tx, context, settled);
  const plans = settled.map(({ did, plan }) => ({ did, told: plan as Told }));
  const sorted = plans.toSorted((a, b) => (a.told.line.subscription_id < b.told.line.subscription_id ? -1 : 1));
  await insertNew(
    tx,
    context,
    sorted.filter(({ did }) => did === 'written').map(({ told }) => newSubscription(told)),
  );
  for (const { did, told } of sorted) {
    if (did === 'updated') await update(tx, context, told);
    if (did === 'filled') await fill(tx, context, told);
  }
}

async function insertNew(tx: Tx, context: Context, rows: readonly SubscriptionRow[]): Promise<void> {
  const cause = workbookCause(context);
  const entries = rows.map((row) => auditEntryOf(cause, null, row, { triggerType: TRIGGER, effect: 'created' }));
  const spines = rows.map((row, index) => spineOf(row, entries[index]?.hash ?? null, context));
  await insertRows(tx, 'subscriptions', spines);
  for (const state of ['active', 'paused', 'cancelled'] as const) {
    const here = rows.filter((row) => row.state === state).map(detailsOf);
    await insertRows(tx, detailsTable(state), here);
  }
  await insertRows(tx, 'subscriptions_audit_log', entries.map(auditRow));
}

function spineOf(row: SubscriptionRow, auditHead: string | null, { startedAt }: Context) {
  return {
    subscription_id: row.subscriptionId,
    state: row.state,
    source_updated_at: row.sourceUpdatedAt,
    emr_customer_id: row.emrCustomerId,
    told_at: JSON.stringify(row.toldAt),
    audit_head: auditHead,
    imported_at: startedAt,
  };
}

function detailsOf(row: SubscriptionRow) {
  return {
    subscription_id: row.subscriptionId,
    customer_id: row.customerId,
    product_id: row.productId,
    cycle: row.cycle,
    status: row.status,
    created_at: row.createdAt,
    updated_at: row.updatedAt,
  };
}

async function update(tx: Tx, context: Context, told: Told): Promise<void> {
  const before = await lockMarked(tx, told, true);
  const after = asTold(before, told);
  const { startedAt } = context;
  const { subscription_id } = told.line;
  // What is written by an import stays the next sync's to change.
  const mark = tx
    .updateTable('subscriptions')
    .set({ imported_at: startedAt })
    .where('subscription_id', '=', subscription_id);
  await rewrite(tx, context, before, after, [mark]);
}

async function fill(tx: Tx, context: Context, told: Told): Promise<void> {
  const before = await lockMarked(tx, told, false);
  await rewrite(tx, context, before, withBlanksFilled(before, told), []);
}

function rewrite(
  tx: Tx,
  context: Context,
  before: SubscriptionRow,
  after: SubscriptionRow,
  also: Parameters<typeof rewriteSubscription>[5],
) {
  const changes = changesBetween(before, after);
  const version = changes === null ? before.version : before.version + 1;
  const effect = before.state !== after.state ? 'moved' : changes === null ? 'unchanged' : 'changed';
  const event = { triggerType: TRIGGER, effect } as const;
  return rewriteSubscription(tx, workbookCause(context), before, { ...after, version }, event, also);
}

/** Under its lock it must be as it was seen: written last by an import, or not. */
async function lockMarked(tx: Tx, { line }: Told, isImported: boolean): Promise<SubscriptionRow> {
  const row = await lockSubscription(tx, line.subscription_id);
  const mark = await tx
    .selectFrom('subscriptions')
    .select('imported_at')
    .where('subscription_id', '=', line.subscription_id)
    .executeTakeFirst();
  if (row === null || (mark?.imported_at != null) !== isImported) throw new LostRace();
  return row;
}
