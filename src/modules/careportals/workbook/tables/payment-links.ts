import { type Query, queryIn } from '../../../../platform/database/query.ts';
import type { Tx } from '../../tables.ts';
import type { PaymentLine } from '../lines.ts';
import { linksToPark, type ParkedPlan } from '../parked/park-lines.ts';
import type { PaymentLink } from '../parked/payment-link.ts';
import type { Context, Did, Settled } from '../table.ts';
import { rowsByKey } from './find-known.ts';
import { insertRows } from './insert-rows.ts';
import type { KnownPlan, Marked } from './settle-known.ts';

/** Of lines that say what their payment says. */
const WRITTEN: ReadonlySet<Did> = new Set<Did>(['written', 'filled', 'updated', 'unchanged']);

/** The column of a line that no column of its row holds, but the links to orders. */
const LINKS = 'linked_order_ids';

export interface PaymentPlan extends Partial<KnownPlan> {
  /** Orders that it pays for and is not linked to yet. */
  links: string[];
  /** Orders that it is linked to, and the sheet no longer names. */
  unlink: string[];
  /** The intent that has succeeded by it once this is written. */
  paid: string | null;
  /** Entries that wait for orders which it names besides and nobody knows. */
  waiting?: ParkedPlan[];
}

/** What a line meets. */
interface Met {
  /** Orders that are there. */
  orders: ReadonlyMap<string, unknown>;
  /** By charge, the orders that it is linked to. */
  linked: ReadonlyMap<string, ReadonlySet<string>>;
}

/** By charge. */
export async function linkedOrders(query: Query, charges: readonly string[]): Promise<Map<string, Set<string>>> {
  const sql = `SELECT p.charge_id, l.order_id FROM payments p JOIN payment_orders l ON l.payment_id = p.payment_id
    WHERE p.charge_id IN (?)`;
  const linked = new Map<string, Set<string>>();
  for (const { charge_id, order_id } of await rowsByKey<{ charge_id: string; order_id: string }>(query, sql, charges)) {
    linked.set(charge_id, (linked.get(charge_id) ?? new Set()).add(String(order_id)));
  }
  return linked;
}

/** The orders that a line names, its own first, but for those that nobody knows. */
export function knownOrdersOf(orders: Met['orders'], { order_id, linked_order_ids }: PaymentLine): Set<string> {
  return new Set([order_id, ...linked_order_ids.filter((id) => orders.has(id))]);
}

/**
 * A line whose payment stands, with what becomes of its links: missing ones are made, and sync takes away those that the
 * workbook made and does not name any longer. What others wrote may be linked to more orders than a sheet can name.
 */
export function withLinks(
  { mode }: Context,
  settled: Settled<PaymentLine>,
  row: Marked<PaymentLine>,
  { orders, linked }: Met,
): Settled<PaymentLine> {
  const { line, did, differs } = settled;
  const plan = settled.plan as PaymentPlan;
  const own = isMoving(settled) ? line.order_id : row.order_id;
  const named = new Set([own, ...line.linked_order_ids]);
  const there = linked.get(line.charge_id) ?? new Set();
  const missing = [...named].filter((id) => !there.has(id));
  const surplus = row.imported_at === null ? [] : [...there].filter((id) => !named.has(id) && id !== line.order_id);
  if (missing.length + surplus.length === 0) return settled;
  const links = missing.filter((id) => id === own || orders.has(id));
  const unlink = mode === 'sync' ? surplus : [];
  return {
    ...settled,
    did: didOf(did, { links, surplus, unlink }),
    differs: [...differs, LINKS],
    plan: { ...plan, leave: [...(plan.leave ?? []), LINKS], links, unlink },
  };
}

function didOf(did: Did, { links, surplus, unlink }: Record<'links' | 'surplus' | 'unlink', readonly string[]>): Did {
  if (did === 'updated' || unlink.length > 0) return 'updated';
  if (links.length > 0) return 'filled';
  return surplus.length > 0 && did === 'unchanged' ? 'kept' : did;
}

/** Whether sync replaces the order that it pays for. */
function isMoving({ did, differs, plan }: Settled<PaymentLine>): boolean {
  const { leave = [] } = plan as PaymentPlan;
  return did === 'updated' && differs.includes('order_id') && !leave.includes('order_id');
}

/**
 * With a finding and an entry of the inbox for each order that a line names besides and nobody knows: the payment is
 * linked when they come.
 */
export async function withWaitingLinks(
  query: Query,
  orders: Met['orders'],
  all: readonly Settled<PaymentLine>[],
): Promise<Settled<PaymentLine>[]> {
  const missing = all
    .filter(({ did }) => WRITTEN.has(did))
    .map((admitted) => ({ admitted, orderIds: admitted.line.linked_order_ids.filter((id) => !orders.has(id)) }))
    .filter(({ orderIds }) => orderIds.length > 0);
  for (const { admitted, orderIds } of missing)
    admitted.findings.push(...orderIds.map((id) => linkWaits(admitted, id)));
  const waiting = await linksToPark(query, missing);
  return all.map((one) => {
    const own = waiting.filter(({ delivery }) => (delivery.line as PaymentLink).charge_id === one.line.charge_id);
    return own.length === 0 ? one : { ...one, plan: { ...(one.plan as PaymentPlan), waiting: own } };
  });
}

function linkWaits({ tab, row }: Settled<PaymentLine>, orderId: string): Settled<PaymentLine>['findings'][number] {
  const at = { sheet: 'payment_succesful', tab, row, column: 'description' } as const;
  return { ...at, rule: 'payment-link-waits', was: orderId, became: null };
}

/** Links payments as their plans say, and takes links away. */
export async function linkOrders(tx: Tx, settled: readonly Settled<PaymentLine>[]): Promise<void> {
  const linking = settled.flatMap(({ line, plan }) => {
    const { links = [], unlink = [] } = (plan ?? {}) as Partial<PaymentPlan>;
    return links.length + unlink.length === 0 ? [] : [{ charge: line.charge_id, links, unlink }];
  });
  const charges = linking.map(({ charge }) => charge);
  const sql = 'SELECT charge_id, payment_id FROM payments WHERE charge_id IN (?)';
  const rows = await rowsByKey<{ charge_id: string; payment_id: string }>(queryIn(tx), sql, charges);
  const ids = new Map(rows.map(({ charge_id, payment_id }) => [charge_id, payment_id]));
  for (const { charge, unlink } of linking) {
    if (unlink.length > 0) await unlinkOrders(tx, ids.get(charge)!, unlink);
  }
  const made = linking.flatMap(({ charge, links }) =>
    links.map((order_id) => ({ payment_id: ids.get(charge), order_id })),
  );
  await insertRows(tx, 'payment_orders', made);
}

/** The payment itself was written before, and is locked. */
async function unlinkOrders(tx: Tx, paymentId: string, orderIds: readonly string[]): Promise<void> {
  await tx
    .deleteFrom('payment_orders')
    .where('payment_id', '=', paymentId)
    .where('order_id', 'in', [...orderIds])
    .execute();
}
