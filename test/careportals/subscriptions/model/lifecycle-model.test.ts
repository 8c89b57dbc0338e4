import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { verifyAuditChains } from '../../../../src/modules/careportals/subscriptions/verify-audit-chain.ts';
import { contradictions, newId } from '../standing.ts';
import { mustAgree } from './agreement.ts';
import { type Story, stories } from './commands.ts';
import { RealServer } from './real-server.ts';
import { retell, type Step, stepOf } from './steps.ts';
import { World } from './world.ts';

const STORIES = process.env.LONG_TESTS === undefined ? 30 : 2_000;

let server: RealServer;
beforeAll(async () => {
  server = await RealServer.begin();
});
afterAll(() => server?.end());

test('whatever is done to subscriptions, by whom and in what order, answers, tables and trails are those of the model', {
  timeout: 1_000 * STORIES + 300_000,
}, async () => {
  await fc.assert(fc.asyncProperty(stories, play), {
    numRuns: STORIES,
    seed: Number(process.env.TEST_SEED ?? 1),
    asyncReporter: report,
  });
});

test('after all stories the tables do not contradict each other and every chain holds', async () => {
  expect(await contradictions(server.query)).toEqual([]);
  expect((await verifyAuditChains(server.query)).broken).toEqual([]);
});

test('the stories were no stories of refusals', async () => {
  const entries = await server.query<{ source: string; count: number | string }>(
    'SELECT source, COUNT(*) AS count FROM subscriptions_audit_log GROUP BY source',
  );
  const made = Object.fromEntries(entries.map(({ source, count }) => [source, Number(count)]));
  expect(made.webhook).toBeGreaterThan(2 * STORIES);
  expect(made.mutation).toBeGreaterThan(STORIES / 2);
  expect(made.job).toBeGreaterThan(0);
});

/** One story in the model and on the server. @throws where they part. */
async function play({ births, commands }: Story): Promise<void> {
  const world = new World(births.map(newId), server.now);
  const steps = births.map((birth) => stepOf(world, birth));
  await Promise.all(steps.map(carryOut));
  for (const command of commands) await carryOut(stepOf(world, command));
  await mustAgree(server, world);
}

async function carryOut(step: Step | null): Promise<void> {
  if (step?.do === 'ask') {
    const { request, expected } = step;
    expect(await Promise.all(expected.map(() => server.ask(request)))).toEqual(expected);
  }
  if (step?.do === 'deliver') await server.deliver(step.delivery);
  if (step?.do === 'wait') await server.wait(step.ms);
  if (step?.do === 'restart') await server.restart(step.ms);
}

/** The shortest story that fails, and how to play it again. */
async function report({ failed, seed, counterexamplePath, counterexample, ...run }: fc.RunDetails<[Story]>) {
  if (!failed) return;
  const { numRuns, numShrinks, errorInstance: cause } = run;
  const story = counterexample === null ? [] : retell(counterexample[0]);
  const how = `Story ${numRuns}, shortened ${numShrinks} times. Again: TEST_SEED=${seed}, path '${counterexamplePath}'.`;
  throw new Error([how, ...story, cause instanceof Error ? cause.message : String(cause)].join('\n'), { cause });
}
