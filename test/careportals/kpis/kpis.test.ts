import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { plainQuery, type Query } from '../../../src/platform/database/query.ts';
import { createTestApp, type TestApp } from '../../kit/test-app.ts';
import { ALL_GROUPS, asExpected, type Figures, KPIS, roundedAll, selectionOf } from './ask.ts';
import { midnight, Oracle } from './oracle.ts';
import { makeBusiness, NOW } from './random-business.ts';
import { readTables, type Tables } from './tables.ts';

const LONG = process.env.LONG_TESTS !== undefined;
const SEED = process.env.TEST_SEED ?? randomBytes(4).toString('hex');
const BUSINESSES = LONG ? 12 : 2;
const SIZE = 60;
const TOMORROW = '2026-03-21';

/** Ranges over both changes of clocks, short, long, empty, and into the future. */
const RANGES = [
  ['2025-09-01', '2026-03-21'],
  ['2025-10-15', '2025-11-15'],
  ['2025-11-02', '2025-11-03'],
  ['2026-03-08', '2026-03-09'],
  ['2026-01-01', '2026-04-01'],
  ['2025-01-01', '2025-02-01'],
] as const;

const ask = (server: TestApp, token: string, from: string | null, to: string | null) =>
  server.ask<{ kpis: Figures & { from: string; to: string } }>(token, KPIS, { from, to });

describe.each(Array.from({ length: BUSINESSES }, (_, n) => `${SEED}-${n}`))('business %s', (seed) => {
  let server: TestApp;
  let query: Query;
  let tables: Tables;
  let analyst: string;

  beforeAll(async () => {
    server = await createTestApp({ clock: { now: () => NOW } });
    query = await plainQuery(server.database.orm);
    await makeBusiness(query, seed, SIZE);
    tables = await readTables(query);
    analyst = await server.token({ role: 'analyst' });
  });
  afterAll(() => server?.stop());

  test.each(RANGES)('every figure from %s to %s is as its definition says', async (from, to) => {
    const { data, errors } = await ask(server, analyst, from, to);
    expect(errors).toBeUndefined();
    const expected = new Oracle(tables, from, to, TOMORROW).all();
    for (const [group, figures] of Object.entries(expected)) {
      expect(asExpected(data?.kpis[group] ?? {}), group).toEqual(roundedAll(figures));
    }
  });

  test('the period before a range is the equally long one that ends where it begins', async () => {
    const text = `{ kpis(from: "2025-11-01", to: "2025-12-01") { previous { from to finance { ${selectionOf('finance')} } } } }`;
    const { data } = await server.ask<{ kpis: { previous: Figures } }>(analyst, text);
    expect(data?.kpis.previous).toMatchObject({ from: '2025-10-02', to: '2025-11-01' });
    const expected = new Oracle(tables, '2025-10-02', '2025-11-01', TOMORROW).finance();
    expect(asExpected(data?.kpis.previous.finance ?? {})).toEqual(roundedAll(expected));
  });

  test.each([
    ['DAY', 'MONDAY', '2025-10-30', '2025-11-06', 7],
    ['WEEK', 'MONDAY', '2026-02-25', '2026-03-19', 4],
    ['WEEK', 'SUNDAY', '2026-02-25', '2026-03-19', 4],
    ['MONTH', 'MONDAY', '2025-09-15', '2026-03-21', 7],
  ])(
    'a series by %s (weeks from %s) fills its range with steps that each are as a range of their own',
    async (step, weekStart, from, to, steps) => {
      const text = `query { kpiSeries(from: "${from}", to: "${to}", step: ${step}, weekStart: ${weekStart}) {
      from to finance { ${selectionOf('finance')} } } }`;
      const { data } = await server.ask<{ kpiSeries: { from: string; to: string; finance: Figures[string] }[] }>(
        analyst,
        text,
      );
      const points = data?.kpiSeries ?? [];
      expect(points).toHaveLength(steps);
      expect([points[0]?.from, points.at(-1)?.to]).toEqual([from, to]);
      expect(points.slice(1).map((point) => point.from)).toEqual(points.slice(0, -1).map((point) => point.to));
      for (const point of points) {
        const expected = new Oracle(tables, point.from, point.to, TOMORROW).finance();
        expect(asExpected(point.finance), point.from).toEqual(roundedAll(expected));
      }
    },
  );

  test('weeks begin on the day that was asked for', async () => {
    const starts = async (weekStart: string) => {
      const text = `{ kpiSeries(from: "2026-02-25", to: "2026-03-19", step: WEEK, weekStart: ${weekStart}) { from } }`;
      const { data } = await server.ask<{ kpiSeries: { from: string }[] }>(analyst, text);
      return data?.kpiSeries.map(({ from }) => from);
    };
    expect(await starts('MONDAY')).toEqual(['2026-02-25', '2026-03-02', '2026-03-09', '2026-03-16']);
    expect(await starts('SUNDAY')).toEqual(['2026-02-25', '2026-03-01', '2026-03-08', '2026-03-15']);
  });

  test('the products that sold are told with orders, customers, subscriptions and revenue', async () => {
    const text = `{ kpis(from: "2025-09-01", to: "2026-03-21") { products { coverage { rows outOf }
      top { product { productId } orders { value } customers { value } activeSubscriptions { value } revenue { value } } } } }`;
    const { data } = await server.ask<{
      kpis: { products: { coverage: object; top: Record<string, { value?: unknown; productId?: string }>[] } };
    }>(analyst, text);
    const { top, rows, outOf } = new Oracle(tables, '2025-09-01', '2026-03-21', TOMORROW).products();
    expect(data?.kpis.products.coverage).toEqual({ rows, outOf });
    const told = data?.kpis.products.top.map(({ product, ...figures }) => ({
      productId: product?.productId,
      ...Object.fromEntries(Object.entries(figures).map(([name, { value }]) => [name, Number(value)])),
    }));
    expect(told).toEqual(top);
  });

  test('refunds by reason and by source of the order add up to all refunds', async () => {
    const text = `{ kpis(from: "2025-09-01", to: "2026-03-21") { refunds {
      bySource { name refunds amount } byReason { name refunds amount } } finance { refunds { value coverage { rows } } } } }`;
    type Share = { name: string | null; refunds: number; amount: string };
    const { data } = await server.ask<{
      kpis: { refunds: Record<'bySource' | 'byReason', Share[]>; finance: Figures[string] };
    }>(analyst, text);
    const made = new Oracle(tables, '2025-09-01', '2026-03-21', TOMORROW).refunded();
    const sourceOf = (order: string) => tables.orders.find(({ order_id }) => order_id === order)?.source;
    const expected = {
      byReason: Map.groupBy(made, ({ refund }) => refund.reason),
      bySource: Map.groupBy(made, ({ payment }) => sourceOf(payment.order_id) ?? null),
    };
    for (const by of ['byReason', 'bySource'] as const) {
      const shares = data?.kpis.refunds[by] ?? [];
      const told = new Map(shares.map(({ name, refunds, amount }) => [name, [refunds, Number(amount)]]));
      const wanted = [...expected[by]].map(
        ([name, some]) => [name, [some.length, some.reduce((sum, { refund }) => sum + refund.amount, 0)]] as const,
      );
      expect(told, by).toEqual(new Map(wanted));
      expect(String(shares.reduce((sum, { amount }) => sum + Number(amount), 0))).toBe(
        data?.kpis.finance.refunds?.value,
      );
    }
  });
});

describe('without figures to compare', () => {
  let now = NOW;
  let server: TestApp;
  const tokens: Record<string, string> = {};

  beforeAll(async () => {
    server = await createTestApp({ clock: { now: () => now } });
    for (const role of ['support', 'analyst', 'admin', 'service'] as const) tokens[role] = await server.token({ role });
    tokens.customer = await server.token({ role: 'customer', customerId: 'nobody' });
  });
  afterAll(() => server?.stop());

  test('an empty business has no data, and no figure fails', async () => {
    const { data, errors } = await ask(server, tokens.analyst!, null, null);
    expect(errors).toBeUndefined();
    expect(data?.kpis.totals?.orders).toEqual({
      value: 0,
      coverage: { rows: 0, outOf: 0, share: null },
      quality: 'NO_DATA',
    });
    expect(data?.kpis.finance?.grossRevenue).toMatchObject({ value: '0' });
    expect(data?.kpis.finance?.refundRate).toMatchObject({ value: null, quality: 'NO_DATA' });
    expect(data?.kpis.recurring?.monthlyRecurringRevenue).toMatchObject({ value: null, quality: 'NO_DATA' });
    expect(data?.kpis.stages?.medianHoursToShip).toMatchObject({ value: null, quality: 'NO_DATA' });
  });

  test('without dates figures are of the last 30 days, today in New York included', async () => {
    expect((await ask(server, tokens.admin!, null, null)).data?.kpis).toMatchObject({
      from: '2026-02-19',
      to: '2026-03-21',
    });
    expect((await ask(server, tokens.admin!, '2026-03-01', null)).data?.kpis).toMatchObject({
      from: '2026-03-01',
      to: '2026-03-21',
    });
    expect((await ask(server, tokens.admin!, null, '2026-01-31')).data?.kpis).toMatchObject({
      from: '2026-01-01',
      to: '2026-01-31',
    });
  });

  test.each([
    ['2026-03-01', '2026-03-01'],
    ['2026-03-02', '2026-03-01'],
    ['1999-12-31', '2026-03-01'],
    ['2026-03-01', '2101-01-01'],
  ])('a range from %s to %s is BAD_USER_INPUT', async (from, to) => {
    const { errors } = await ask(server, tokens.admin!, from, to);
    expect(errors?.map(({ extensions }) => extensions.code)).toEqual(['BAD_USER_INPUT']);
  });

  test.each(['2026-02-30', '2026-3-1', 'yesterday', '2026-03-01T00:00:00Z', 20260301])(
    '%s is no date',
    async (from) => {
      const { errors } = await server.ask(tokens.admin!, KPIS, { from });
      expect(errors?.map(({ extensions }) => extensions.code)).toEqual(['BAD_USER_INPUT']);
    },
  );

  test('a series of more than 400 steps is BAD_USER_INPUT', async () => {
    const { errors } = await server.ask(tokens.admin!, '{ kpiSeries(from: "2024-01-01", to: "2026-01-01") { from } }');
    expect(errors?.map(({ extensions }) => extensions.code)).toEqual(['BAD_USER_INPUT']);
    const weeks = await server.ask<{ kpiSeries: unknown[] }>(
      tokens.admin!,
      '{ kpiSeries(from: "2024-01-01", to: "2026-01-01", step: WEEK) { from } }',
    );
    expect(weeks.data?.kpiSeries).toHaveLength(105);
  });

  test.each([
    ['2024-01-01', '2025-02-04', 'DAY', 400],
    ['2024-01-01', '2025-02-05', 'DAY', null],
    // Weeks that begin in their middle have one step more.
    ['2018-05-07', '2026-01-05', 'WEEK', 400],
    ['2018-05-06', '2026-01-05', 'WEEK', null],
    ['2000-01-15', '2033-05-01', 'MONTH', 400],
    ['2000-01-15', '2033-05-02', 'MONTH', null],
  ])('from %s to %s a series by %s has %s steps (null: too many)', async (from, to, step, steps) => {
    const query = `{ kpiSeries(from: "${from}", to: "${to}", step: ${step}) { from } }`;
    const { data } = await server.ask<{ kpiSeries: unknown[] }>(tokens.admin!, query);
    expect(data?.kpiSeries.length ?? null).toBe(steps);
  });

  test.each(['customer', 'service'])('for a %s figures and series are FORBIDDEN, and nothing is read', async (role) => {
    server.statements.length = 0;
    for (const text of [`{ kpis { ${ALL_GROUPS} } }`, '{ kpiSeries { from } }']) {
      const { data, errors } = await server.ask(tokens[role]!, text);
      expect([data, errors?.map(({ extensions }) => extensions.code)]).toEqual([null, ['FORBIDDEN']]);
    }
    expect(server.statements).toEqual([]);
  });

  test.each(['support', 'analyst', 'admin'])('a %s gets all figures', async (role) => {
    expect((await ask(server, tokens[role]!, null, null)).errors).toBeUndefined();
  });

  test('figures that twenty ask for at once, or soon after, are read once, and later anew', async () => {
    const range = ['2026-02-01', '2026-02-10'] as const;
    server.statements.length = 0;
    await Promise.all(
      Array.from({ length: 20 }, (_, n) => ask(server, n % 2 ? tokens.analyst! : tokens.admin!, ...range)),
    );
    const once = server.statements.length;
    expect(new Set(server.statements).size).toBe(once);
    const first = await ask(server, tokens.support!, ...range);
    expect(server.statements).toHaveLength(once);
    expect(first.data?.kpis.totals?.asOf).toBe(now.toISOString());
    now = new Date(now.getTime() + 3_600_000);
    const later = await ask(server, tokens.support!, ...range);
    expect(server.statements).toHaveLength(2 * once);
    expect(later.data?.kpis.totals?.asOf).toBe(now.toISOString());
  });

  test('only the groups that are asked for are read', async () => {
    server.statements.length = 0;
    await server.ask(
      tokens.admin!,
      '{ kpis(from: "2026-01-05", to: "2026-01-06") { from adherence { adherence { value } } } }',
    );
    expect(server.statements).toHaveLength(1);
  });

  test('an answer says how many statements its figures take at most, and they take no more', async () => {
    const products = 'products { top { product { label } orders { value } } }';
    const text = `{ kpis(from: "2025-12-01", to: "2025-12-02") { ${ALL_GROUPS} ${products} previous { ${ALL_GROUPS} ${products} } }
      kpiSeries(from: "2025-12-01", to: "2025-12-09") { finance { newOrders { value } } } }`;
    server.statements.length = 0;
    const answer = await server.ask(tokens.admin!, text);
    expect(answer.errors).toBeUndefined();
    const { cost } = (answer as unknown as { extensions: { cost: { statements: number } } }).extensions;
    // Recurring revenue, adherence and the value of customers share one; without orders no address or product is
    // looked up.
    expect([cost.statements, server.statements.length]).toEqual([2 * 25 + 6, 2 * 21 + 6]);
  });

  test('a series of a year takes as many statements as one of a week', async () => {
    const count = async (from: string, to: string) => {
      server.statements.length = 0;
      await server.ask(
        tokens.admin!,
        `{ kpiSeries(from: "${from}", to: "${to}") { finance { newOrders { value } } } }`,
      );
      return server.statements.length;
    };
    expect(await count('2025-01-01', '2026-01-01')).toBe(await count('2025-01-01', '2025-01-08'));
  });

  test('days begin at midnight in New York, in summer and in winter', async () => {
    const { startOfDay } = await import('../../../src/modules/careportals/kpis/eastern-days.ts');
    for (const day of ['2025-11-02', '2025-11-03', '2026-03-08', '2026-03-09', '2025-07-04', '2026-01-01']) {
      expect(startOfDay(day).getTime(), day).toBe(midnight(day));
    }
  });
});
