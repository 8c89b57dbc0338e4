import type { Query } from '../../../platform/database/query.ts';
import { hasStatus } from './order.source.ts';
import type { OrderBoardColumn } from './order-board.type.ts';
import { OrderStatus } from './order-status.ts';

/** Statuses as they follow on each other, which is the order of columns everywhere. */
export const COLUMNS = Object.values(OrderStatus);

const NAMED = COLUMNS.filter((status) => status !== OrderStatus.OTHER);

interface Counted {
  /** Place among the named statuses, from 1 on; 0 is none of them. */
  named: number;
  count: string;
  oldest: string | null;
}

/**
 * The orders of each status, counted at this moment; statuses without orders are left out. Compared as the filters of
 * lists compare, so a column's count is the totalCount of its list. An order without a status is in no column, as it
 * has none in lists either.
 * @param only counts these statuses alone.
 */
export async function readOrderBoard(
  query: Query,
  only: readonly OrderStatus[] = COLUMNS,
): Promise<OrderBoardColumn[]> {
  const isAll = only.length === COLUMNS.length;
  const { sql, params } = isAll ? { sql: 'current_status IS NOT NULL', params: [] } : hasStatus('current_status', only);
  // Named outside, once for each text and not for each order.
  const counted = await query<Counted>(
    `SELECT FIELD(raw, ?) AS named, count, oldest
      FROM (SELECT current_status AS raw, COUNT(*) AS count, MIN(current_status_at) AS oldest
        FROM orders WHERE ${sql} GROUP BY current_status) AS texts`,
    [NAMED, ...params],
  );
  const columns = Map.groupBy(counted, ({ named }) => NAMED[named - 1] ?? OrderStatus.OTHER);
  return COLUMNS.flatMap((status) => {
    const texts = columns.get(status);
    return texts === undefined ? [] : [columnOf(status, texts)];
  });
}

function columnOf(status: OrderStatus, texts: Counted[]): OrderBoardColumn {
  const times = texts.flatMap(({ oldest }) => (oldest === null ? [] : [oldest]));
  const count = texts.reduce((sum, text) => sum + Number(text.count), 0);
  return { status, count, oldestChangedAt: times.toSorted()[0] ?? null };
}
