import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Connection, RowDataPacket } from 'mysql2/promise';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Latency, Variant } from '../../src/bench/benchmark.ts';
import { makeSubscriptions } from '../../src/bench/lifecycle/make-subscriptions.ts';
import { RAW_ACTOR, rawMove } from '../../src/bench/lifecycle/raw-move.ts';
import { inTurn, latencyOf, onSchedule } from '../../src/bench/pace.ts';
import { asHead, asTable, asTrial, missed } from '../../src/bench/report.ts';
import { type Result, runRounds } from '../../src/bench/run-rounds.ts';
import { openConnection, type Stand } from '../../src/bench/stand.ts';
import { BARE_INSERT, BARE_TABLE, bareRow } from '../../src/bench/webhooks/bare-row.ts';
import { compareRows } from '../../src/bench/webhooks/inbox.ts';
import { lockOrders, makeOrders } from '../../src/bench/webhooks/orders.ts';
import { sentDelivery } from '../../src/bench/webhooks/sent-delivery.ts';
import { verifyAuditChains } from '../../src/modules/careportals/subscriptions/verify-audit-chain.ts';
import { toInstant } from '../../src/platform/database/instant.ts';
import { plainQuery } from '../../src/platform/database/query.ts';
import { runBench } from '../kit/run-program.ts';
import { createTestApp, type TestApp } from '../kit/test-app.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cp-b-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

function bench(...args: string[]) {
  return runBench(folder, ...args);
}

describe('npm run bench', { timeout: 300_000 }, () => {
  // The live one has a test of its own.
  const NAMES = ['lifecycle', 'webhooks'];

  test.skipIf(process.env.LONG_TESTS === undefined)(
    'measures every variant on a MySQL that flushes at commit, and leaves nothing behind',
    async () => {
      const { code, stdout, stderr } = await bench(...NAMES, '--seconds', '0.1', '--rounds', '1', '--json', '--check')
        .ended;
      const report = JSON.parse(stdout) as Report;
      const ratios = report.benchmarks.flatMap((benchmark) => benchmark.ratios);
      const missedHere = ratios.filter(
        ({ ratio, atLeast, atMost }) => !(ratio >= (atLeast ?? 0) && ratio <= (atMost ?? ratio)),
      );
      const lines = stderr.trim().split('\n');
      expect(lines.filter((line) => /^round 1 of 1: .+ s left$/.test(line))).toHaveLength(9);
      // Such short rounds say nothing about speed: only that a miss is told, and told truly.
      expect([code, lines.filter((line) => line.endsWith(' is wanted.')).length]).toEqual([
        missedHere.length > 0 ? 3 : 0,
        missedHere.length,
      ]);
      expect(report).toMatchObject({
        durability: { innodb_flush_log_at_trx_commit: '1', sync_binlog: '1' },
        seconds: 0.1,
        rounds: 1,
        benchmarks: [
          {
            name: 'lifecycle',
            variants: [
              { name: 'hand-written mysql2', clients: 1 },
              { name: 'GraphQL', clients: 1 },
              { name: 'hand-written mysql2', clients: 16 },
              { name: 'GraphQL', clients: 16 },
            ],
            ratios: [{ clients: 1 }, { clients: 16 }],
          },
          {
            name: 'webhooks',
            variants: Array.from({ length: 5 }, () => ({ clients: 16 })),
            ratios: [
              { figure: 'p99', atMost: 3 },
              { figure: 'perSecond', atLeast: 0.5 },
              { figure: 'perSecond', atLeast: 0.5 },
            ],
            trials: [{ deliveries: 100, clients: 64 }],
          },
        ],
      });
      for (const { perSecond, latency } of report.benchmarks.flatMap(({ variants }) => variants)) {
        expect(perSecond).toBeGreaterThan(0);
        expect(latency.p50).toBeGreaterThan(0);
        expect(latency.max).toBeGreaterThanOrEqual(latency.p99);
      }
      expect(await readdir(folder)).toEqual([]);
    },
  );

  // A start of MySQL and the server more: with the full counts only.
  test.skipIf(process.env.LONG_TESTS === undefined)('stops at Ctrl-C with nothing left behind', async () => {
    const started = bench('webhooks', '--seconds', '0.5');
    await new Promise<void>((resolve) => {
      let said = '';
      started.child.stderr?.on('data', (chunk) => {
        said += chunk;
        if (said.includes('warm-up')) resolve();
      });
      void started.ended.then(() => resolve());
    });
    started.child.kill('SIGINT');
    const { code, stdout, stderr } = await started.ended;
    expect([code, stdout]).toEqual([130, expect.not.stringContaining('per second')]);
    expect(stderr).not.toContain('GraphQL');
    expect(await readdir(folder)).toEqual([]);
  });

  test.each([
    [['--seconds', '0'], /Give a number of seconds/],
    [['reads', '--customers', '19'], /Give a whole number from 200 to 999999/],
    [['--sockets', '50'], /Give a number of sockets in hundreds/],
  ])('refuses %s, and the reason is the last that it says', async (args, reason) => {
    const { code, stdout, stderr } = await bench(...args).ended;
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr.trim().split('\n').at(-1)).toMatch(reason);
  });

  test('says how long trials take, and how to leave them out', async () => {
    const { stdout } = await bench('--help').ended;
    expect(stdout).toMatch(/--no-trials .*2 minutes and 300\s+rounds/s);
  });
});

interface Report {
  benchmarks: {
    variants: { perSecond: number; latency: Latency }[];
    ratios: { ratio: number; atLeast?: number; atMost?: number }[];
  }[];
}

describe('what both ways write', () => {
  let server: TestApp;
  let db: Connection;
  beforeAll(async () => {
    server = await createTestApp();
    db = await openConnection(server.database.adminUrl);
    for (const prefix of ['raw', 'graphql']) await makeSubscriptions(db, prefix, 1);
    await moveBoth('pause');
    await moveBoth('resume');
  });
  afterAll(async () => {
    await db?.end();
    await server?.stop();
  });

  async function moveBoth(action: 'pause' | 'resume') {
    const request = (prefix: string) => {
      return { subscriptionId: `${prefix}-000000`, reason: 'benchmark', idempotencyKey: `${prefix}-${action}` };
    };
    await rawMove(db, { action, ...request('raw') });
    const name = `${action}Subscription`;
    const type = action === 'pause' ? 'PauseSubscriptionInput' : 'ResumeSubscriptionInput';
    const answer = await server.ask(
      await server.token({ role: 'admin', subject: RAW_ACTOR }),
      `mutation ($input: ${type}!) { ${name}(input: $input) { userErrors { code } } }`,
      { input: request('graphql') },
    );
    expect(answer.data).toEqual({ [name]: { userErrors: [] } });
  }

  /** Rows with what is chance or time replaced by its kind, so that equal rows are equal. */
  async function rowsOf(table: string, prefix: string, column = 'subscription_id') {
    const [rows] = await db.query<RowDataPacket[]>(
      `SELECT * FROM ${table} WHERE ${column} LIKE '${prefix}-%' ORDER BY 1`,
    );
    return rows.map((row) => Object.fromEntries(Object.entries(row).map(([name, value]) => [name, kindOf(value)])));
  }

  function kindOf(value: unknown): unknown {
    const text = typeof value === 'object' && value !== null ? JSON.stringify(value) : value;
    if (typeof text !== 'string') return text;
    return text
      .replaceAll(/\b(raw|graphql)-/g, 'either-')
      .replaceAll(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, 'a UUID')
      .replaceAll(/\b([0-9a-f]{64}|[0-9a-f]{32})\b/g, 'a hash')
      .replaceAll(/20(?!26-01-05)\d\d-\d\d-\d\d \d\d:\d\d:\d\d(\.\d{3})?/g, 'a time');
  }

  const NUMBERS = ['id', 'log_id', 'outbox_id'];

  test.each([
    ['subscriptions', 'subscription_id', 1],
    ['subscriptions_active', 'subscription_id', 1],
    ['subscriptions_paused', 'subscription_id', 0],
    ['subscriptions_audit_log', 'subscription_id', 2],
    ['outbox', 'subject_id', 2],
    ['idempotency_keys', "result->>'$.subscriptionId'", 2],
  ])('%s: the same rows, column by column', async (table, column, count) => {
    const [raw, graphql] = [await rowsOf(table, 'raw', column), await rowsOf(table, 'graphql', column)];
    for (const row of [...raw, ...graphql]) {
      for (const name of NUMBERS) delete row[name];
      if (typeof row.result === 'string') row.result = row.result.replace(/"auditId": ?"\d+"/, 'a log_id');
    }
    expect(raw).toHaveLength(count);
    expect(raw).toEqual(graphql);
  });

  test("the hand-written audit entries are true links of the subscription's chain", async () => {
    const verdict = await verifyAuditChains(await plainQuery(server.database.admin));
    expect(verdict).toEqual({ entries: 4, broken: [] });
  });
});

describe('the rows of webhooks', () => {
  const COUNT = 8;
  let server: TestApp;
  let db: Connection;
  let holder: Connection;
  beforeAll(async () => {
    server = await createTestApp();
    db = await openConnection(server.database.adminUrl);
    holder = await openConnection(server.database.adminUrl);
    await makeOrders(db);
    await db.query(`CREATE TABLE ${BARE_TABLE} LIKE webhook_inbox`);
    // The workers wait for the orders, so the inbox stays as it was stored.
    await holder.beginTransaction();
    await lockOrders(holder);
    const [careportals = '', stripe = ''] = [
      ...server.settings.CAREPORTALS_WEBHOOK_SECRETS,
      ...server.settings.STRIPE_WEBHOOK_SECRETS,
    ];
    const deliveries = Array.from({ length: COUNT }, (_, number) => sentDelivery(number, { careportals, stripe }));
    const now = toInstant(new Date());
    for (const delivery of deliveries) {
      const { path, headers, body } = delivery;
      const answer = await fetch(`${server.url}${path}`, { method: 'POST', headers, body });
      expect(answer.status).toBe(200);
      await db.query(BARE_INSERT, [...bareRow(delivery, { careportals, stripe }), now, now]);
    }
  });
  afterAll(async () => {
    await holder?.end();
    await db?.end();
    await server?.stop();
  });

  test('are those of the bare insert, in every column; a column that differs is named', async () => {
    await compareRows(db, COUNT);
    await db.query(`UPDATE ${BARE_TABLE} SET event_key = 'another' LIMIT 1`);
    await expect(compareRows(db, COUNT)).rejects.toThrow('The server stores other event_key than the bare insert.');
  });
});

describe('the schedule', () => {
  test('counts from the moment that was set, so that what waited behind a slow one has waited', async () => {
    let acted = 0;
    const round = { clients: 1, milliseconds: 100, perSecond: 100 };
    const times = await onSchedule(round, async () => {
      if (acted++ === 0) await new Promise((resolve) => setTimeout(resolve, 60));
    });
    expect(times).toHaveLength(10);
    // Due at 10 ms, begun at 60.
    expect(times[1]).toBeGreaterThan(40);
  });

  test('gives percentiles by rank', () => {
    const times = Array.from({ length: 200 }, (_, index) => 200 - index);
    expect(latencyOf(times)).toEqual({ p50: 100, p99: 198, max: 200 });
  });

  test('a number of operations is done by all clients together', async () => {
    expect(await inTurn({ clients: 3, operations: 10 }, async () => undefined)).toHaveLength(10);
  });
});

describe('the figures', () => {
  const lengths = { seconds: 0.001, rounds: 3 };
  const silent = new AbortController().signal;

  function variantOf(name: string, ...rates: number[]): Variant {
    const rounds = [...rates];
    const run = async () => {
      const operations = rounds.shift() ?? 0;
      return { operations, seconds: 1, cpuMs: 10, latency: { p50: 1, p99: operations, max: 2 * operations } };
    };
    return { name, clients: 1, run };
  }

  function measure(variants: Variant[]): Promise<Result[]> {
    return runRounds(variants, lengths, () => undefined, silent);
  }

  test('are medians of the rounds after the first', async () => {
    const [result] = await measure([variantOf('a', 1_000, 5, 20, 10)]);
    expect(result).toMatchObject({ perSecond: 10, slowest: 5, fastest: 20, cpuMs: 1 });
    expect(result?.latency).toEqual({ p50: 1, p99: 10, max: 40 });
  });

  test('mark what is missed, and that few rounds say little', async () => {
    const [of, slow, quick] = [variantOf('raw', 0, 10), variantOf('slow', 0, 5), variantOf('quick', 0, 6)];
    const results = await runRounds([of, slow, quick], { seconds: 1, rounds: 1 }, () => undefined, silent);
    const goals = [slow, quick].map((variant) => ({ variant, of, figure: 'perSecond' as const, atLeast: 0.6 }));
    const benchmark = { name: 'b', title: 'B', unit: 'step', start: () => Promise.reject(new Error('not started')) };
    const lines = asTable({ benchmark, results, goals }).split('\n').slice(-2);
    expect(lines).toEqual([
      expect.stringMatching(/^slow.*0.6 at least, MISSED$/),
      expect.stringMatching(/^quick.*0.6 at least$/),
    ]);
    const trial = { name: 'memory', figures: { mb: 2.25 }, wanted: { mb: { atMost: 1 } } };
    expect(asTrial(trial)).toBe('memory: mb 2.3 (wanted: 1 at most, MISSED)');
    const stand = { mysqlVersion: '9', durability: {} } as Stand;
    expect(asHead(stand, { seconds: 1, rounds: 1 })).toMatch(/one round of 1 s.*\nSo few or short rounds say little/);
    expect(asHead(stand, { seconds: 2, rounds: 9 })).not.toMatch(/little/);
  });

  test('name what is missed, and nothing that is reached', async () => {
    const [of, slow, quick] = [
      variantOf('raw', 0, 10, 10, 10),
      variantOf('slow', 0, 5, 5, 5),
      variantOf('q', 0, 6, 6, 6),
    ];
    const results = await measure([of, slow, quick]);
    const goals = [slow, quick].flatMap((variant) => [
      { variant, of, figure: 'perSecond' as const, atLeast: 0.6 },
      { variant, of, figure: 'p99' as const, atMost: 0.5 },
      { variant, of, figure: 'cpuMs' as const },
    ]);
    const benchmark = { name: 'b', title: 'B', unit: 'step', start: () => Promise.reject(new Error('not started')) };
    expect(missed([{ benchmark, results, goals, trials: [] }])).toEqual([
      'slow, 1 client: its rate is 0.50 times that of raw; 0.6 at least is wanted.',
      'q, 1 client: its p99 is 0.60 times that of raw; 0.5 at most is wanted.',
    ]);
  });
});
