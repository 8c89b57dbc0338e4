import type { Selectable } from 'kysely';
import type { Query } from '../../../../platform/database/query.ts';
import { unpark } from '../../../../platform/inbox/unpark.ts';
import { knownOrder } from '../../orders/lock-order.ts';
import {
  changesOfImport,
  type ImportedOrder,
  mergeImportedOrder,
  withImported,
} from '../../orders/merge-imported-order.ts';
import { storedColumns } from '../../orders/order-columns.ts';
import { reportAmountMismatch, reportAmountMismatches } from '../../orders/report-amount-mismatch.ts';
import type { Tables, Tx } from '../../tables.ts';
import type { OrderLine } from '../lines.ts';
import { parkLines, type Waiting } from '../parked/park-lines.ts';
import { ordersSheet } from '../sheets/orders.sheet.ts';
import type { Admitted, Context, Kind, Settled, Table } from '../table.ts';
import { accountedFor, ownCustomerIds, rowsByKey } from './find-known.ts';
import { insertRows } from './insert-rows.ts';
import { saidOf, toldByWorkbook } from './order-said.ts';
import { ownersOf, pagesOf } from './pages-of.ts';
import { type KnownPlan, settleKnown, withoutChanging } from './settle-known.ts';
import { settleOrPark } from './settle-or-park.ts';
import { noteStubs, stubParents, tellsOfStubs } from './stub-parents.ts';
import { writeKnown } from './write-known.ts';

const COLUMNS = [
  'care_portals_internal_order_id',
  'customer_id',
  'shipping_address_id',
  'product_id',
  'source',
  'total_amount',
  'discount_amount',
  'base_amount',
  'credit_used_amount',
  'coupon_code',
  'discount_reduction_amount',
  'discount_reduction_type',
  'pharmacy_assigned',
  'created_at',
] as const;
const PAGED = { table: 'orders', key: 'order_id', columns: ['order_id', ...COLUMNS] };

type Row = Selectable<Tables['orders']>;

interface OrderPlan extends Partial<KnownPlan> {
  /** What the order costs once it is written. */
  total: number;
}

/** What the lines of a batch meet. */
interface Met {
  rows: Map<string, Row>;
  /** The customers' own ids by those of the sheet. */
  customers: Map<string, string>;
  /** CarePortals' ids that are another order's. */
  taken: Set<string>;
}

export const ordersTable: Table<OrderLine> = {
  sheet: 'order.created',
  batchRows: 1_000,
  async settle(query, context, lines) {
    const met = await meet(query, context, lines);
    const all = await settleOrPark(query, ordersSheet, lines, (line) => settleOne(context, met, line), withoutCustomer);
    await noteParents(query, context, all);
    return all;
  },
  async write(tx, context, settled) {
    await stubParents(tx, context, settled);
    const written = settled.filter(({ did }) => did === 'written').map(({ line }) => line);
    await insertOrders(tx, context, written);
    await writeKnown(tx, context, { table: 'orders', key: 'order_id' }, notFilled(settled));
    await fillOrders(tx, settled);
    await reportAmountMismatches(tx, changed(settled));
    await parkLines(tx, context, settled);
    const names = written.flatMap((line) => [
      `order:${line.order_id}`,
      `order-internal:${line.care_portals_internal_order_id}`,
    ]);
    await unpark(tx, names, context.startedAt);
  },
  tells: (settled) => [...settled.filter(isThere).flatMap(tellsOf), ...tellsOfStubs(settled)],
  pages: (query) => pagesOf<OrderLine>(query, PAGED),
  owner: (query, keys) => ownersOf(query, PAGED, keys),
};

function isThere({ did }: Settled<OrderLine>): boolean {
  return did !== 'rejected' && did !== 'parked' && did !== 'waiting';
}

function tellsOf({ line, plan }: Settled<OrderLine>): [Kind, string, number?][] {
  const total = (plan as OrderPlan | undefined)?.total ?? line.total_amount;
  return [
    ['order', line.order_id, total],
    ['internalOrder', line.care_portals_internal_order_id],
  ];
}

async function meet(query: Query, { known }: Context, lines: readonly Admitted<OrderLine>[]): Promise<Met> {
  const of = (column: 'order_id' | 'customer_id') => lines.map(({ line }) => line[column]);
  const rows = await rowsByKey<Row>(query, 'SELECT * FROM orders WHERE order_id IN (?)', of('order_id'));
  const byId = new Map(rows.map((row) => [String(row.order_id), row]));
  const fresh = lines.filter(({ line }) => !byId.has(line.order_id));
  const internal = fresh.map(({ line }) => line.care_portals_internal_order_id);
  return {
    rows: byId,
    customers: await ownCustomerIds(query, known, of('customer_id')),
    taken: new Set((await accountedFor(query, known, 'internalOrder', internal)).keys()),
  };
}

/** Null if it must wait for its customer. */
function settleOne(
  context: Context,
  { rows, customers, taken }: Met,
  admitted: Admitted<OrderLine>,
): Settled<OrderLine> | null {
  const { line } = admitted;
  const row = rows.get(line.order_id);
  const customerId = customers.get(line.customer_id);
  const own = { ...admitted, line: { ...line, customer_id: customerId ?? line.customer_id } };
  if (row !== undefined) return settleRow(context, own, row, customerId !== undefined);
  if (taken.has(line.care_portals_internal_order_id)) return internalIdTaken(admitted);
  if (customerId === undefined) return null;
  taken.add(line.care_portals_internal_order_id);
  return { ...own, did: 'written', findings: [], differs: [] };
}

function internalIdTaken(admitted: Admitted<OrderLine>): Settled<OrderLine> {
  const { tab, row, line } = admitted;
  const column = 'care_portals_internal_order_id';
  const was = line.care_portals_internal_order_id;
  const rule = 'internal-id-taken' as const;
  const finding = { sheet: 'order.created' as const, tab, row, column, rule, was, became: null };
  return { ...admitted, did: 'rejected', findings: [finding], differs: [] };
}

function withoutCustomer(admitted: Admitted<OrderLine>): Waiting<OrderLine> {
  const { order_id, customer_id } = admitted.line;
  return {
    admitted,
    rule: 'order-without-customer',
    column: 'customer_id',
    was: customer_id,
    waitsFor: `order:${order_id}`,
    orWaitsFor: `customer:${customer_id}`,
  };
}

/** Number and CarePortals' id of an order are never replaced, and its customer only by one who is known. */
function settleRow(context: Context, own: Admitted<OrderLine>, row: Row, hasCustomer: boolean): Settled<OrderLine> {
  const settled = settleKnown(context, own, row as unknown as OrderLine & Row, { columns: COLUMNS });
  const fixed = ['care_portals_internal_order_id', ...(hasCustomer ? [] : ['customer_id'])];
  const left = withoutChanging(settled, fixed);
  if (row.imported_at !== null) return { ...left, plan: updating(left, row) };
  const known = knownOrder(row);
  const imported = importedOf(left, hasCustomer);
  const isSame = left.differs.length === 0 && !known.isStub;
  const isFilled = !isSame && changesOfImport(known, imported) !== null;
  const { total_amount: total } = isFilled ? withImported(known, imported).stored : row;
  return { ...left, did: isSame ? 'unchanged' : isFilled ? 'filled' : 'kept', plan: { ...importedPlan(left), total } };
}

function importedPlan({ plan }: Settled<OrderLine>): KnownPlan {
  return plan as KnownPlan;
}

/** Whoever changes what was told says when: untold columns would be taken for blanks by the next delivery. */
function updating(settled: Settled<OrderLine>, row: Row): OrderPlan {
  const also = { told_at: JSON.stringify(toldByWorkbook(settled.line).at) };
  const total = settled.did === 'updated' ? settled.line.total_amount : row.total_amount;
  return { ...importedPlan(settled), also, total };
}

function importedOf({ line }: Settled<OrderLine>, hasCustomer: boolean): ImportedOrder {
  const said = saidOf(line);
  return { said: hasCustomer ? said : { ...said, customer_id: null }, createdAt: line.created_at };
}

async function noteParents(query: Query, { known }: Context, all: readonly Settled<OrderLine>[]): Promise<void> {
  const at = (column: string) => ({ sheet: 'order.created' as const, column });
  await noteStubs(query, known, 'product-stubbed', at('product_id'), all, (line) => line.product_id);
  await noteStubs(query, known, 'coupon-stubbed', at('coupon'), all, (line) => line.coupon_code);
  await noteStubs(query, known, 'address-stubbed', at('shipping_address_id'), all, (line) => line.shipping_address_id);
}

async function insertOrders(tx: Tx, { startedAt }: Context, lines: readonly OrderLine[]): Promise<void> {
  const rows = byNumber(lines).map((line) => {
    const told = toldByWorkbook(line);
    return {
      ...storedColumns(told.columns),
      order_id: line.order_id,
      care_portals_internal_order_id: line.care_portals_internal_order_id,
      customer_id: line.customer_id,
      created_at: line.created_at,
      told_at: JSON.stringify(told.at),
      imported_at: startedAt,
    };
  });
  await insertRows(tx, 'orders', rows);
}

function byNumber(lines: readonly OrderLine[]): OrderLine[] {
  const width = 20;
  const key = (line: OrderLine) => line.order_id.padStart(width, '0');
  return [...lines].sort((a, b) => (key(a) < key(b) ? -1 : 1));
}

function notFilled(settled: readonly Settled<OrderLine>[]): Settled<OrderLine>[] {
  return settled.filter(({ did }) => did !== 'filled');
}

async function fillOrders(tx: Tx, settled: readonly Settled<OrderLine>[]): Promise<void> {
  for (const one of settled.filter(({ did }) => did === 'filled')) {
    const hasCustomer = !(importedPlan(one).leave ?? []).includes('customer_id');
    const order = await mergeImportedOrder(tx, one.line.order_id, importedOf(one, hasCustomer));
    await reportAmountMismatch(tx, order);
  }
}

function changed(settled: readonly Settled<OrderLine>[]) {
  const some = settled.filter(({ did }) => did === 'written' || did === 'updated');
  return some.map(({ line }) => ({ orderId: line.order_id, told: toldByWorkbook(line) }));
}
