import type { Instant } from '../../../../platform/database/instant.ts';
import type { Query } from '../../../../platform/database/query.ts';
import { isStandIn } from '../../customers/stand-in-customer-id.ts';
import type { SubscriptionState } from '../../subscriptions/subscription.entity.ts';
import type { SubscriptionLine } from '../lines.ts';
import type { SheetName } from '../sheet.ts';
import type { Admitted, Context, Did, Kind, Settled, Table } from '../table.ts';
import { ownCustomerIds } from './find-known.ts';
import { ownersOf } from './pages-of.ts';
import { differingColumns } from './same-line.ts';
import { noteStubs, tellsOfStubs } from './stub-parents.ts';
import type { Told } from './subscription-import.ts';
import { writeSubscriptions } from './write-subscriptions.ts';

/** The three sheets of subscriptions, whose rows move between three tables. */
export const subscriptionsTable: Table<SubscriptionLine> = {
  sheet: ['subscription.active', 'subscription.paused', 'subscription.cancelled'],
  batchRows: 1_000,
  settle,
  write: writeSubscriptions,
  tells,
  pages,
  owner: (query, keys) => ownersOf(query, { table: 'subscriptions', key: 'subscription_id', columns: [] }, keys),
};

type Line = Admitted<SubscriptionLine>;

/** A subscription as it stands. */
interface Standing extends SubscriptionLine {
  customer_id: string | null;
  /** As the EMR told it last. */
  told_customer_id: string | null;
  imported_at: Instant | null;
}

const COLUMNS = ['state', 'emr_customer_id', 'product_id', 'cycle', 'status', 'created_at', 'updated_at'] as const;

async function settle(query: Query, context: Context, lines: readonly Line[]): Promise<Settled<SubscriptionLine>[]> {
  const named = lines.flatMap(({ line }) => (line.emr_customer_id === null ? [] : [line.emr_customer_id]));
  const own = await ownCustomerIds(query, context.known, named);
  const standing = await standingOf(
    query,
    lines.map(({ line }) => line.subscription_id),
  );
  const settled = lines.map((admitted) => {
    const told = { line: admitted.line, customerId: own.get(admitted.line.emr_customer_id ?? '') ?? null };
    return settleOne(context.mode, admitted, told, standing.get(admitted.line.subscription_id));
  });
  // A batch is of one sheet.
  const [first] = lines;
  if (first === undefined) return [];
  const place = { sheet: sheetOf(first.line), column: 'ProductID' };
  await noteStubs(query, context.known, 'product-stubbed', place, settled, ({ product_id }) => product_id);
  return settled;
}

function sheetOf({ state }: SubscriptionLine): SheetName {
  return `subscription.${state}`;
}

function settleOne(
  mode: Context['mode'],
  admitted: Line,
  told: Told,
  standing: Standing | undefined,
): Settled<SubscriptionLine> {
  const findings = told.line.emr_customer_id !== null && told.customerId === null ? [strangerOf(admitted)] : [];
  const differs = standing === undefined ? [] : differingColumns(shownOf(told), standing, COLUMNS);
  return { ...admitted, did: didOf(mode, told, standing, differs), findings, differs, plan: told };
}

function strangerOf({ tab, row, line }: Line): Settled<SubscriptionLine>['findings'][number] {
  const rule = 'subscription-customer-unknown';
  return { sheet: sheetOf(line), tab, row, column: 'CustomerID', rule, was: line.emr_customer_id, became: null };
}

/** With the customer's own id, as `standingOf` has it. */
function shownOf({ line, customerId }: Told): SubscriptionLine {
  return { ...line, emr_customer_id: customerId ?? line.emr_customer_id };
}

function didOf(mode: Context['mode'], told: Told, standing: Standing | undefined, differs: readonly string[]): Did {
  if (standing === undefined) return 'written';
  if (standing.imported_at === null)
    return fills(told, standing) ? 'filled' : differs.length === 0 ? 'unchanged' : 'kept';
  if (differs.length === 0) return 'unchanged';
  return mode === 'sync' ? 'updated' : 'kept';
}

/** Whether the line knows what nobody has told yet. */
function fills({ line, customerId }: Told, standing: Standing): boolean {
  const { customer_id, told_customer_id: told } = standing;
  const isUnclaimed = customer_id === null && (told === null || told === line.emr_customer_id);
  const tellsCustomer = customerId !== null || (told === null && line.emr_customer_id !== null);
  return (
    (isUnclaimed && tellsCustomer) ||
    (standing.product_id === null && line.product_id !== null) ||
    (standing.updated_at === null && line.updated_at !== null)
  );
}

/** Of the customer the own id, else the one that was told. */
async function standingOf(query: Query, ids: readonly string[]): Promise<Map<string, Standing>> {
  if (ids.length === 0) return new Map();
  const rows = await query<Standing>(STANDING, [ids, ids, ids]);
  return new Map(rows.map((row) => [row.subscription_id, withoutStandIn(row)]));
}

function withoutStandIn<Row extends SubscriptionLine>(row: Row): Row {
  const id = row.emr_customer_id;
  return id !== null && isStandIn(id) ? { ...row, emr_customer_id: null } : row;
}

const DETAILS = `s.subscription_id, s.state, COALESCE(d.customer_id, s.emr_customer_id) AS emr_customer_id,
  d.product_id, d.cycle, d.status, d.created_at, d.updated_at`;

const STANDING = (['active', 'paused', 'cancelled'] satisfies SubscriptionState[])
  .map(
    (
      state,
    ) => `SELECT ${DETAILS}, d.customer_id, s.emr_customer_id AS told_customer_id, s.imported_at FROM subscriptions s
      JOIN subscriptions_${state} d ON d.subscription_id = s.subscription_id WHERE s.subscription_id IN (?)`,
  )
  .join(' UNION ALL ');

function tells(settled: readonly Settled<SubscriptionLine>[]): [Kind, string][] {
  const own = settled.map(({ line }): [Kind, string] => ['subscription', line.subscription_id]);
  return [...own, ...tellsOfStubs(settled)];
}

const PAGE = 2_000;

async function* pages(query: Query, sheet: SheetName): AsyncGenerator<readonly SubscriptionLine[], void> {
  const sql = `SELECT ${DETAILS} FROM ${sheet.replace('.', 's_')} d
    JOIN subscriptions s ON s.subscription_id = d.subscription_id
    WHERE d.subscription_id > ? ORDER BY d.subscription_id LIMIT ${PAGE}`;
  let after = '';
  for (;;) {
    const page = await query<SubscriptionLine>(sql, [after]);
    const last = page.at(-1);
    if (last === undefined) return;
    yield page.map(withoutStandIn);
    after = last.subscription_id;
  }
}
