import { copied, duplicate, type Form, parked, rejected, repaired, withCells } from './form.ts';
import { orderNumber, orders, orderTime, unknownOrder } from './orders.ts';
import type { SetOfRows } from './set-of-rows.ts';
import { americanText, DAY, FAR_FUTURE, HOUR, NEVER, TWICE, wall, whole } from './values.ts';

const STEPS = [
  'awaiting_payment',
  'processing',
  'awaiting_requirements',
  'awaiting_script',
  'awaiting_fulfillment',
  'awaiting_shipment',
  'shipped',
];
const LAST_STEP = STEPS.length - 1;
const UNKNOWN_ORDERS = 155;

export const orderUpdates: Form = {
  sheet: 'order.updated',
  columns: ['Datetime Created', 'Datetime Updated', 'order_id', 'updated_status'],
  hasHeader: true,
  rows: 3_081,
  honest(set, index) {
    const sound = set.sound(orders);
    const order = sound[index % sound.length]!;
    const step = Math.floor(index / sound.length);
    const status = step === LAST_STEP && order % 30 === 0 ? 'cancelled' : STEPS[step]!;
    return updateCells(orderNumber(set, order), orderTime(set, order), step, status);
  },
  oddities: [
    parked('status-without-order', 'order_id', 930, (_, { set, nth }) => {
      const step = Math.floor(nth / UNKNOWN_ORDERS);
      const order = nth % UNKNOWN_ORDERS;
      return updateCells(unknownOrder(set, order), orderTime(set, order), step, STEPS[step]!);
    }),
    repaired(
      'status-respelt',
      'updated_status',
      40,
      withCells(({ updated_status }) => ({ updated_status: asPeopleWrite(String(updated_status)) })),
    ),
    repaired(
      'hour-ambiguous',
      'Datetime Updated',
      3,
      withCells((_, { nth }) => ({ 'Datetime Updated': wall(TWICE + nth * 1_000) })),
    ),
    repaired(
      'hour-missing',
      'Datetime Updated',
      2,
      withCells((_, { nth }) => ({ 'Datetime Updated': wall(NEVER + nth * 1_000) })),
    ),
    duplicate('duplicate-same', 60, copied()),
    duplicate(
      'duplicate-differs',
      2,
      copied(() => ({ 'Datetime Created': wall(Date.UTC(2025, 2, 1, 12)) })),
    ),
    rejected(
      'future-status',
      'Datetime Updated',
      1,
      withCells(() => ({ 'Datetime Updated': wall(FAR_FUTURE) })),
    ),
    rejected(
      'key-missing',
      'order_id',
      1,
      withCells(() => ({ order_id: null })),
    ),
    rejected(
      'value-missing',
      'updated_status',
      1,
      withCells(() => ({ updated_status: null })),
    ),
  ],
};

function updateCells(order: number, made: number, step: number, status: string) {
  return {
    'Datetime Created': wall(made),
    'Datetime Updated': wall(made + (step + 1) * 11 * HOUR),
    order_id: whole(order),
    updated_status: status,
  };
}

/** `awaiting_script` as `Awaiting Script`. */
function asPeopleWrite(status: string): string {
  return status.replaceAll('_', ' ').replaceAll(/\b[a-z]/g, (letter) => letter.toUpperCase());
}

export const cancellations: Form = {
  sheet: 'order.cancelled',
  columns: ['deleted_at', 'order_id'],
  hasHeader: true,
  rows: 71,
  honest(set, index) {
    const order = set.sound(orders)[index * 6 + 3]!;
    return { deleted_at: americanText(cancelledAt(set, order)), order_id: whole(orderNumber(set, order)) };
  },
  oddities: [
    parked(
      'cancellation-without-order',
      'order_id',
      8,
      withCells((_, { set, nth }) => ({ order_id: whole(unknownOrder(set, nth)) })),
    ),
    repaired(
      'hour-ambiguous',
      'deleted_at',
      1,
      withCells(() => ({ deleted_at: americanText(TWICE) })),
    ),
    duplicate('duplicate-same', 1, copied()),
    duplicate(
      'duplicate-differs',
      2,
      copied(() => ({ deleted_at: '09/30/2025, 04:05:06 PM' })),
    ),
    rejected(
      'key-shape',
      'order_id',
      1,
      withCells(() => ({ order_id: 'see the notes' })),
    ),
  ],
};

function cancelledAt(set: SetOfRows, order: number): number {
  return orderTime(set, order) + 6 * DAY;
}
