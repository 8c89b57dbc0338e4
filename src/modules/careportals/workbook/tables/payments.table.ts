import type { Instant } from '../../../../platform/database/instant.ts';
import { type Query } from '../../../../platform/database/query.ts';
import { unpark } from '../../../../platform/inbox/unpark.ts';
import { describedLinkOf } from '../../intake/stripe/order-link.ts';
import type { Tx } from '../../tables.ts';
import type { Finding } from '../finding.ts';
import type { PaymentLine } from '../lines.ts';
import { parkLines, parkPlans, type Waiting } from '../parked/park-lines.ts';
import type { RuleId } from '../rules.ts';
import { paymentsSheet } from '../sheets/payments.sheet.ts';
import type { Admitted, Context, Kind, Known, Settled, Table } from '../table.ts';
import { accountedFor, paidCharges, rowsByKey } from './find-known.ts';
import { insertRows } from './insert-rows.ts';
import { ownersOf, pagesOf } from './pages-of.ts';
import {
  knownOrdersOf,
  linkedOrders,
  linkOrders,
  type PaymentPlan,
  withLinks,
  withWaitingLinks,
} from './payment-links.ts';
import { sortedBy } from './plain-table.ts';
import { type KnownPlan, settleKnown, withoutChanging } from './settle-known.ts';
import { settleOrPark } from './settle-or-park.ts';
import { writeKnown } from './write-known.ts';

const COLUMNS = [
  'payment_intent_id',
  'order_id',
  'amount',
  'currency',
  'created_at',
  'stripe_customer_id',
  'payment_method_id',
  'card_last4',
  'card_brand',
  'status',
  'description',
  'application_fee_amount',
] as const;
const PAGED = { table: 'payments', key: 'charge_id', columns: ['charge_id', ...COLUMNS] };

type Row = PaymentLine & { payment_id: string; imported_at: Instant | null };

/** What the lines of a batch meet. */
interface Met {
  rows: Map<string, Row>;
  /** Totals of the orders that are there. */
  orders: Map<string, number | null>;
  /** By intent, the charge that stands as succeeded; blank if an earlier row of this file brought it. */
  paid: Map<string, string>;
  /** By charge, the orders that it is linked to. */
  linked: Map<string, Set<string>>;
}

export const paymentsTable: Table<PaymentLine> = {
  sheet: 'payment_succesful',
  batchRows: 1_000,
  async settle(query, context, lines) {
    const met = await meet(query, context.known, lines);
    const settled = await settleOrPark(
      query,
      paymentsSheet,
      lines,
      (one) => settleOne(context, met, one),
      withoutOrder,
    );
    return withWaitingLinks(query, met.orders, settled);
  },
  async write(tx, context, settled) {
    const written = settled.filter(({ did }) => did === 'written').map(({ line }) => line);
    await insertPayments(tx, context, written);
    await writeKnown(tx, context, { table: 'payments', key: 'charge_id' }, settled);
    await linkOrders(tx, settled);
    await parkLines(tx, context, settled);
    await parkPlans(
      tx,
      context,
      settled.flatMap(({ plan }) => (plan as PaymentPlan | undefined)?.waiting ?? []),
    );
    await unpark(tx, written.flatMap(namesOf), context.startedAt);
  },
  tells: (settled) => settled.filter(isThere).flatMap(tellsOf),
  pages: paymentPages,
  owner: (query, keys) => ownersOf(query, PAGED, keys),
};

function isThere({ did }: Settled<PaymentLine>): boolean {
  return did !== 'rejected' && did !== 'parked' && did !== 'waiting';
}

function tellsOf({ line, plan }: Settled<PaymentLine>): [Kind, string][] {
  const { paid = null } = (plan ?? {}) as Partial<PaymentPlan>;
  return [['charge', line.charge_id], ...(paid === null ? [] : [['paidIntent', paid] as [Kind, string]])];
}

async function meet(query: Query, known: Known, lines: readonly Admitted<PaymentLine>[]): Promise<Met> {
  const charges = lines.map(({ line }) => line.charge_id);
  const sql = `SELECT payment_id, charge_id, ${COLUMNS.join(', ')}, imported_at FROM payments WHERE charge_id IN (?)`;
  const rows = await rowsByKey<Row>(query, sql, charges);
  const orderIds = lines.flatMap(({ line }) => [line.order_id, ...line.linked_order_ids]);
  const byCharge = new Map(rows.map((row) => [row.charge_id, row]));
  return {
    rows: byCharge,
    orders: await accountedFor(query, known, 'order', orderIds),
    paid: await paidCharges(
      query,
      known,
      lines.flatMap(({ line }) => line.payment_intent_id ?? []),
    ),
    linked: await linkedOrders(query, [...byCharge.keys()]),
  };
}

/** Null if it must wait for its order. */
function settleOne(context: Context, met: Met, admitted: Admitted<PaymentLine>): Settled<PaymentLine> | null {
  const { line } = admitted;
  const row = met.rows.get(line.charge_id);
  if (row !== undefined) return settleRow(context, met, admitted, row);
  const paid = paidBy(line);
  if (isPaidByOther(met, line.charge_id, paid)) return paidTwice(admitted);
  if (!met.orders.has(line.order_id)) return null;
  if (paid !== null) met.paid.set(paid, line.charge_id);
  const plan: PaymentPlan = { links: [...knownOrdersOf(met.orders, line)], unlink: [], paid };
  return { ...admitted, did: 'written', findings: notOrderTotal(met, admitted), differs: [], plan };
}

/** The intent that has succeeded by this charge, if one has. */
function paidBy({ payment_intent_id, status }: Pick<PaymentLine, 'payment_intent_id' | 'status'>): string | null {
  return status === 'succeeded' ? payment_intent_id : null;
}

function isPaidByOther({ paid }: Met, chargeId: string, intent: string | null): boolean {
  const charge = intent === null ? undefined : paid.get(intent);
  return charge !== undefined && charge !== chargeId;
}

function settleRow(context: Context, met: Met, admitted: Admitted<PaymentLine>, row: Row): Settled<PaymentLine> {
  const { line } = admitted;
  const standing = { ...row, order_id: String(row.order_id) };
  const compared = settleKnown(context, admitted, standing, { columns: COLUMNS });
  const isSecond = isPaidByOther(met, line.charge_id, paidBy(afterwards(compared, row)));
  const cannot = [
    ...(isSecond ? ['payment_intent_id', 'status'] : []),
    ...(met.orders.has(line.order_id) ? [] : ['order_id']),
  ];
  const left = cannot.length > 0 ? withoutChanging(compared, cannot) : compared;
  const paid = paidBy(afterwards(left, row));
  if (paid !== null) met.paid.set(paid, line.charge_id);
  const findings = [...(isSecond ? [intentKept(admitted, row)] : []), ...notOrderTotal(met, admitted)];
  const plan: PaymentPlan = { ...(left.plan as KnownPlan), links: [], unlink: [], paid };
  return withLinks(context, { ...left, findings, plan }, standing, met);
}

/** What the row says of its intent once this is written. */
function afterwards({ line, did, differs, plan }: Settled<PaymentLine>, row: Row) {
  const { fill, leave = [] } = plan as KnownPlan;
  const changes =
    did === 'updated' ? differs.filter((column) => !leave.includes(column)) : did === 'filled' ? fill : [];
  const told = (column: 'payment_intent_id' | 'status') => (changes.includes(column) ? line : row);
  return { payment_intent_id: told('payment_intent_id').payment_intent_id, status: told('status').status };
}

function notOrderTotal({ orders }: Met, { tab, row, line }: Admitted<PaymentLine>): Finding[] {
  const total = orders.get(line.order_id);
  if (total === undefined || total === null || total === line.amount) return [];
  return [finding(tab, row, 'amount', 'payment-not-order-total', String(line.amount), String(total))];
}

function paidTwice(admitted: Admitted<PaymentLine>): Settled<PaymentLine> {
  const { tab, row, line } = admitted;
  const findings = [finding(tab, row, 'payment_intent_id', 'intent-paid-twice', line.payment_intent_id, null)];
  return { ...admitted, did: 'rejected', findings, differs: [] };
}

function intentKept({ tab, row, line }: Admitted<PaymentLine>, { payment_intent_id }: Row): Finding {
  return finding(tab, row, 'payment_intent_id', 'intent-kept', line.payment_intent_id, payment_intent_id);
}

function finding(
  tab: string,
  row: number,
  column: string,
  rule: RuleId,
  was: string | null,
  became: string | null,
): Finding {
  return { sheet: 'payment_succesful', tab, row, column, rule, was, became };
}

function withoutOrder(admitted: Admitted<PaymentLine>): Waiting<PaymentLine> {
  const { order_id } = admitted.line;
  return {
    admitted,
    rule: 'payment-without-order',
    column: 'order_number',
    was: order_id,
    waitsFor: `order:${order_id}`,
  };
}

async function insertPayments(tx: Tx, { startedAt }: Context, lines: readonly PaymentLine[]): Promise<void> {
  const rows = lines.map(({ linked_order_ids: _, ...line }) => ({ ...line, imported_at: startedAt }));
  await insertRows(tx, 'payments', sortedBy(rows, 'charge_id'));
}

/** By which refunds, and Stripe's own events, wait for it. */
function namesOf({ charge_id, payment_intent_id, status }: PaymentLine): string[] {
  const names = [`payment:${charge_id}`, `stripe-order-of:${charge_id}`];
  if (payment_intent_id === null || status !== 'succeeded') return names;
  return [...names, `intent:${payment_intent_id}`, `stripe-order-of:${payment_intent_id}`];
}

async function* paymentPages(query: Query): AsyncGenerator<readonly PaymentLine[], void> {
  for await (const page of pagesOf<PaymentLine>(query, PAGED)) {
    yield page.map((line) => ({ ...line, linked_order_ids: otherOrders(line) }));
  }
}

function otherOrders({ order_id, description }: PaymentLine): string[] {
  const link = describedLinkOf({ description });
  return link.kind === 'orders' ? link.orderIds.filter((id) => id !== order_id) : [];
}
