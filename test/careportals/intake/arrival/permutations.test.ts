import { afterAll, beforeAll, expect, test } from 'vitest';
import { playLive } from '../../../../src/modules/careportals/demo/month/play-live.ts';
import { type RecordedDelivery, recordMonth } from '../../../../src/modules/careportals/demo/month/record-month.ts';
import { Random } from '../../../../src/modules/careportals/demo/random.ts';
import { Arrivals } from './arrivals.ts';
import { type Breaker, breakConnections } from './break-connections.ts';
import { BUSINESS, OTHER_TABLES } from './business-columns.ts';
import { type BusinessState, type Difference, differences } from './business-state.ts';
import { permuted } from './permute.ts';
import { described, fewestThatDisagree } from './shrink.ts';

const LONG = process.env.LONG_TESTS !== undefined;
const ROUNDS = LONG ? 200 : 2;
const SEED = process.env.TEST_SEED ?? '1';
/** Where to go on after an interruption, with the same TEST_SEED. */
const FIRST_ROUND = Number(process.env.TEST_FROM ?? 0);
const MONTH = LONG ? { orders: 60, subscriptions: 40 } : { orders: 6, subscriptions: 4 };

let arrivals: Arrivals;
let month: RecordedDelivery[];
let expected: BusinessState;
beforeAll(async () => {
  arrivals = await Arrivals.open();
  month = recordMonth({ seed: SEED, ...MONTH });
  expected = await arrivals.inOrder(month);
});
afterAll(() => arrivals?.close());

test('every column of every table is either compared or left out for a reason', async () => {
  const columns = await arrivals.query<{ table: string; column: string }>(
    `SELECT c.table_name AS \`table\`, c.column_name AS \`column\` FROM information_schema.columns c
      JOIN information_schema.tables t USING (table_schema, table_name)
      WHERE c.table_schema = DATABASE() AND t.table_type = 'BASE TABLE'`,
  );
  const ofBusiness = columns.filter(({ table }) => OTHER_TABLES[table] === undefined);
  const listed = Object.entries(BUSINESS).flatMap(([table, { key, columns: compared, leftOut }]) =>
    [...key, ...compared, ...Object.keys(leftOut)].map((column) => `${table}.${column}`),
  );
  expect(listed.toSorted()).toEqual(ofBusiness.map(({ table, column }) => `${table}.${column}`).toSorted());
});

test('a month that arrives in order leaves orders, payments and subscriptions behind, and nothing dead', () => {
  const keys = (table: string) => [...(expected.get(table)?.keys() ?? [])];
  expect(keys('orders').length).toBeGreaterThan(MONTH.orders / 2);
  expect(keys('subscriptions').length).toBeGreaterThanOrEqual(MONTH.subscriptions);
  const tables = LONG ? Object.keys(BUSINESS) : ['customers', 'products', 'order_status_updates'];
  expect(tables.filter((table) => keys(table).length === 0)).toEqual([]);
  const statuses = [...(expected.get('deliveries')?.values() ?? [])].flat().map((row) => row.status);
  expect(new Set(statuses)).toEqual(new Set(['processed', 'ignored', 'parked', 'quarantined']));
});

test('it leaves the same behind in any other order, with repeats, and with connections that break meanwhile', {
  timeout: LONG ? 3_600_000 : 300_000,
}, async () => {
  let broken = 0;
  for (let round = FIRST_ROUND; round < ROUNDS; round++) {
    const random = Random.from(`permutation ${SEED} ${round}`);
    const permutation = permuted(month, random);
    const breaker = breakConnections(random);
    const found = differences(expected, await arrivals.atOnce(permutation, breaker.disturb));
    if (found.length > 0) expect.fail(await report(round, permutation, found, breaker));
    broken += breaker.broken;
    if (LONG && (round + 1) % 10 === 0)
      process.stdout.write(`${round + 1} of ${ROUNDS} permutations, ${broken} broken connections\n`);
  }
  expect(broken).toBeGreaterThan(0);
});

/** What the demo lets belong to nothing. */
const STRAYS = [
  'order.cancelled',
  'order.shipped',
  'appointment.created',
  'unknown',
  'subscription.active',
  'invoice.paid',
];

test('what the demo plays live is taken and has its effect, save a few strays that wait or are kept', async () => {
  const deliveries: RecordedDelivery[] = [];
  for (const { source, path, body } of playLive(Random.from(`live ${SEED}`), 10_000_000, () => new Date())) {
    deliveries.push({ source, path, body, receivedAt: new Date() });
    if (deliveries.length === 150) break;
  }
  const state = await arrivals.inOrder(deliveries);
  const outcomes = [...(state.get('deliveries')?.values() ?? [])].flat();
  // Some of Stripe's events tell nothing new.
  const others = outcomes.filter((row) => row.status !== 'processed' && row.event_type !== 'charge.refunded');
  const isStray = (row: (typeof others)[number]) => STRAYS.includes(String(row.event_type)) && row.status !== 'dead';
  // The stray refund is of a kind that mostly has its effect.
  const strange = others.filter(
    (row) => !isStray(row) && !(row.event_type === 'refund.created' && row.status === 'parked'),
  );
  expect(strange).toEqual([]);
  expect(new Set(others.map((row) => row.status))).toContain('quarantined');
});

async function report(round: number, permutation: RecordedDelivery[], found: Difference[], { broken }: Breaker) {
  const lines = found.slice(0, 20).map(({ table, key, columns }) => `  ${table} ${key}: ${columns.join(', ')}`);
  const fewest = await fewestThatDisagree(arrivals, permutation, found[0]!);
  const how =
    fewest === null
      ? 'The deliveries that concern the first of them end well one after the other: it takes several at once, or a broken connection.'
      : `These disagree, in this order, over the first of them:\n${fewest.map((one) => described(one, month)).join('\n')}`;
  const again = `TEST_SEED=${SEED} TEST_FROM=${round}${LONG ? ' LONG_TESTS=1' : ''}`;
  return `Permutation ${round} (${again}, ${broken} broken connections) differs in ${found.length} rows:\n${lines.join('\n')}\n${how}`;
}
