import { afterEach, describe, expect, test, vi } from 'vitest';
import { RetryLater } from '../../../src/platform/database/transaction.ts';
import type { Job, JobParts } from '../../../src/platform/jobs/job.ts';
import { type Jobs, startJobs } from '../../../src/platform/jobs/worker.ts';
import { createLog, type Log } from '../../../src/platform/log.ts';
import { movingClock, silent } from '../inbox/inbox-bench.ts';

/** So long that within a test nobody looks unless woken. */
const NEVER_MS = 3_600_000;

const started: Jobs[] = [];

afterEach(async () => {
  vi.useRealTimers();
  vi.restoreAllMocks();
  await Promise.all(started.splice(0).map((jobs) => jobs.stop()));
});

function start(jobs: Job[], onDone: () => void = () => undefined, log: Log = silent): Jobs {
  // These jobs work on memory; the loop itself knows no database.
  const parts = { clock: movingClock(), log } as unknown as JobParts;
  const running = startJobs(jobs, parts, onDone);
  started.push(running);
  return running;
}

function job(doNext: Job['doNext'], changes: Partial<Job> = {}): Job {
  return { name: 'test', everyMs: NEVER_MS, atOnce: 1, doNext, ...changes };
}

/** Things that are due, and how they were worked on. */
class Pile {
  due: number;
  asked = 0;
  done = 0;
  atWork = 0;
  mostAtWork = 0;

  constructor(due: number) {
    this.due = due;
  }

  readonly doNext = async (): Promise<boolean> => {
    this.asked++;
    await turn();
    if (this.due === 0) return false;
    this.due--;
    this.mostAtWork = Math.max(this.mostAtWork, ++this.atWork);
    await turn();
    this.atWork--;
    this.done++;
    return true;
  };
}

function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

async function turns(count: number): Promise<void> {
  for (let n = 0; n < count; n++) await turn();
}

/** A promise that the test settles. */
function gate() {
  return Promise.withResolvers<void>();
}

describe('due things', () => {
  test('are done one after another until none is left, and each one done is told', async () => {
    const pile = new Pile(5);
    const onDone = vi.fn();
    await start([job(pile.doNext)], onDone).idle();
    expect(pile.done).toBe(5);
    expect(onDone).toHaveBeenCalledTimes(5);
  });

  test('are done at the start without a wake', async () => {
    const pile = new Pile(3);
    start([job(pile.doNext)]);
    await expect.poll(() => pile.done).toBe(3);
  });

  test('are found without a wake at the next look', async () => {
    const pile = new Pile(0);
    const jobs = start([job(pile.doNext, { everyMs: 5 })]);
    await jobs.idle();
    pile.due = 2;
    await expect.poll(() => pile.done).toBe(2);
  });

  test('are found at once after a wake', async () => {
    const pile = new Pile(0);
    const jobs = start([job(pile.doNext)]);
    await jobs.idle();
    pile.due = 2;
    jobs.wake();
    await expect.poll(() => pile.done).toBe(2);
  });

  test('that come while the last look finds nothing are not lost if somebody wakes', async () => {
    const { promise: looked, resolve: endLook } = gate();
    let due = 0;
    const done = vi.fn();
    const jobs = start(
      [
        job(async () => {
          const found = due;
          await looked;
          due -= found;
          return found > 0;
        }),
      ],
      done,
    );
    due = 1;
    jobs.wake();
    endLook();
    await expect.poll(() => done.mock.calls.length).toBe(1);
  });

  test('keep nobody asking when there are none', async () => {
    const pile = new Pile(0);
    start([job(pile.doNext, { atOnce: 3 })]);
    await turns(50);
    expect(pile.asked).toBe(3);
  });

  test.each([1, 4])('are done %i at a time, and never more, however often somebody wakes', async (atOnce) => {
    const pile = new Pile(40);
    const jobs = start([job(pile.doNext, { atOnce, everyMs: 1 })]);
    for (let n = 0; n < 20; n++) {
      jobs.wake();
      await turn();
    }
    await jobs.idle();
    expect(pile.done).toBe(40);
    expect(pile.mostAtWork).toBe(atOnce);
  });
});

describe('a job that throws', () => {
  test('pauses alone and goes on later by itself', async () => {
    const pile = new Pile(10);
    let throws = 2;
    const failing = job(() => (throws-- > 0 ? Promise.reject(new Error('a fault')) : Promise.resolve(false)));
    await start([failing, job(pile.doNext)]).idle();
    expect(throws).toBeLessThan(0);
    expect(pile.done).toBe(10);
  });

  test('waits longer each time, up to ten seconds, and is not hurried by a wake', async () => {
    vi.useFakeTimers();
    const tried: number[] = [];
    const jobs = start([
      job(async () => {
        tried.push(Date.now());
        throw new RetryLater(new Error('away'));
      }),
    ]);
    for (let second = 0; second < 60; second++) {
      jobs.wake();
      await vi.advanceTimersByTimeAsync(1_000);
    }
    const pauses = tried.slice(1).map((at, n) => at - (tried[n] ?? 0));
    expect(pauses.slice(0, 8)).toEqual([250, 500, 1_000, 2_000, 4_000, 8_000, 10_000, 10_000]);
  });

  test('waits the first time as if it had never thrown, once it has found its work done', async () => {
    vi.useFakeTimers();
    let isAway = true;
    let tried = 0;
    const jobs = start([
      job(async () => {
        tried++;
        if (isAway) throw new Error('away');
        return false;
      }),
    ]);
    await vi.advanceTimersByTimeAsync(20_000);
    isAway = false;
    await vi.advanceTimersByTimeAsync(10_000);
    isAway = true;
    tried = 0;
    jobs.wake();
    await vi.advanceTimersByTimeAsync(250);
    expect(tried).toBe(2);
  });

  test('waits longer each time also while another slot finds nothing', async () => {
    vi.useFakeTimers();
    let tried = 0;
    const throwLater = () => new Promise<boolean>((_, reject) => setTimeout(reject, 1, new Error('a fault')));
    start([job(() => (tried++ % 2 === 0 ? Promise.resolve(false) : throwLater()), { atOnce: 2 })]);
    await vi.advanceTimersByTimeAsync(251 + 501 + 1_001 + 1);
    expect(tried).toBe(2 * 4);
  });

  test('counts one outage once, though every slot meets it', async () => {
    vi.useFakeTimers();
    const began = Date.now();
    const tried: number[] = [];
    const doNext = () => {
      tried.push(Date.now() - began);
      return Promise.reject(new RetryLater(new Error('away')));
    };
    start([job(doNext, { atOnce: 3 })]);
    await vi.advanceTimersByTimeAsync(250 + 500);
    expect(tried).toEqual([0, 0, 0, 250, 250, 250, 750, 750, 750]);
  });

  test('is logged by its name and the class of the error, without the words of the error', async () => {
    const lines: string[] = [];
    vi.spyOn(process.stdout, 'write').mockImplementation((text) => lines.push(String(text)) > 0);
    let throws = 1;
    const words = "Duplicate entry 'marisol@example.test' for key 'email'";
    const doNext = () => (throws-- > 0 ? Promise.reject(new TypeError(words)) : Promise.resolve(false));
    await start([job(doNext, { name: 'resume-due' })], undefined, createLog('info')).idle();
    vi.restoreAllMocks();
    expect(lines).toHaveLength(1);
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({
      level: 50,
      operation: 'resume-due',
      attempt: 1,
      error: { name: 'TypeError' },
    });
    expect(lines[0]).not.toMatch(/marisol|Duplicate/);
  });
});

describe('stop', () => {
  test('waits for what is under way and starts nothing after it', async () => {
    const pile = new Pile(20);
    const jobs = start([job(pile.doNext, { atOnce: 3, everyMs: 1 })]);
    while (pile.atWork === 0) await turn();
    await jobs.stop();
    const { asked, done } = pile;
    expect(pile.atWork).toBe(0);
    expect(done + pile.due).toBe(20);
    jobs.wake();
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(pile.asked).toBe(asked);
  });

  test('does not resolve while something is under way', async () => {
    const { promise: held, resolve: letGo } = gate();
    const ended: string[] = [];
    const jobs = start([
      job(async () => {
        await held;
        ended.push('work');
        return true;
      }),
    ]);
    const stopped = jobs.stop().then(() => ended.push('stop'));
    await turns(20);
    expect(ended).toEqual([]);
    letGo();
    await stopped;
    expect(ended).toEqual(['work', 'stop']);
  });

  test('leaves no timer that would keep the process alive, not even of a pause', async () => {
    vi.useFakeTimers();
    const jobs = start([job(() => Promise.reject(new Error('a fault'))), job(() => Promise.resolve(false))]);
    await vi.advanceTimersByTimeAsync(100);
    expect(vi.getTimerCount()).toBe(3);
    await jobs.stop();
    expect(vi.getTimerCount()).toBe(0);
  });

  test('does not wait for a pause to be over, nor does idle afterwards', async () => {
    let tried = 0;
    const jobs = start([
      job(() => {
        tried++;
        return Promise.reject(new Error('a fault'));
      }),
    ]);
    await turns(5);
    await jobs.stop();
    await jobs.idle();
    expect(tried).toBe(1);
  });
});

describe('idle', () => {
  test('asks every job once more, also when nothing was due before', async () => {
    const pile = new Pile(0);
    const jobs = start([job(pile.doNext)]);
    await jobs.idle();
    pile.due = 1;
    await jobs.idle();
    expect(pile.done).toBe(1);
  });

  test('waits for what one job makes due for another, in either order', async () => {
    const piles = [new Pile(0), new Pile(1), new Pile(0)] as const;
    const passing = (from: Pile, to?: Pile) => async () => {
      const isDone = await from.doNext();
      if (isDone && to) to.due++;
      return isDone;
    };
    await start([job(passing(piles[2])), job(passing(piles[0], piles[2])), job(passing(piles[1], piles[0]))]).idle();
    expect(piles.map((pile) => pile.done)).toEqual([1, 1, 1]);
  });

  test('waits for a slot that is still at work while another one finds nothing', async () => {
    const { promise: held, resolve: letGo } = gate();
    let asked = 0;
    const jobs = start([job(() => (asked++ === 0 ? held.then(() => true) : Promise.resolve(false)), { atOnce: 2 })]);
    let isIdle = false;
    const idle = jobs.idle().then(() => {
      isIdle = true;
    });
    await turns(20);
    expect(isIdle).toBe(false);
    letGo();
    await idle;
  });
});
