import type { RecordedDelivery } from '../../../../src/modules/careportals/demo/month/record-month.ts';
import type { Arrivals } from './arrivals.ts';
import { type Difference, differences } from './business-state.ts';

/** Trials that are spent on it; each takes about a second. */
const MOST_TRIALS = 60;

/** Ids and addresses by which deliveries belong together. */
const NAMES = /\b[0-9a-f]{24}\b|\b(?:ch|py|pi|re|pyr)_\w+|[\w.+-]+@[\w.-]+/g;

/**
 * Fewer deliveries that still end differently when they come one after the other in this order than when they come as
 * they were sent. Null if those that concern the difference do not, one by one: then it takes several at once, or a
 * broken connection.
 */
export async function fewestThatDisagree(
  arrivals: Arrivals,
  permutation: readonly RecordedDelivery[],
  { table, name }: Difference,
): Promise<RecordedDelivery[] | null> {
  let trials = 0;
  const disagree = async (deliveries: readonly RecordedDelivery[]) => {
    trials++;
    const sent = deliveries.toSorted((a, b) => a.receivedAt.getTime() - b.receivedAt.getTime());
    const found = differences(await arrivals.inOrder(sent), await arrivals.inOrder(deliveries));
    return found.some((difference) => difference.table === table);
  };
  let kept = concerned(permutation, name);
  if (kept.length === 0 || !(await disagree(kept))) return null;
  for (
    let size = Math.ceil(kept.length / 2);
    size >= 1 && trials < MOST_TRIALS;
    size = size === 1 ? 0 : Math.ceil(size / 2)
  ) {
    for (let at = 0; at < kept.length && trials < MOST_TRIALS; ) {
      const fewer = kept.toSpliced(at, size);
      if (fewer.length > 0 && (await disagree(fewer))) kept = fewer;
      else at += size;
    }
  }
  return kept;
}

/** The deliveries that name the row, and those that share an id or an email with one of them. */
function concerned(deliveries: readonly RecordedDelivery[], name: string): RecordedDelivery[] {
  const texts = new Map(deliveries.map((delivery) => [delivery, JSON.stringify(delivery.body).toLowerCase()]));
  const naming = (names: Iterable<string>) => {
    const wanted = [...names];
    return deliveries.filter((delivery) => wanted.some((one) => texts.get(delivery)?.includes(one)));
  };
  const direct = naming([name.toLowerCase()]);
  const counts = new Map<string, number>();
  for (const text of texts.values())
    for (const id of new Set(text.match(NAMES))) counts.set(id, (counts.get(id) ?? 0) + 1);
  const ids = new Set(direct.flatMap((delivery) => texts.get(delivery)?.match(NAMES) ?? []));
  // Products and pharmacies are named by many that have nothing to do with each other.
  return naming([name.toLowerCase(), ...[...ids].filter((id) => (counts.get(id) ?? 0) < 60)]);
}

/** A delivery in a line, without anything of a person. */
export function described(delivery: RecordedDelivery, month: readonly RecordedDelivery[]): string {
  const { path, body, receivedAt } = delivery;
  const { status, updatedAt, type } = body as Record<string, unknown>;
  const facts = [type, status, updatedAt && `updated ${updatedAt}`, `received ${receivedAt.toISOString()}`];
  return `  no. ${month.indexOf(delivery)}: ${path} ${facts.filter(Boolean).join(', ')}`;
}
