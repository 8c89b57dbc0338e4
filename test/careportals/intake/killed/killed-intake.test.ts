import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, inject, onTestFinished, test } from 'vitest';
import { Random } from '../../../../src/modules/careportals/demo/random.ts';
import { compileServer, type ServerProcess, untilNothingIsOpen } from '../../../kit/server-process.ts';
import { openSession } from '../../schema/session.ts';
import { createIntakeDatabase, type IntakeDatabase } from './intake-database.ts';
import { Senders } from './senders.ts';
import { post, type StoryEvent, storyOf } from './story.ts';

const KILLS = process.env.LONG_TESTS === undefined ? 1 : 200;
const SEED = process.env.TEST_SEED ?? '1';

/** A server is killed some milliseconds after it has acknowledged so many events. */
const [MOST_ACKNOWLEDGED, LONGEST_PAUSE_MS] = [60, 20];

/** How many servers may die with nothing left to do, before that is held to be no accident. */
const SPARE_KILLS = 20;

let server: ServerProcess;
let stormy: IntakeDatabase;
beforeAll(async () => {
  stormy = await createIntakeDatabase();
  server = await compileServer(stormy.database);
});
afterAll(async () => {
  await server?.remove();
  await stormy?.drop();
});

/** Holds the row of an order; whoever works on a delivery for it waits. */
async function lockOrder({ database }: IntakeDatabase, id: string) {
  const [holder, root] = [await openSession(database.adminUrl), await openSession(inject('mysql').root)];
  await holder.run('START TRANSACTION', `SELECT 1 FROM orders WHERE order_id = '${id}' FOR UPDATE`);
  const waits = () =>
    root.rows("SELECT 1 FROM performance_schema.data_locks WHERE OBJECT_SCHEMA = ? AND LOCK_STATUS = 'WAITING'", [
      database.schema,
    ]);
  return {
    waitedFor: () => expect.poll(waits, { interval: 10 }).toHaveLength(1),
    release: async () => {
      await holder.run('ROLLBACK');
      await Promise.all([holder.close(), root.close()]);
    },
  };
}

// The rule is a time, and a machine that stands still for a second breaks it without us: it has two more tries.
test('a server that stands still in the middle of an attempt loses it to another within 10 s, and does no harm when it goes on', {
  retry: 2,
}, async () => {
  const calm = await createIntakeDatabase();
  onTestFinished(() => calm.drop());
  const { database, effects, undone, finishedOtherwiseThanOnce } = calm;
  const [created, shipped, active, paused] = storyOf(1) as [StoryEvent, StoryEvent, StoryEvent, StoryEvent];
  const [first, second] = [await server.start(database), await server.start(database)];
  const [atFirst, atSecond] = [first, second].map(({ url }) => new URL(url).origin) as [string, string];
  expect(await post(atFirst, created)).toBe(true);
  await expect.poll(undone).toBe(0);
  second.child.kill('SIGSTOP');
  const order = await lockOrder(calm, '1');
  expect(await post(atFirst, shipped)).toBe(true);
  await order.waitedFor();
  first.child.kill('SIGSTOP');
  const stoppedAt = performance.now();
  // Its statement now goes through, and nobody reads the answer.
  await order.release();
  second.child.kill('SIGCONT');
  await expect.poll(undone, { interval: 20 }).toBe(0);
  expect(performance.now() - stoppedAt).toBeLessThan(10_000);
  expect((await effects()).get(shipped.name)).toBe(1);

  first.child.kill('SIGCONT');
  expect(await post(atSecond, active)).toBe(true);
  await expect.poll(undone).toBe(0);
  second.child.kill('SIGKILL');
  expect(await post(atFirst, paused)).toBe(true);
  await expect.poll(undone).toBe(0);
  expect(await effects()).toEqual(new Map([created, shipped, active, paused].map(({ name }) => [name, 1])));
  expect(await finishedOtherwiseThanOnce()).toEqual([]);
  first.child.kill('SIGKILL');
});

/** The moment is counted in answers: how far a server gets in a time is the machine's affair. */
async function killWhilePosting(senders: Senders, random: Random): Promise<void> {
  const { child, url } = await server.start(stormy.database);
  const ended = once(child, 'exit');
  const [answers, pause] = [random.between(1, MOST_ACKNOWLEDGED), random.below(LONGEST_PAUSE_MS)];
  const killed = Promise.race([senders.acknowledges(answers), ended]).then(async () => {
    await sleep(pause);
    child.kill('SIGKILL');
  });
  await Promise.all([senders.postUntilDead(new URL(url).origin), killed]);
  expect(await ended).toEqual([null, 'SIGKILL']);
}

test(`kill -9 at ${KILLS} moments between receipt, 200 and processing: what was acknowledged has exactly one effect, the rest none or one (TEST_SEED=${SEED})`, {
  timeout: 60_000 + 6_000 * KILLS,
}, async () => {
  const { database, effects, undone, drained, everything, finishedOtherwiseThanOnce } = stormy;
  const random = Random.from(SEED);
  const senders = new Senders(random.branch(0));
  const { sent, acknowledged } = senders;
  let [kills, interrupted] = [0, 0];
  // Or the test would say little: something is left undone, acknowledged and cut off for every kill.
  const evidence = () => Math.min(kills, interrupted, acknowledged.size, senders.cutOff().length);
  while (evidence() < KILLS) {
    expect(kills++).toBeLessThan(KILLS + SPARE_KILLS);
    await killWhilePosting(senders, random);
    interrupted += await undone();
  }
  await untilNothingIsOpen(database);

  const { url } = await server.start(database);
  const base = new URL(url).origin;
  await drained();
  const after = await effects();
  for (const { name, needs } of sent) {
    const mustBe = [name, ...needs].every((event) => acknowledged.has(event));
    expect({ name, effects: after.get(name) ?? 0 }).toEqual({ name, effects: mustBe ? 1 : expect.toBeOneOf([0, 1]) });
  }
  expect(await finishedOtherwiseThanOnce()).toEqual([]);

  await senders.finish(base);
  await drained();
  expect(await effects()).toEqual(new Map(sent.map(({ name }) => [name, 1])));
  expect(await finishedOtherwiseThanOnce()).toEqual([]);

  const settled = await everything();
  await senders.repeat(base, sent);
  await drained();
  expect(await everything()).toEqual(settled);
});
