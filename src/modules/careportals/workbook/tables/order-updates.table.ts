import { fromInstant, type Instant } from '../../../../platform/database/instant.ts';
import type { Query } from '../../../../platform/database/query.ts';
import { saysCancelled } from '../../orders/record-cancellation.ts';
import type { Tx } from '../../tables.ts';
import type { StatusLine } from '../lines.ts';
import { LostRace } from '../lost-race.ts';
import { parkLines, settleWaiting } from '../parked/park-lines.ts';
import type { Admitted, Context, Kind, Settled, Table } from '../table.ts';
import { byNumber } from './by-number.ts';
import { accountedFor } from './find-known.ts';
import { inPlaces } from './in-places.ts';
import { insertRows } from './insert-rows.ts';
import { secondOf } from './same-line.ts';
import { writeCancellations } from './write-cancellations.ts';

/**
 * The history of orders. It is only added to. The same order, status and second is the same row: sheets hold whole
 * seconds, webhooks milliseconds.
 */
export const orderUpdatesTable: Table<StatusLine> = {
  sheet: 'order.updated',
  batchRows: 500,
  settle,
  write,
  tells,
  pages,
};

type Line = Admitted<StatusLine>;

async function settle(query: Query, { known }: Context, lines: readonly Line[]): Promise<Settled<StatusLine>[]> {
  const orders = await accountedFor(
    query,
    known,
    'order',
    lines.map(({ line }) => line.order_id),
  );
  const strangers = lines.filter(({ line }) => !orders.has(line.order_id));
  const ours = lines.filter(({ line }) => orders.has(line.order_id));
  const settled = [...(await settleStrangers(query, strangers)), ...(await settleOurs(query, ours))];
  return inPlaces(lines, new Map(settled.map((one) => [one.ordinal, one])));
}

function settleStrangers(query: Query, lines: readonly Line[]): Promise<Settled<StatusLine>[]> {
  const waiting = lines.map((admitted) => {
    const { order_id } = admitted.line;
    const rule = 'status-without-order' as const;
    return { admitted, rule, column: 'order_id', was: order_id, waitsFor: `order:${order_id}` };
  });
  return settleWaiting(query, 'order.updated', keyOf, waiting);
}

async function settleOurs(query: Query, lines: readonly Line[]): Promise<Settled<StatusLine>[]> {
  const told = await toldAlready(query, lines);
  return lines.map((admitted, index) => {
    return { ...admitted, did: told.has(index) ? 'unchanged' : 'written', findings: [], differs: [] };
  });
}

/** Which of these lines, by their place, the history has. */
async function toldAlready(query: Query, lines: readonly Line[]): Promise<Set<number>> {
  if (lines.length === 0) return new Set();
  const asked = lines.map(({ line }) => [line.order_id, line.updated_status, secondOf(line.status_updated_at)]);
  const rows = await query<{ place: number }>(TOLD, [JSON.stringify(asked)]);
  return new Set(rows.map(({ place }) => Number(place) - 1));
}

// One lookup in the index a line, whatever MySQL believes of the table's size: it grows under the import.
const TOLD = `SELECT asked.place
  FROM JSON_TABLE(?, '$[*]' COLUMNS (
    place FOR ORDINALITY,
    order_id BIGINT PATH '$[0]',
    updated_status VARCHAR(50) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci PATH '$[1]',
    second DATETIME(3) PATH '$[2]')) asked
  STRAIGHT_JOIN order_status_updates h FORCE INDEX (idx_order_status_once)
    ON h.order_id = asked.order_id AND h.updated_status = asked.updated_status
      AND h.status_updated_at >= asked.second AND h.status_updated_at < asked.second + INTERVAL 1 SECOND`;

function keyOf({ order_id, updated_status, status_updated_at }: StatusLine): string {
  return `${order_id}|${updated_status}|${secondOf(status_updated_at)}`;
}

async function write(tx: Tx, context: Context, settled: readonly Settled<StatusLine>[]): Promise<void> {
  const lines = settled.filter(({ did }) => did === 'written').map(({ line }) => line);
  const createdAt = await creationOf(
    tx,
    lines.map(({ order_id }) => order_id),
  );
  // In the order of their keys: the trigger locks each row's order.
  const rows = lines.toSorted(inOrder).map(({ order_id, updated_status, status_updated_at }) => {
    const order_created_at = createdAt.get(order_id);
    if (order_created_at === undefined) throw new LostRace();
    const webhook_received_at = context.startedAt;
    return { order_id, updated_status, source: 'import', order_created_at, status_updated_at, webhook_received_at };
  });
  await insertRows(tx, 'order_status_updates', rows);
  await writeCancellations(tx, cancellationsOf(lines));
  await parkLines(tx, context, settled);
}

function inOrder(a: StatusLine, b: StatusLine): number {
  return byNumber(a.order_id, b.order_id) || (a.status_updated_at < b.status_updated_at ? -1 : 1);
}

async function creationOf(tx: Tx, orderIds: readonly string[]): Promise<Map<string, Instant>> {
  if (orderIds.length === 0) return new Map();
  const rows = await tx
    .selectFrom('orders')
    .select(['order_id', 'created_at'])
    .where('order_id', 'in', [...new Set(orderIds)])
    .execute();
  return new Map(rows.map((row) => [row.order_id, row.created_at]));
}

/** The earliest time at which each order was said to be off. */
function cancellationsOf(lines: readonly StatusLine[]): Map<string, Instant> {
  const earliest = new Map<string, Instant>();
  for (const { order_id, updated_status, status_updated_at } of lines) {
    if (!saysCancelled(updated_status)) continue;
    const known = earliest.get(order_id);
    if (known === undefined || status_updated_at < known) earliest.set(order_id, status_updated_at);
  }
  return earliest;
}

function tells(settled: readonly Settled<StatusLine>[]): [Kind, string, number][] {
  const lines = settled.filter(({ did }) => did === 'written').map(({ line }) => line);
  return [...cancellationsOf(lines)].map(([orderId, at]) => ['cancellation', orderId, fromInstant(at).getTime()]);
}

const PAGE = 2_000;

async function* pages(query: Query): AsyncGenerator<readonly StatusLine[], void> {
  let after: [string, string, Instant] = ['0', '', '1000-01-01 00:00:00.000'];
  for (;;) {
    const page = await query<StatusLine>(LINES, [after[0], after[0], ...after]);
    const last = page.at(-1);
    if (last === undefined) return;
    yield page;
    after = [last.order_id, last.updated_status, last.status_updated_at];
  }
}

// The first comparison alone bounds the index; MySQL makes no range of the rest.
const LINES = `SELECT h.order_id, h.updated_status, h.status_updated_at, o.created_at AS order_created_at
  FROM order_status_updates h FORCE INDEX (idx_order_status_once)
  STRAIGHT_JOIN orders o ON o.order_id = h.order_id
  WHERE h.order_id >= ? AND (h.order_id > ? OR (h.order_id = ? AND (h.updated_status, h.status_updated_at) > (?, ?)))
  ORDER BY h.order_id, h.updated_status, h.status_updated_at LIMIT ${PAGE}`;
