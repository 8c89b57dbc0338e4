import type { Instant } from '../../../platform/database/instant.ts';
import { withTold } from '../told-at.ts';
import { hasStreet, ORDER_GROUPS, type OrderColumns, PROVINCE, SHIP_TO, type ToldOrder } from './order-columns.ts';

/**
 * What the order is after one more telling, in whatever order they arrive: each column or group as its newest teller
 * has it. A whole address replaces all of another; a province alone only stands in while there is none.
 */
export function mergeOrder(known: ToldOrder, said: OrderColumns, time: Instant): ToldOrder {
  const told = withTold(known, said, time, ORDER_GROUPS, 'newest');
  if (hasStreet(said)) return withoutProvince(withTold(told, said, time, SHIP_TO, 'newest'));
  return told.at.shipTo === undefined ? withTold(told, said, time, PROVINCE, 'newest') : told;
}

/** The shortcut is part of the address now, and tells nothing of its own. */
function withoutProvince({ columns, at }: ToldOrder): ToldOrder {
  const { province: _, ...others } = at;
  return { columns, at: others };
}
