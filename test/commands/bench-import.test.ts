import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runBench } from '../kit/run-program.ts';

// A MySQL, a server and an import: with the full counts only.
describe.skipIf(process.env.LONG_TESTS === undefined)('npm run bench -- import', { timeout: 300_000 }, () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'cp-b-'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  test('imports a workbook and inserts the same rows again, and leaves nothing behind', async () => {
    const { code, stdout, stderr } = await runBench(folder, 'import', '--seconds', '0.04', '--rounds', '1', '--json')
      .ended;
    expect([code, stderr]).toEqual([0, expect.stringContaining('trial: a workbook')]);
    const [importing] = (JSON.parse(stdout) as { benchmarks: { trials: Record<string, number>[] }[] }).benchmarks;
    expect(importing).toMatchObject({
      name: 'import',
      variants: [],
      ratios: [],
      trials: [
        {
          times: 2,
          wanted: { ratio: { atLeast: 0.3 }, residentMb: { atMost: 300 }, slowestBatchMs: { atMost: 1_000 } },
        },
      ],
    });
    const [figures = {}] = importing?.trials ?? [];
    // Two true-size workbooks, and more rows than lines: aliases, links to orders, details of subscriptions.
    expect(figures.rowsOfWorkbook).toBeGreaterThan(10_000);
    expect(figures.rows).toBeGreaterThan(10_000);
    for (const figure of ['importRowsPerSecond', 'bareRowsPerSecond', 'ratio', 'residentMb', 'slowestBatchMs']) {
      expect(figures[figure]).toBeGreaterThan(0);
    }
    expect(await readdir(folder)).toEqual([]);
  });
});
