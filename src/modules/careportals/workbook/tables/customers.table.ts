import { CompiledQuery } from 'kysely';
import type { Instant } from '../../../../platform/database/instant.ts';
import type { Query } from '../../../../platform/database/query.ts';
import { unpark } from '../../../../platform/inbox/unpark.ts';
import type { Tx } from '../../tables.ts';
import { BEFORE_ALL } from '../../told-at.ts';
import type { CustomerLine } from '../lines.ts';
import type { Admitted, Context, Did, Settled, Table } from '../table.ts';
import { rowsByKey } from './find-known.ts';
import { insertRows } from './insert-rows.ts';
import { linkCustomers } from './link-customers.ts';
import { ownersOf, pagesOf } from './pages-of.ts';
import { sortedBy } from './plain-table.ts';
import { type Recognised, recogniseCustomers } from './recognise-customers.ts';
import { type KnownPlan, type Marked, settleKnown, withoutChanging } from './settle-known.ts';
import { writeKnown } from './write-known.ts';

const COLUMNS = ['email', 'first_name', 'last_name', 'phone'] as const;
const PAGED = { table: 'customers', key: 'customer_id', columns: ['customer_id', ...COLUMNS] };

type Row = Marked<CustomerLine> & { created_at: Instant };

interface CustomerPlan extends Partial<KnownPlan> {
  who: Recognised;
  /** The row's own id in the sheet. */
  sheetId: string;
  /** Their first order, if the row says that they came later. */
  since: Instant | null;
}

export const customersTable: Table<CustomerLine> = {
  sheet: 'customers',
  batchRows: 1_000,
  async settle(query, context, lines) {
    const recognised = await recogniseCustomers(query, context.known, lines);
    const rows = await rowsOf(query, recognised);
    return lines.map((admitted, index) => {
      const who = recognised[index]!;
      return settleOne(context, admitted, who, rows.get(who.customerId));
    });
  },
  async write(tx, context, settled) {
    const written = settled.filter((one) => !planOf(one).who.isKnown);
    const rows = written.map((one) => newRow(context, one));
    await insertRows(tx, 'customers', sortedBy(rows, 'customer_id'));
    const learned = await insertAliases(tx, context, settled);
    await writeKnown(tx, context, { table: 'customers', key: 'customer_id' }, settled);
    for (const one of settled) await bringForward(tx, one);
    await linkCustomers(tx, context, learned);
    const names = [...learned.keys()].map((id) => `customer:${id}`);
    await unpark(tx, names, context.startedAt);
  },
  tells: (settled) =>
    settled.flatMap((one): [kind: 'customer', key: string, own?: string][] => {
      const { who, sheetId } = planOf(one);
      const { customerId, emailKey } = who;
      const alias: ['customer', string, string][] = sheetId === customerId ? [] : [['customer', sheetId, customerId]];
      return [['customer', customerId], ...alias, ...(who.isEmailOfOther ? [] : [emailOf(emailKey, customerId)])];
    }),
  pages: (query) => pagesOf<CustomerLine>(query, PAGED),
  owner: (query, keys) => ownersOf(query, PAGED, keys),
};

function emailOf(emailKey: string, customerId: string): ['customer', string, string] {
  return ['customer', emailKey, customerId];
}

function planOf({ plan }: Settled<CustomerLine>): CustomerPlan {
  return plan as CustomerPlan;
}

async function rowsOf(query: Query, recognised: readonly Recognised[]): Promise<Map<string, Row>> {
  const ids = recognised.filter(({ isKnown }) => isKnown).map(({ customerId }) => customerId);
  const sql = `SELECT customer_id, ${COLUMNS.join(', ')}, created_at, imported_at FROM customers
    WHERE customer_id IN (?)`;
  const rows = await rowsByKey<Row>(query, sql, ids);
  return new Map(rows.map((row) => [row.customer_id, row]));
}

function settleOne(
  context: Context,
  admitted: Admitted<CustomerLine>,
  who: Recognised,
  row: Row | undefined,
): Settled<CustomerLine> {
  const sheetId = admitted.line.customer_id;
  const own = { ...admitted, line: { ...admitted.line, customer_id: who.customerId } };
  const findings = sheetId === who.customerId ? [] : [sameEmail(admitted, who.customerId)];
  const first = context.known.firstOrderOf(sheetId);
  const plan: CustomerPlan = { who, sheetId, since: null };
  if (!who.isKnown) return { ...own, did: 'written', findings, differs: [], plan: { ...plan, since: first } };
  // Of several rows of one customer their own counts, of which import and sync have the last word.
  if (findings.length > 0 && (who.isRepeat || row === undefined || row.imported_at !== null)) {
    const did: Did = who.aliases.length > 0 ? 'written' : 'unchanged';
    return { ...own, did, findings, differs: [], plan: { ...plan, since: first } };
  }
  if (row === undefined) return { ...own, did: 'unchanged', findings, differs: [], plan };
  const compared = settleKnown(context, own, row, { columns: COLUMNS });
  const settled = who.isEmailOfOther ? withoutChanging(compared, ['email']) : compared;
  const since = row.imported_at === null && first !== null && first < row.created_at ? first : null;
  const did = since !== null && (settled.did === 'unchanged' || settled.did === 'kept') ? 'filled' : settled.did;
  return { ...settled, did, findings, plan: { ...(settled.plan as KnownPlan), ...plan, since } };
}

function sameEmail({ tab, row, line }: Admitted<CustomerLine>, customerId: string) {
  const rule = 'customer-same-email' as const;
  return {
    sheet: 'customers' as const,
    tab,
    row,
    column: 'email',
    rule,
    was: line.email,
    became: customerId,
  };
}

function newRow({ startedAt }: Context, { line, plan }: Settled<CustomerLine>) {
  const { email, first_name, last_name, phone } = line;
  const told = { email, firstName: first_name, lastName: last_name, phone };
  const names = Object.entries(told).filter(([, value]) => value !== null);
  return {
    ...line,
    created_at: (plan as CustomerPlan).since ?? startedAt,
    told_at: JSON.stringify(Object.fromEntries(names.map(([name]) => [name, BEFORE_ALL]))),
    imported_at: startedAt,
  };
}

/** @returns whose the ids are from now on. */
async function insertAliases(
  tx: Tx,
  { startedAt }: Context,
  settled: readonly Settled<CustomerLine>[],
): Promise<Map<string, string>> {
  const learned = new Map<string, string>();
  for (const one of settled) {
    const { who } = planOf(one);
    for (const id of who.aliases) learned.set(id, who.customerId);
  }
  const rows = [...learned].map(([id, customer_id]) => ({ careportals_id: id, customer_id, first_seen_at: startedAt }));
  await insertRows(tx, 'customer_aliases', sortedBy(rows, 'careportals_id'));
  return learned;
}

/** Whoever ordered was a customer by then. */
async function bringForward(tx: Tx, one: Settled<CustomerLine>): Promise<void> {
  const { who, since } = planOf(one);
  if (!who.isKnown || since === null) return;
  const sql = 'UPDATE customers SET created_at = ? WHERE customer_id = ? AND created_at > ?';
  await tx.executeQuery(CompiledQuery.raw(sql, [since, who.customerId, since]));
}
