import { fromInstant, type Instant, toInstant } from '../../../../platform/database/instant.ts';
import type { Query } from '../../../../platform/database/query.ts';
import type { Tx } from '../../tables.ts';
import type { CancellationLine } from '../lines.ts';
import { parkLines, settleWaiting } from '../parked/park-lines.ts';
import type { Admitted, Context, Did, Kind, Known, Settled, Table } from '../table.ts';
import { accountedFor, rowsByKey } from './find-known.ts';
import { inPlaces } from './in-places.ts';
import { writeCancellations } from './write-cancellations.ts';

/**
 * Cancelled orders. The sheet has the time of receipt, the history the EMR's own: of several the earliest counts, as it
 * does for webhooks, whoever told it.
 */
export const cancellationsTable: Table<CancellationLine> = {
  sheet: 'order.cancelled',
  batchRows: 1_000,
  settle,
  write,
  tells,
  pages,
};

type Line = Admitted<CancellationLine>;

async function settle(query: Query, { known }: Context, lines: readonly Line[]): Promise<Settled<CancellationLine>[]> {
  const orderIds = lines.map(({ line }) => line.order_id);
  const orders = await accountedFor(query, known, 'order', orderIds);
  const knownAt = await cancelledAt(query, known, orderIds);
  const strangers = lines.filter(({ line }) => !orders.has(line.order_id));
  const ours = lines
    .filter(({ line }) => orders.has(line.order_id))
    .map((admitted) => settleOurs(admitted, knownAt.get(admitted.line.order_id)));
  const settled = [...(await settleStrangers(query, strangers)), ...ours];
  return inPlaces(lines, new Map(settled.map((one) => [one.ordinal, one])));
}

function settleStrangers(query: Query, lines: readonly Line[]): Promise<Settled<CancellationLine>[]> {
  const waiting = lines.map((admitted) => {
    const { order_id } = admitted.line;
    const rule = 'cancellation-without-order' as const;
    return { admitted, rule, column: 'order_id', was: order_id, waitsFor: `order:${order_id}` };
  });
  return settleWaiting(query, 'order.cancelled', ({ order_id }) => order_id, waiting);
}

function settleOurs(admitted: Line, knownAt: Instant | undefined): Settled<CancellationLine> {
  const did = didOf(admitted.line.cancelled_at, knownAt);
  return { ...admitted, did, findings: [], differs: did === 'updated' ? ['cancelled_at'] : [] };
}

function didOf(saidAt: Instant, knownAt: Instant | undefined): Did {
  if (knownAt === undefined) return 'written';
  return saidAt.slice(0, 19) < knownAt.slice(0, 19) ? 'updated' : 'unchanged';
}

async function cancelledAt(query: Query, known: Known, orderIds: readonly string[]): Promise<Map<string, Instant>> {
  const rows = await rowsByKey<CancellationLine>(
    query,
    'SELECT order_id, cancelled_at FROM orders_cancelled WHERE order_id IN (?)',
    orderIds,
  );
  const at = new Map(rows.map((row) => [row.order_id, row.cancelled_at]));
  for (const orderId of orderIds) {
    const ms = known.valueOf('cancellation', orderId);
    const told = ms === undefined ? undefined : toInstant(new Date(ms));
    if (told !== undefined && told < (at.get(orderId) ?? '9999')) at.set(orderId, told);
  }
  return at;
}

async function write(tx: Tx, context: Context, settled: readonly Settled<CancellationLine>[]): Promise<void> {
  const lines = settled.filter(isNews).map(({ line }) => line);
  await writeCancellations(tx, new Map(lines.map(({ order_id, cancelled_at }) => [order_id, cancelled_at])));
  await parkLines(tx, context, settled);
}

function isNews({ did }: Settled<CancellationLine>): boolean {
  return did === 'written' || did === 'updated';
}

function tells(settled: readonly Settled<CancellationLine>[]): [Kind, string, number][] {
  return settled
    .filter(isNews)
    .map(({ line }) => ['cancellation', line.order_id, fromInstant(line.cancelled_at).getTime()]);
}

const PAGE = 2_000;

async function* pages(query: Query): AsyncGenerator<readonly CancellationLine[], void> {
  let after = '0';
  for (;;) {
    const page = await query<CancellationLine>(LINES, [after, after]);
    const last = page.at(-1);
    if (last === undefined) return;
    yield page;
    after = last.order_id;
  }
}

// With what the history tells of it, so that what is read from here is what an import of both sheets makes.
const LINES = `SELECT order_id, MIN(at) AS cancelled_at FROM (
    SELECT order_id, cancelled_at AS at FROM orders_cancelled WHERE order_id > ?
    UNION ALL
    SELECT order_id, status_updated_at FROM order_status_updates
      WHERE order_id > ? AND updated_status REGEXP 'cancell?ed|deleted') told
  GROUP BY order_id ORDER BY order_id LIMIT ${PAGE}`;
