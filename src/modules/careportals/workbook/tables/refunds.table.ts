import type { Instant } from '../../../../platform/database/instant.ts';
import type { Query } from '../../../../platform/database/query.ts';
import type { RefundLine } from '../lines.ts';
import { parkLines, type Waiting } from '../parked/park-lines.ts';
import { refundsSheet } from '../sheets/refunds.sheet.ts';
import type { Admitted, Context, Known, Settled, Table } from '../table.ts';
import { accountedFor, paidCharges, rowsByKey } from './find-known.ts';
import { insertRows } from './insert-rows.ts';
import { ownersOf, pagesOf } from './pages-of.ts';
import { sortedBy } from './plain-table.ts';
import { settleKnown, withoutChanging } from './settle-known.ts';
import { settleOrPark } from './settle-or-park.ts';
import { writeKnown } from './write-known.ts';

const COLUMNS = ['charge_id', 'payment_intent_id', 'amount', 'currency', 'reason', 'status', 'created_at'] as const;
const PAGED = { table: 'refunds', key: 'stripe_refund_id', columns: ['stripe_refund_id', ...COLUMNS] };

type Row = RefundLine & { imported_at: Instant | null };

/** What the lines of a batch meet. */
interface Met {
  rows: Map<string, Row>;
  charges: ReadonlySet<string>;
  /** By intent, its charge; blank in a dry run whose own rows brought it. */
  charged: Map<string, string>;
}

export const refundsTable: Table<RefundLine> = {
  sheet: 'refund.created',
  batchRows: 1_000,
  async settle(query, context, lines) {
    const met = await meet(query, context.known, lines);
    return settleOrPark(query, refundsSheet, lines, (line) => settleOne(context, met, line), withoutPayment);
  },
  async write(tx, context, settled) {
    const written = settled.filter(({ did }) => did === 'written').map(({ line }) => line);
    const rows = written.map((line) => ({ ...line, imported_at: context.startedAt }));
    await insertRows(tx, 'refunds', sortedBy(rows, 'stripe_refund_id'));
    await writeKnown(tx, context, { table: 'refunds', key: 'stripe_refund_id' }, settled);
    await parkLines(tx, context, settled);
  },
  tells: () => [],
  pages: (query) => pagesOf<RefundLine>(query, PAGED),
  owner: (query, keys) => ownersOf(query, PAGED, keys),
};

async function meet(query: Query, known: Known, lines: readonly Admitted<RefundLine>[]): Promise<Met> {
  const ids = lines.map(({ line }) => line.stripe_refund_id);
  const sql = `SELECT stripe_refund_id, ${COLUMNS.join(', ')}, imported_at FROM refunds WHERE stripe_refund_id IN (?)`;
  const rows = await rowsByKey<Row>(query, sql, ids);
  const charges = lines.map(({ line }) => line.charge_id).filter((id) => id !== '');
  const blank = lines.filter(({ line }) => line.charge_id === '');
  return {
    rows: new Map(rows.map((row) => [row.stripe_refund_id, row])),
    charges: new Set((await accountedFor(query, known, 'charge', charges)).keys()),
    charged: await paidCharges(
      query,
      known,
      blank.flatMap(({ line }) => line.payment_intent_id ?? []),
    ),
  };
}

/** Null if it must wait for its payment. */
function settleOne(context: Context, met: Met, admitted: Admitted<RefundLine>): Settled<RefundLine> | null {
  const { line } = admitted;
  const charge = chargeOf(met, line);
  const row = met.rows.get(line.stripe_refund_id);
  if (row === undefined && charge === undefined) return null;
  const own = { ...admitted, line: { ...line, charge_id: charge ?? line.charge_id } };
  if (row === undefined) return { ...own, did: 'written', findings: [], differs: [] };
  const settled = settleKnown(context, own, row, { columns: COLUMNS });
  return charge === undefined ? withoutChanging(settled, ['charge_id']) : settled;
}

/** The charge that is refunded; undefined if nobody knows it. */
function chargeOf({ charges, charged }: Met, { charge_id, payment_intent_id }: RefundLine): string | undefined {
  if (charge_id !== '') return charges.has(charge_id) ? charge_id : undefined;
  return payment_intent_id === null ? undefined : charged.get(payment_intent_id);
}

function withoutPayment(admitted: Admitted<RefundLine>): Waiting<RefundLine> {
  const { charge_id, payment_intent_id } = admitted.line;
  const isNamed = charge_id !== '';
  return {
    admitted,
    rule: 'refund-without-payment',
    column: isNamed ? 'charge_id' : 'payment_intent_id',
    was: isNamed ? charge_id : payment_intent_id,
    waitsFor: isNamed ? `payment:${charge_id}` : `intent:${payment_intent_id}`,
  };
}
