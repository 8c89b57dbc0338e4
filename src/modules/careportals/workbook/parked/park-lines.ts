import { createHash } from 'node:crypto';
import { canonicalJson } from '../../../../platform/canonical-json.ts';
import { fromInstant, toInstant } from '../../../../platform/database/instant.ts';
import type { Query } from '../../../../platform/database/query.ts';
import { parkedDelayMs } from '../../../../platform/inbox/back-off.ts';
import { wellFormed } from '../../subscriptions/well-formed.ts';
import type { Tx } from '../../tables.ts';
import type { PaymentLine } from '../lines.ts';
import type { RuleId } from '../rules.ts';
import type { SheetName } from '../sheet.ts';
import type { Admitted, Context, Settled } from '../table.ts';
import { rowsByKey } from '../tables/find-known.ts';
import { insertRows } from '../tables/insert-rows.ts';
import type { PaymentLink } from './payment-link.ts';
import { placeOf, WORKBOOK, type WorkbookDelivery } from './workbook-delivery.ts';

/** A line that cannot be written before something else is there. */
export interface Waiting<Line> {
  admitted: Admitted<Line>;
  rule: RuleId;
  /** The column that names what is missing, as the sheet's header has it, and what stands there. */
  column: string;
  was: string | null;
  /** e.g. `order:2417`; null: the worker takes it at once, because it can make what is missing. */
  waitsFor: string | null;
  /** What else would do. */
  orWaitsFor?: string;
}

/** How an entry of the inbox stands, by the line's own key there. */
interface Kept {
  event_key: string;
  status: string;
}

/** An entry of the inbox to be. */
export interface ParkedPlan {
  eventKey: string;
  waitsFor: string | null;
  orWaitsFor: string | null;
  delivery: WorkbookDelivery;
}

/**
 * Settles lines that must wait: `parked`, or `waiting` if the inbox has them from an earlier run; `unchanged` if it has
 * applied them since. @param keyOf the sheet's.
 */
export async function settleWaiting<Line extends object>(
  query: Query,
  sheet: SheetName,
  keyOf: (line: Line) => string,
  waiting: readonly Waiting<Line>[],
): Promise<Settled<Line>[]> {
  const plans = waiting.map((one) => planOf(sheet, keyOf, one));
  const kept = await keptOf(
    query,
    plans.map(({ eventKey }) => eventKey),
  );
  return waiting.map(({ admitted, rule, column, was }, index) => {
    const plan = plans[index]!;
    const { tab, row } = admitted;
    const findings = [{ sheet, tab, row, column, rule, was, became: null }];
    const status = kept.get(plan.eventKey);
    if (isApplied(status)) return { ...admitted, did: 'unchanged', findings: [], differs: [] };
    return { ...admitted, did: status === undefined ? 'parked' : 'waiting', findings, differs: [], plan };
  });
}

/**
 * Of lines that could be written now, those that an earlier run put into the inbox: `waiting` if the worker has still
 * to write them, `unchanged` if it has.
 */
export async function stillWaiting<Line extends object>(
  query: Query,
  sheet: SheetName,
  keyOf: (line: Line) => string,
  lines: readonly Admitted<Line>[],
): Promise<Map<Admitted<Line>, 'waiting' | 'unchanged'>> {
  const keys = lines.map(({ line }) => eventKeyOf(sheet, keyOf(line), line));
  const kept = await keptOf(query, keys);
  const found = new Map<Admitted<Line>, 'waiting' | 'unchanged'>();
  for (const [index, admitted] of lines.entries()) {
    const status = kept.get(keys[index] ?? '');
    if (status !== undefined) found.set(admitted, isApplied(status) ? 'unchanged' : 'waiting');
  }
  return found;
}

function isApplied(status: string | undefined): boolean {
  return status === 'processed' || status === 'ignored';
}

/** Puts lines that were settled as `parked` into the inbox, where support sees them and the worker takes them up. */
export async function parkLines(tx: Tx, context: Context, settled: readonly Settled<unknown>[]): Promise<void> {
  const plans = settled.flatMap(({ did, plan }) => (did === 'parked' ? [plan as ParkedPlan] : []));
  await parkPlans(tx, context, plans);
}

/** Puts these entries into the inbox. */
export async function parkPlans(tx: Tx, context: Context, plans: readonly ParkedPlan[]): Promise<void> {
  await insertRows(
    tx,
    'webhook_inbox',
    plans.map((plan) => rowOf(plan, context)),
  );
}

function planOf<Line extends object>(
  sheet: SheetName,
  keyOf: (line: Line) => string,
  { admitted: { tab, row, line }, waitsFor, orWaitsFor }: Waiting<Line>,
): ParkedPlan {
  return {
    eventKey: eventKeyOf(sheet, keyOf(line), line),
    waitsFor,
    orWaitsFor: orWaitsFor ?? null,
    delivery: { sheet, tab, row, line },
  };
}

/** Of orders that payments name besides and nobody knows, the entries that the inbox has not got yet. */
export async function linksToPark(
  query: Query,
  payments: readonly { admitted: Admitted<PaymentLine>; orderIds: readonly string[] }[],
): Promise<ParkedPlan[]> {
  const plans = payments.flatMap(({ admitted, orderIds }) => orderIds.map((id) => linkPlanOf(admitted, id)));
  const kept = await keptOf(
    query,
    plans.map(({ eventKey }) => eventKey),
  );
  return plans.filter(({ eventKey }) => !kept.has(eventKey));
}

function linkPlanOf({ tab, row, line }: Admitted<PaymentLine>, orderId: string): ParkedPlan {
  const sheet = 'payment_succesful' as const;
  const link: PaymentLink = { charge_id: line.charge_id, link_order_id: orderId, description: line.description };
  return {
    eventKey: eventKeyOf(sheet, line.charge_id, link),
    waitsFor: `order:${orderId}`,
    orWaitsFor: null,
    delivery: { sheet, tab, row, line: link },
  };
}

/** Equal for equal lines of a sheet, wherever they stand in it and whichever run brings them. */
function eventKeyOf(sheet: SheetName, key: string, line: object): string {
  return createHash('sha256')
    .update(`${sheet}|${key}|${canonicalJson(line)}`)
    .digest('hex');
}

async function keptOf(query: Query, eventKeys: readonly string[]): Promise<Map<string, string>> {
  const rows = await rowsByKey<Kept>(
    query,
    `SELECT event_key, status FROM webhook_inbox WHERE source_system = '${WORKBOOK}' AND event_key IN (?)`,
    eventKeys,
  );
  return new Map(rows.map(({ event_key, status }) => [event_key, status]));
}

function rowOf({ eventKey, waitsFor, orWaitsFor, delivery }: ParkedPlan, { startedAt }: Context) {
  const isParked = waitsFor !== null;
  const firstLook = toInstant(new Date(fromInstant(startedAt).getTime() + parkedDelayMs(0)));
  return {
    source_system: WORKBOOK,
    event_key: eventKey,
    event_type: delivery.sheet,
    payload: JSON.stringify(wellFormed(delivery)),
    status: isParked ? 'parked' : 'pending',
    waiting_for: waitsFor,
    or_waiting_for: orWaitsFor,
    next_attempt_at: isParked ? firstLook : startedAt,
    note: placeOf(delivery),
    received_at: startedAt,
    parked_at: isParked ? startedAt : null,
  };
}
