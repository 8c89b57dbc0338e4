import { type Query, queryIn } from '../../../../platform/database/query.ts';
import { moveOrderLinks } from '../../payments/move-order-links.ts';
import type { Tx } from '../../tables.ts';
import type { PaymentLine } from '../lines.ts';
import { linksToPark, type ParkedPlan } from '../parked/park-lines.ts';
import type { PaymentLink } from '../parked/payment-link.ts';
import type { Did, Settled } from '../table.ts';
import { rowsByKey } from './find-known.ts';
import { insertRows } from './insert-rows.ts';
import type { KnownPlan } from './settle-known.ts';

/** Of lines that say what their payment says. */
const WRITTEN: ReadonlySet<Did> = new Set<Did>(['written', 'filled', 'updated', 'unchanged']);

export interface PaymentPlan extends Partial<KnownPlan> {
  /** Orders that it pays for and is not linked to yet. */
  links: string[];
  /** Entries that wait for orders which it names besides and nobody knows. */
  waiting?: ParkedPlan[];
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

/** Whether sync replaces the order that it pays for. */
export function isMoving({ did, differs, plan }: Settled<PaymentLine>): boolean {
  const { leave = [] } = (plan ?? {}) as Partial<KnownPlan>;
  return did === 'updated' && differs.includes('order_id') && !leave.includes('order_id');
}

/** With entries for the orders that a line names besides and nobody knows: the payment is linked when they come. */
export async function withWaitingLinks(
  query: Query,
  orders: ReadonlyMap<string, unknown>,
  all: readonly Settled<PaymentLine>[],
): Promise<Settled<PaymentLine>[]> {
  const missing = all
    .filter(({ did }) => WRITTEN.has(did))
    .map((admitted) => ({ admitted, orderIds: admitted.line.linked_order_ids.filter((id) => !orders.has(id)) }))
    .filter(({ orderIds }) => orderIds.length > 0);
  const waiting = await linksToPark(query, missing);
  return all.map((one) => {
    const own = waiting.filter(({ delivery }) => (delivery.line as PaymentLink).charge_id === one.line.charge_id);
    return own.length === 0 ? one : { ...one, plan: { ...(one.plan as PaymentPlan), waiting: own } };
  });
}

/** Links payments as their plans say. */
export async function linkOrders(tx: Tx, settled: readonly Settled<PaymentLine>[]): Promise<void> {
  const linking = settled.filter(({ plan }) => ((plan as PaymentPlan | undefined)?.links ?? []).length > 0);
  const charges = linking.map(({ line }) => line.charge_id);
  const sql = 'SELECT charge_id, payment_id FROM payments WHERE charge_id IN (?)';
  const rows = await rowsByKey<{ charge_id: string; payment_id: string }>(queryIn(tx), sql, charges);
  const ids = new Map(rows.map(({ charge_id, payment_id }) => [charge_id, payment_id]));
  const rest = await moveLinks(tx, linking, ids);
  const links = linking.flatMap(({ line }) =>
    (rest.get(line.charge_id) ?? []).map((order_id) => ({ payment_id: ids.get(line.charge_id), order_id })),
  );
  await insertRows(tx, 'payment_orders', links);
}

/**
 * Where sync has moved a payment to other orders, links to those that its line does not name any longer lead to the new
 * ones. @returns by charge, the orders that are still to be linked.
 */
async function moveLinks(
  tx: Tx,
  linking: readonly Settled<PaymentLine>[],
  ids: ReadonlyMap<string, string>,
): Promise<Map<string, string[]>> {
  const moving = linking.filter(isMoving).map(({ line }) => line.charge_id);
  const linked = await linkedOrders(queryIn(tx), moving);
  const rest = new Map<string, string[]>();
  for (const { line, plan } of linking) {
    const { links } = plan as PaymentPlan;
    const named = new Set([line.order_id, ...line.linked_order_ids]);
    const surplus = [...(linked.get(line.charge_id) ?? [])].filter((id) => !named.has(id));
    const moved = await moveOrderLinks(tx, String(ids.get(line.charge_id)), surplus, links);
    rest.set(line.charge_id, links.slice(moved.length));
  }
  return rest;
}
