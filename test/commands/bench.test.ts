import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Connection, RowDataPacket } from 'mysql2/promise';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Variant } from '../../src/bench/benchmark.ts';
import { makeSubscriptions } from '../../src/bench/lifecycle/make-subscriptions.ts';
import { RAW_ACTOR, rawMove } from '../../src/bench/lifecycle/raw-move.ts';
import { missed } from '../../src/bench/report.ts';
import { type Result, runRounds } from '../../src/bench/run-rounds.ts';
import { openConnection } from '../../src/bench/stand.ts';
import { verifyAuditChains } from '../../src/modules/careportals/subscriptions/verify-audit-chain.ts';
import { plainQuery } from '../../src/platform/database/query.ts';
import { runProgram } from '../kit/run-program.ts';
import { createTestApp, type TestApp } from '../kit/test-app.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cp-b-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

function bench(...args: string[]) {
  const mysqld = process.env.CAREPORTALS_MYSQLD;
  const environment = { TMPDIR: folder, ...(mysqld === undefined ? {} : { CAREPORTALS_MYSQLD: mysqld }) };
  return runProgram('commands/bench', args, environment);
}

describe('npm run bench', { timeout: 90_000 }, () => {
  test('measures every variant on a MySQL that flushes at commit, and leaves nothing behind', async () => {
    const { code, stdout, stderr } = await bench('--seconds', '0.2', '--rounds', '1', '--json').ended;
    expect([code, stderr.split('\n').at(-2)]).toEqual([0, expect.stringMatching(/^round 1 of 1: .+ 1 s left$/)]);
    const report = JSON.parse(stdout);
    expect(report).toMatchObject({
      durability: { innodb_flush_log_at_trx_commit: '1', sync_binlog: '1' },
      seconds: 0.2,
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
      ],
    });
    for (const variant of report.benchmarks[0].variants) expect(variant.perSecond).toBeGreaterThan(0);
    expect(await readdir(folder)).toEqual([]);
  });

  // A start of MySQL and the server more: with the full counts only.
  test.skipIf(process.env.LONG_TESTS === undefined)('stops at Ctrl-C with nothing left behind', async () => {
    const started = bench('--seconds', '0.5');
    await new Promise<void>((resolve) => {
      let said = '';
      started.child.stderr?.on('data', (chunk) => {
        said += chunk;
        if (said.includes('warm-up')) resolve();
      });
      void started.ended.then(() => resolve());
    });
    started.child.kill('SIGINT');
    const { code, stdout } = await started.ended;
    expect([code, stdout]).toEqual([130, '']);
    expect(await readdir(folder)).toEqual([]);
  });

  test('refuses a round of no length', async () => {
    expect((await bench('--seconds', '0').ended).code).toBe(2);
  });
});

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

describe('the figures', () => {
  const lengths = { seconds: 0.001, rounds: 3 };

  function variantOf(name: string, ...rates: number[]): Variant {
    const rounds = [...rates];
    const run = async () => ({ operations: rounds.shift() ?? 0, seconds: 1, cpuMs: 10 });
    return { name, clients: 1, run };
  }

  function measure(variants: Variant[]): Promise<Result[]> {
    return runRounds(variants, lengths, () => undefined, new AbortController().signal);
  }

  test('are medians of the rounds after the first', async () => {
    const [result] = await measure([variantOf('a', 1_000, 5, 20, 10)]);
    expect(result).toMatchObject({ perSecond: 10, slowest: 5, fastest: 20, cpuMs: 1 });
  });

  test('name what is missed, and nothing that is reached', async () => {
    const [of, slow, quick] = [
      variantOf('raw', 0, 10, 10, 10),
      variantOf('slow', 0, 5, 5, 5),
      variantOf('q', 0, 6, 6, 6),
    ];
    const results = await measure([of, slow, quick]);
    const goals = [slow, quick].map((variant) => ({ variant, of, atLeast: 0.6 }));
    const benchmark = { name: 'b', title: 'B', unit: 'step', start: () => Promise.reject(new Error('not started')) };
    expect(missed([{ benchmark, results, goals }])).toEqual(['slow, 1 client, reaches 0.50 of raw; 0.6 is wanted.']);
  });
});
