import { spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * `npm test`: type check, lint, the suite. `--long` runs the same properties with their full counts. What follows `--`
 * goes to vitest: `npm test -- test/graph`. The last line is `N passed, N failed`.
 */
const [long, rest] = splitOff('--long', process.argv.slice(2));
const seed = process.env.TEST_SEED ?? String(randomInt(2 ** 31));
const environment = { ...process.env, TEST_SEED: seed, ...(long ? { LONG_TESTS: '1' } : {}) };

await Promise.all([
  mustPass('Type check', ['typescript/bin/tsc', '-p', 'tsconfig.json']),
  mustPass('Type check of the explorer', ['typescript/bin/tsc', '-p', 'src/explorer/page']),
  mustPass('Lint', ['@biomejs/biome/bin/biome', 'check', '--error-on-warnings', '.']),
  // Several files of the suite want its page: in a new clone each would build one.
  mustPass('Explorer', ['../src/explorer/build-explorer.ts']),
]);
process.exitCode = await suite();

function splitOff(flag: string, args: string[]): [boolean, string[]] {
  return [args.includes(flag), args.filter((arg) => arg !== flag)];
}

async function mustPass(what: string, args: string[]): Promise<void> {
  process.stdout.write(`${what}\n`);
  const code = await node(args);
  if (code === 0) return;
  process.stdout.write(`${what} failed\n0 passed, 1 failed\n`);
  process.exit(1);
}

async function suite(): Promise<number> {
  process.stdout.write(`Suite${long ? ' with full counts' : ''}; repeat its random choices with TEST_SEED=${seed}\n`);
  const folder = await mkdtemp(join(tmpdir(), 'careportals-report-'));
  const report = join(folder, 'report.json');
  const code = await node([
    'vitest/vitest.mjs',
    'run',
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${report}`,
    ...rest,
  ]);
  process.stdout.write(`${await closingLine(report)}\n`);
  await rm(folder, { recursive: true, force: true });
  return code;
}

/** A file that could not even be loaded has no tests to count: it counts as one failure. */
async function closingLine(report: string): Promise<string> {
  const text = await readFile(report, 'utf8').catch(() => null);
  if (text === null) return '0 passed, 1 failed';
  const { numPassedTests, numFailedTests, testResults } = JSON.parse(text) as Report;
  const unloaded = testResults.filter((file) => file.status === 'failed' && file.assertionResults.length === 0).length;
  return `${numPassedTests} passed, ${numFailedTests + unloaded} failed`;
}

interface Report {
  numPassedTests: number;
  numFailedTests: number;
  testResults: { status: string; assertionResults: unknown[] }[];
}

function node([program = '', ...args]: string[]): Promise<number> {
  const child = spawn(process.execPath, [join('node_modules', program), ...args], {
    stdio: 'inherit',
    env: environment,
  });
  return new Promise((resolve) => child.on('close', (code) => resolve(code ?? 1)));
}
