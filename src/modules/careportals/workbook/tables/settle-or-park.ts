import type { Query } from '../../../../platform/database/query.ts';
import { settleWaiting, type Waiting } from '../parked/park-lines.ts';
import type { Sheet } from '../sheet.ts';
import type { Admitted, Settled } from '../table.ts';
import { inPlaces } from './in-places.ts';

/**
 * Lines that are settled one by one, or must wait for what they hang on; in their order.
 * @param settleOne null if the line must wait.
 * @param waitingOf what it waits for then.
 */
export async function settleOrPark<Line extends object>(
  query: Query,
  { name, keyOf }: Sheet<Line>,
  lines: readonly Admitted<Line>[],
  settleOne: (admitted: Admitted<Line>) => Settled<Line> | null,
  waitingOf: (admitted: Admitted<Line>) => Waiting<Line>,
): Promise<Settled<Line>[]> {
  const [settled, waiting] = [new Map<number, Settled<Line>>(), [] as Waiting<Line>[]];
  for (const admitted of lines) {
    const one = settleOne(admitted);
    if (one === null) waiting.push(waitingOf(admitted));
    else settled.set(admitted.ordinal, one);
  }
  for (const one of await settleWaiting(query, name, keyOf, waiting)) settled.set(one.ordinal, one);
  return inPlaces(lines, settled);
}
