import { fromInstant, type Instant } from '../../../platform/database/instant.ts';
import type { Query } from '../../../platform/database/query.ts';
import { param } from '../../../platform/read/value.ts';
import { OrderStatus, orderStatusOf } from './order-status.ts';
import type { OrderLifecycle, OrderStage } from './order-summary.type.ts';

export interface HistoryEntry {
  orderId: string;
  status: string;
  at: Instant;
}

const HOUR = 60 * 60 * 1_000;
const CORE_STAGES = ['awaiting_requirements', 'awaiting_script', 'awaiting_shipment', 'shipped'];

/** The history of each of these orders, oldest first; equal times stand as they decide on the current status. */
export async function readHistories(query: Query, orderIds: readonly string[]): Promise<Map<string, HistoryEntry[]>> {
  const rows = await query<HistoryEntry>(
    `SELECT order_id AS orderId, updated_status AS status, status_updated_at AS at
      FROM order_status_updates WHERE order_id IN (?)`,
    [orderIds.map((id) => param('bigint', id))],
  );
  return Map.groupBy(rows.toSorted(byTime), (row) => String(row.orderId));
}

function byTime(a: HistoryEntry, b: HistoryEntry): number {
  if (a.at !== b.at) return a.at < b.at ? -1 : 1;
  return stageOf(a) - stageOf(b) || (a.status < b.status ? -1 : 1);
}

/** 1 to 4; 0 is none of the core stages. */
function stageOf({ status }: HistoryEntry): number {
  return CORE_STAGES.indexOf(status) + 1;
}

/** @param history oldest first. */
export function lifecycleOf(placedAt: Instant, history: readonly HistoryEntry[], now: Date): OrderLifecycle {
  const moves = history.filter((entry, n) => entry.status !== history[n - 1]?.status);
  const shipped = history.find(({ status }) => status === OrderStatus.SHIPPED);
  return {
    stages: moves.map((entry, n) => stageFrom(placedAt, entry, moves[n + 1]?.at ?? null, now)),
    hoursToShip: shipped === undefined ? null : hoursFrom(placedAt, fromInstant(shipped.at)),
    wentBack: wentBack(history),
  };
}

function stageFrom(placedAt: Instant, { status, at }: HistoryEntry, until: Instant | null, now: Date): OrderStage {
  return {
    status: orderStatusOf(status) ?? OrderStatus.OTHER,
    rawStatus: status,
    since: at,
    until,
    hours: hoursFrom(at, until === null ? now : fromInstant(until)),
    hoursSinceOrdered: hoursFrom(placedAt, fromInstant(at)),
  };
}

function hoursFrom(from: Instant, to: Date): number {
  return (to.getTime() - fromInstant(from).getTime()) / HOUR;
}

/** Two entries of the same moment say nothing of which came first. */
function wentBack(history: readonly HistoryEntry[]): boolean {
  const staged = history.filter((entry) => stageOf(entry) > 0);
  return staged.some((later) => staged.some((entry) => entry.at < later.at && stageOf(entry) > stageOf(later)));
}
