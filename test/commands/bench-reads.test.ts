import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Connection, RowDataPacket } from 'mysql2/promise';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Variant } from '../../src/bench/benchmark.ts';
import { chartOf } from '../../src/bench/reads/chart.ts';
import {
  customersJson,
  customersSql,
  orderJson,
  orderSql,
  ordersJson,
  ordersSql,
  type Row,
} from '../../src/bench/reads/hand-written.ts';
import { slopeOf } from '../../src/bench/reads/memory-slope.ts';
import { type Operation, operations } from '../../src/bench/reads/operations.ts';
import { type Result, ratioOf, runRounds } from '../../src/bench/run-rounds.ts';
import { openConnection } from '../../src/bench/stand.ts';
import { asAdmin, at, customerIdOf, insert, makePeople, orderNumber, publicId } from '../kit/people.ts';
import { runBench } from '../kit/run-program.ts';
import { createTestApp, type TestApp } from '../kit/test-app.ts';

describe('the hand-written answers', () => {
  let server: TestApp;
  let db: Connection;
  let token: string;
  beforeAll(async () => {
    server = await createTestApp();
    db = await openConnection(server.database.adminUrl);
    token = await server.token({ role: 'admin' });
    await makeOddPeople();
  });
  afterAll(async () => {
    await db?.end();
    await server?.stop();
  });

  /** Texts that JSON escapes, a customer without orders, an order without a status, one with more payments than a page. */
  async function makeOddPeople(): Promise<void> {
    const query = await asAdmin(server.database);
    await makePeople(query, 30);
    await query(
      `UPDATE customers SET first_name = 'A "quoted"\\n\\\\ name', last_name = '😀 Ünal' WHERE customer_id = ?`,
      [customerIdOf(2)],
    );
    const nobody = { customer_id: 'no-orders', public_id: publicId(99, 'customers'), email: 'none@example.test' };
    await insert(query, 'customers', [{ ...nobody, created_at: at(1) }]);
    const odd = { order_created_at: at(1), status_updated_at: at(90), updated_status: 'lost_in_space' };
    await insert(query, 'order_status_updates', [{ ...odd, order_id: orderNumber(4, 1) }]);
    const paid = (k: number) => ({
      charge_id: `ch_many_${k}`,
      order_id: orderNumber(5, 1),
      amount: k,
      currency: 'USD',
    });
    const payments = Array.from({ length: 25 }, (_, k) => ({
      ...paid(k),
      status: 'failed',
      created_at: at(50 + (k % 5)),
    }));
    await insert(query, 'payments', payments);
    await query(`INSERT INTO payment_orders (payment_id, order_id)
      SELECT payment_id, order_id FROM payments WHERE charge_id LIKE 'ch_many_%'`);
  }

  async function rowsOf(sql: string, params: unknown[]): Promise<Row[]> {
    const [rows] = await db.query<RowDataPacket[][]>({ sql, rowsAsArray: true }, params);
    return rows as unknown as Row[];
  }

  async function graphOf(name: Operation['name'], variables: object): Promise<string> {
    const document = operations.find((operation) => operation.name === name)?.document ?? '';
    const { data, errors } = await server.ask(token, document, variables);
    expect(errors).toBeUndefined();
    return JSON.stringify({ data });
  }

  test.each([at(3), at(2), at(1), at(0)])('A: customers from before %s, byte for byte', async (before) => {
    const json = customersJson(await rowsOf(customersSql, [before]));
    expect(json).toBe(await graphOf('A', { before: `${before.replace(' ', 'T')}Z` }));
  });

  test.each([
    ['a usual one', orderNumber(1, 1)],
    ['one without a product', orderNumber(1, 3)],
    ['one with a status that has no name', orderNumber(4, 1)],
    ['one with more payments than a page has', orderNumber(5, 1)],
    ['one of a customer whose name is to be escaped', orderNumber(2, 2)],
    ['one that is not there', '404'],
  ])('B: %s, byte for byte', async (_, orderId) => {
    const number = Number(orderId);
    expect(orderJson(await rowsOf(orderSql, [number, number, number]))).toBe(await graphOf('B', { orderId }));
  });

  test.each(['shipped', 'cancelled', 'pending'])('C: orders that are %s, byte for byte', async (status) => {
    const span = { from: '2026-03-01T10:00:00.000Z', before: '2026-03-01T10:04:00.000Z' };
    const stored = Object.values(span).map((instant) => instant.slice(0, 23).replace('T', ' '));
    const json = ordersJson(await rowsOf(ordersSql, [status, ...stored]));
    expect(json).toBe(await graphOf('C', { status: [status.toUpperCase()], ...span }));
  });
});

describe('the figures of reading', () => {
  function variantOf(name: string, cpuMs: number[]): Variant {
    const rounds = [0, ...cpuMs];
    const run = async () => {
      const measured = rounds.shift() ?? 0;
      return { operations: 10, seconds: 1, cpuMs: 10 * measured, latency: { p50: 1, p99: 1, max: 1 } };
    };
    return { name, clients: 1, run };
  }

  test('are divided round by round, too, so that lowest and highest are of the same moments', async () => {
    const [own, of] = [variantOf('own', [2, 6, 4]), variantOf('of', [1, 2, 4])];
    const silent = new AbortController().signal;
    const results: Result[] = await runRounds([own, of], { seconds: 1, rounds: 3 }, () => undefined, silent);
    expect(ratioOf({ variant: own, of, figure: 'cpuMs' }, results)).toEqual({ ratio: 2, lowest: 1, highest: 3 });
  });

  test('of memory are the slope of the straight line that fits best', () => {
    const line = Array.from({ length: 10 }, (_, x) => [x, 100 + 0.5 * x] as const);
    expect(slopeOf(line)).toBeCloseTo(0.5);
    const swinging = line.map(([x], index) => [x, 100 + (index % 2 === 0 ? 5 : -5)] as const);
    expect(Math.abs(slopeOf(swinging))).toBeLessThan(0.4);
  });

  test('become a chart with a bar of its length for each, and text that is escaped', () => {
    const share = (ratio: number) => ({ ratio, lowest: ratio / 2, highest: ratio });
    const servers = [{ name: 'a < b', rate: share(0.5), perCpu: share(0.25), cpuMs: 1.234 }];
    const svg = chartOf([{ title: 'A & B', servers }]);
    expect([...svg.matchAll(/<rect x="230" [^>]*width="(\d+)"/g)].map(([, width]) => width)).toEqual(['200', '100']);
    expect(svg).toContain('>a &lt; b<');
    expect(svg).toContain('>A &amp; B<');
    expect(svg).toContain('0.50 · 0.25 · 1.23 ms CPU');
  });
});

// A MySQL, two servers and their peers: with the full counts only.
describe.skipIf(process.env.LONG_TESTS === undefined)('npm run bench -- reads', { timeout: 420_000 }, () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'cp-b-'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  test('compares four servers whose answers are equal, and leaves nothing behind', async () => {
    const small = ['--customers', '200', '--seconds', '0.02', '--rounds', '1', '--json'];
    const { code, stdout, stderr } = await runBench(folder, 'reads', ...small).ended;
    expect([code, stderr]).toEqual([0, expect.stringContaining('trial: resident memory')]);
    const [reads] = (JSON.parse(stdout) as { benchmarks: { variants: object[]; ratios: object[] }[] }).benchmarks;
    expect(reads?.variants).toHaveLength(12);
    expect(reads?.ratios).toMatchObject([
      { figure: 'perSecond', atLeast: 0.7 },
      { figure: 'cpuMs', atMost: 1.8 },
      { figure: 'perSecond', atLeast: 2 },
      { figure: 'perSecond', atLeast: 8 },
      { figure: 'perSecond', atLeast: 0.8 },
      { figure: 'cpuMs', atMost: 1.5 },
      ...Array.from({ length: 2 }, () => ({ figure: 'perSecond', ratio: expect.any(Number) })),
      { figure: 'perSecond', atLeast: 0.95 },
      { figure: 'cpuMs' },
      ...Array.from({ length: 2 }, () => ({ figure: 'perSecond', ratio: expect.any(Number) })),
    ]);
    expect(reads).toMatchObject({
      trials: [{ mbPerMinute: expect.any(Number), wanted: { mbPerMinute: { atMost: 1 } } }],
    });
    expect(await readdir(folder)).toEqual([]);
  });

  test('stops at Ctrl-C while it still makes its rows, with nothing left behind', async () => {
    const started = runBench(folder, 'reads');
    await new Promise<void>((resolve) => {
      let said = '';
      started.child.stderr?.on('data', (chunk) => {
        said += chunk;
        if (said.includes('Making 20000 customers')) resolve();
      });
      void started.ended.then(() => resolve());
    });
    started.child.kill('SIGINT');
    const { code, stdout } = await started.ended;
    expect([code, stdout]).toEqual([130, expect.not.stringContaining('per second')]);
    expect(await readdir(folder)).toEqual([]);
  });
});
