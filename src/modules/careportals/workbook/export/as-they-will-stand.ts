import type { StatusLine } from '../lines.ts';
import type { CarriedRow } from './carried.ts';

type Row = CarriedRow<StatusLine>;

/**
 * The history in the order in which it will be read back, which is by order, status and time. In the hour that comes
 * twice in autumn what was the later of two times may be read as the earlier one.
 */
export async function* asTheyWillStand(rows: AsyncIterable<Row>): AsyncGenerator<Row, void> {
  let group: Row[] = [];
  for await (const row of rows) {
    const [first] = group;
    if (first !== undefined && !isOfOneKind(first, row)) {
      yield* group.sort(byTime);
      group = [];
    }
    group.push(row);
  }
  yield* group.sort(byTime);
}

function isOfOneKind({ line: one }: Row, { line: other }: Row): boolean {
  return one.order_id === other.order_id && one.updated_status === other.updated_status;
}

function byTime({ line: one }: Row, { line: other }: Row): number {
  return one.status_updated_at < other.status_updated_at ? -1 : 1;
}
