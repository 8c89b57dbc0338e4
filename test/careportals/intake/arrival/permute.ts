import type { RecordedDelivery } from '../../../../src/modules/careportals/demo/month/record-month.ts';
import type { Random } from '../../../../src/modules/careportals/demo/random.ts';

/** Share of the deliveries that a permutation sends once more, besides the repeats that were recorded. */
const REPEATED = 0.08;

/** All deliveries in another order, some of them twice. */
export function permuted(deliveries: readonly RecordedDelivery[], random: Random): RecordedDelivery[] {
  const repeated = deliveries.filter(() => random.chance(REPEATED));
  const drawn = [...deliveries, ...repeated].map((delivery) => ({ delivery, place: random.next() }));
  return drawn.sort((a, b) => a.place - b.place).map(({ delivery }) => delivery);
}
