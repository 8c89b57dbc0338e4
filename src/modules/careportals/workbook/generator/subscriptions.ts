import { products } from './catalog.ts';
import { type Cells, copied, duplicate, type Form, type Oddity, parked, repaired, withCells } from './form.ts';
import { customers } from './people.ts';
import type { SetOfRows } from './set-of-rows.ts';
import { DAY, FAR_FUTURE, HOUR, NEVER, TWICE, wall, whole } from './values.ts';

type State = 'active' | 'paused' | 'cancelled';

const FIRST_SUBSCRIPTION = Date.UTC(2025, 3, 2, 12);

const statusFromSheet = (rows: number, status: string): Oddity =>
  repaired(
    'status-from-sheet',
    'Status',
    rows,
    withCells(() => ({ Status: status })),
  );

const inTwoSheets = (rows: number, from: number): Oddity =>
  duplicate(
    'subscription-in-two-sheets',
    rows,
    withCells((_, { set, nth }) => ({ SubscriptionID: idsOf(set, active, set.honest(active))[from + nth]! })),
  );

export const active = subscriptionForm('active', 206, 0, [
  repaired(
    'cycle-blank',
    'Cycle',
    4,
    withCells((_, { nth }) => ({ Cycle: nth === 0 ? whole(0) : null })),
  ),
  statusFromSheet(2, 'paused'),
  repaired(
    'subscription-customer-unknown',
    'CustomerID',
    4,
    withCells((_, { set, index }) => ({ CustomerID: set.id24('stranger', index) })),
  ),
  repaired(
    'product-stubbed',
    'ProductID',
    1,
    withCells((_, { set }) => ({ ProductID: set.id24('unknown product', 1) })),
  ),
  repaired(
    'value-dropped',
    'ProductID',
    1,
    withCells(() => ({ ProductID: 'P-7' })),
  ),
  repaired(
    'hour-ambiguous',
    'Datetime Created',
    1,
    withCells(() => ({ 'Datetime Created': wall(TWICE) })),
  ),
  repaired(
    'time-in-future',
    'Last Updated',
    1,
    withCells(() => ({ 'Last Updated': wall(FAR_FUTURE) })),
  ),
  duplicate('duplicate-same', 1, copied()),
]);

export const paused = subscriptionForm('paused', 15, 206, [
  repaired(
    'cycle-blank',
    'Cycle',
    1,
    withCells(() => ({ Cycle: null })),
  ),
  inTwoSheets(1, 0),
]);

export const cancelled = subscriptionForm('cancelled', 53, 221, [statusFromSheet(2, 'active'), inTwoSheets(2, 1)]);

function subscriptionForm(state: State, rows: number, first: number, oddities: Oddity[]): Form {
  return {
    sheet: `subscription.${state}`,
    columns: ['SubscriptionID', 'CustomerID', 'ProductID', 'Cycle', 'Status', 'Datetime Created', 'Last Updated'],
    hasHeader: true,
    rows,
    honest(set, index) {
      const made = FIRST_SUBSCRIPTION + index * 16 * HOUR;
      return {
        SubscriptionID: set.id24('subscription', first + index),
        ...whose(set, first + index, index % 8 < 5),
        Cycle: whole(1 + (index % 6)),
        Status: state === 'cancelled' && index % 9 === 0 ? 'ended' : state,
        'Datetime Created': wall(made),
        'Last Updated': index % 7 < 3 ? wall(made + 20 * DAY) : null,
      };
    },
    oddities,
  };
}

function whose(set: SetOfRows, index: number, isKnown: boolean): Cells {
  if (!isKnown) return { CustomerID: null, ProductID: null };
  const random = set.random('subscriber', index);
  return {
    CustomerID: set.row(customers, random.pick(set.sound(customers))).cells.customer_id!,
    ProductID: set.row(products, random.pick(set.sound(products))).cells.product_id!,
  };
}

function idsOf(set: SetOfRows, form: Form, indexes: readonly number[]): string[] {
  return indexes.map((index) => String(set.row(form, index).cells.SubscriptionID));
}

const FORMS = [active, paused, cancelled];

export const subscriptionLog: Form = {
  sheet: 'subscription.full_log',
  columns: [
    'Datetime Received',
    'Trigger Type',
    'SubscriptionID',
    'CustomerID',
    'ProductID',
    'Cycle',
    'Status',
    'Datetime Created',
    'Last Updated',
    'Raw Data',
  ],
  hasHeader: true,
  rows: 202,
  honest(set, index) {
    const form = FORMS[index % FORMS.length]!;
    const sound = set.sound(form);
    const subscription = form.honest(set, sound[Math.floor(index / FORMS.length) % sound.length]!);
    const state = form.sheet.slice('subscription.'.length);
    return {
      ...subscription,
      'Datetime Received': wall(FIRST_SUBSCRIPTION + index * 18 * HOUR + 5_000),
      'Trigger Type': state,
      Status: state,
      'Raw Data': JSON.stringify({ _id: subscription.SubscriptionID, status: state, cycle: 1 + (index % 6) }),
    };
  },
  oddities: [
    parked(
      'log-without-subscription',
      'SubscriptionID',
      6,
      withCells((_, { set, index }) => ({ SubscriptionID: set.id24('unknown subscription', index) })),
    ),
    repaired(
      'raw-data-as-text',
      'Raw Data',
      4,
      withCells(() => ({ 'Raw Data': '[object Object]' })),
    ),
    repaired(
      'secrets-stripped',
      'Raw Data',
      3,
      withCells(() => ({
        'Raw Data': JSON.stringify({ customer: { hash: 'x1', salt: 'x2', uname: 'x3' }, cycle: 2 }),
      })),
    ),
    repaired(
      'hour-missing',
      'Datetime Received',
      1,
      withCells(() => ({ 'Datetime Received': wall(NEVER) })),
    ),
    duplicate('duplicate-same', 1, copied()),
  ],
};
