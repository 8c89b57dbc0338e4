import type { Query } from '../../../../platform/database/query.ts';
import type { Tx } from '../../tables.ts';
import type { LogLine } from '../lines.ts';
import { parkLines, settleWaiting, stillWaiting } from '../parked/park-lines.ts';
import type { SheetName } from '../sheet.ts';
import type { Admitted, Context, Settled, Table } from '../table.ts';
import { appendToTrails } from './append-to-trails.ts';
import { accountedFor, ownCustomerIds, rowsByKey } from './find-known.ts';
import { inPlaces } from './in-places.ts';
import { WholeLines } from './whole-lines.ts';

/** The old log of subscriptions. It is only added to: each line becomes an entry of its subscription's trail. */
export const subscriptionLogTable: Table<LogLine> = {
  sheet: 'subscription.full_log',
  // Its raw data may be large.
  batchRows: 200,
  settle,
  write,
  tells: () => [],
  pages,
};

const SHEET: SheetName = 'subscription.full_log';

type Line = Admitted<LogLine>;

async function settle(query: Query, { known }: Context, lines: readonly Line[]): Promise<Settled<LogLine>[]> {
  const subscriptions = await accountedFor(
    query,
    known,
    'subscription',
    lines.map(({ line }) => line.subscription_id),
  );
  const strangers = lines.filter(({ line }) => !subscriptions.has(line.subscription_id));
  const ours = lines.filter(({ line }) => subscriptions.has(line.subscription_id));
  const settled = [...(await settleStrangers(query, strangers)), ...(await settleOurs(query, known, ours))];
  return inPlaces(lines, new Map(settled.map((one) => [one.ordinal, one])));
}

/** The worker can make the subscription of the line, and of its later ones. */
function settleStrangers(query: Query, lines: readonly Line[]): Promise<Settled<LogLine>[]> {
  const waiting = lines.map((admitted) => {
    const { subscription_id } = admitted.line;
    const rule = 'log-without-subscription' as const;
    return { admitted, rule, column: 'SubscriptionID', was: subscription_id, waitsFor: null };
  });
  return settleWaiting(query, SHEET, keyOf, waiting);
}

function keyOf({ subscription_id }: LogLine): string {
  return subscription_id;
}

async function settleOurs(query: Query, known: Context['known'], lines: readonly Line[]): Promise<Settled<LogLine>[]> {
  const named = lines.flatMap(({ line }) => (line.emr_customer_id === null ? [] : [line.emr_customer_id]));
  const own = await ownCustomerIds(query, known, named);
  const trails = await trailsOf(query, lines);
  const resolved = lines.map((admitted) => ({ admitted, line: withOwnId(admitted.line, own) }));
  const news = resolved.filter(({ line }) => !trails.has(line)).map(({ admitted }) => admitted);
  const waiting = await stillWaiting(query, SHEET, keyOf, news);
  return resolved.map(({ admitted, line }) => {
    const did = trails.has(line) ? 'unchanged' : (waiting.get(admitted) ?? 'written');
    return { ...admitted, line, did, findings: [], differs: [] };
  });
}

function withOwnId(line: LogLine, own: ReadonlyMap<string, string>): LogLine {
  const { emr_customer_id: id } = line;
  return { ...line, emr_customer_id: id === null ? null : (own.get(id) ?? id) };
}

async function trailsOf(query: Query, lines: readonly Line[]): Promise<WholeLines> {
  const rows = await rowsByKey<LogLine>(
    query,
    `SELECT ${COLUMNS} FROM subscriptions_audit_log l WHERE l.subscription_id IN (?) AND ${TOLD}`,
    lines.map(({ line }) => line.subscription_id),
  );
  const trails = new WholeLines();
  for (const row of rows) trails.add(row);
  return trails;
}

async function write(tx: Tx, context: Context, settled: readonly Settled<LogLine>[]): Promise<void> {
  const lines = settled.filter(({ did }) => did === 'written').map(({ line }) => line);
  await appendToTrails(tx, context, lines);
  await parkLines(tx, context, settled);
}

const COLUMNS = `l.subscription_id, l.customer_id AS emr_customer_id, l.product_id, l.cycle, l.status, l.trigger_type,
  l.webhook_received_at AS received_at, l.created_at, l.updated_at, l.raw_data`;

/** What an import itself did to a subscription is no line of the log. */
const TOLD = "NOT (l.source = 'import' AND l.trigger_type = 'import')";

const PAGE = 500;

/** Trail by trail, each in its order. */
async function* pages(query: Query): AsyncGenerator<readonly LogLine[], void> {
  let after: [string, string] = ['', '0'];
  for (;;) {
    const page = await query<LogLine & { log_id: string }>(LINES, [after[0], ...after]);
    const last = page.at(-1);
    if (last === undefined) return;
    yield page.map(({ log_id, ...line }) => line);
    after = [last.subscription_id, last.log_id];
  }
}

// The first comparison alone bounds the index; MySQL makes no range of the pair.
const LINES = `SELECT l.log_id, ${COLUMNS} FROM subscriptions_audit_log l FORCE INDEX (idx_subscription_id)
  WHERE l.subscription_id >= ? AND (l.subscription_id > ? OR l.log_id > ?) AND ${TOLD}
  ORDER BY l.subscription_id, l.log_id LIMIT ${PAGE}`;
