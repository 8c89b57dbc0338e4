import { RetryLater } from '../database/transaction.ts';
import type { Job, JobParts } from './job.ts';

/** Pause after the first throw, in milliseconds; it doubles with each further one. */
const FIRST_PAUSE_MS = 250;

/** Longest pause of a job that keeps throwing, in milliseconds. */
const LONGEST_PAUSE_MS = 10_000;

export interface Jobs {
  /** Something may have fallen due: every job looks now, save one that pauses after a throw. */
  wake(): void;
  /** Takes nothing new and resolves when what is at work is finished. Close the pool after it, not before. */
  stop(): Promise<void>;
  /** For tests: resolves when every job, asked once more, has said that nothing is due. Waits for pauses, too. */
  idle(): Promise<void>;
}

/** Runs the jobs until stopped. Any number of instances may run the same ones on one database. */
export function startJobs(jobs: readonly Job[], parts: JobParts, onDone: () => void): Jobs {
  let done = 0;
  const count = () => {
    done++;
    onDone();
  };
  const loops = jobs.map((job) => new Loop(job, parts, count));
  const wake = () => {
    for (const loop of loops) loop.wake();
  };
  const idle = async () => {
    // What one job did may have made another one's work due.
    for (let before = -1; before !== done; ) {
      before = done;
      await Promise.all(loops.map((loop) => loop.idle()));
    }
  };
  wake();
  return { wake, idle, stop: async () => void (await Promise.all(loops.map((loop) => loop.stop()))) };
}

class Loop {
  readonly #job: Job;
  readonly #parts: JobParts;
  readonly #onDone: () => void;
  readonly #timer: NodeJS.Timeout;
  readonly #slots = new Set<Promise<void>>();
  /** Runs out when the job may go on after a throw. */
  #pause: NodeJS.Timeout | undefined;
  #faults = 0;
  /** Counts the wakes: a "nothing is due" from before the last one is out of date. */
  #wakes = 0;
  #stopped = false;

  constructor(job: Job, parts: JobParts, onDone: () => void) {
    this.#job = job;
    this.#parts = parts;
    this.#onDone = onDone;
    this.#timer = setInterval(() => this.#fillSlots(), job.everyMs);
  }

  wake(): void {
    this.#wakes++;
    this.#fillSlots();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    clearInterval(this.#timer);
    this.#endPause();
    await Promise.all(this.#slots);
  }

  async idle(): Promise<void> {
    this.wake();
    while (this.#slots.size > 0 || this.#pause !== undefined) {
      await Promise.all(this.#slots);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }

  #mayGoOn(): boolean {
    return !this.#stopped && this.#pause === undefined;
  }

  #fillSlots(): void {
    while (this.#mayGoOn() && this.#slots.size < this.#job.atOnce) {
      const slot: Promise<void> = this.#work().finally(() => this.#leave(slot));
      this.#slots.add(slot);
    }
  }

  async #work(): Promise<void> {
    try {
      while (this.#mayGoOn() && (await this.#doNext()));
    } catch (error) {
      this.#pauseAfter(error);
    }
  }

  #leave(slot: Promise<void>): void {
    this.#slots.delete(slot);
    // Only when all have run out of work: one that finds nothing says little about one that keeps throwing.
    if (this.#slots.size === 0 && this.#pause === undefined) this.#faults = 0;
  }

  async #doNext(): Promise<boolean> {
    const wakes = this.#wakes;
    const isDone = await this.#job.doNext(this.#parts);
    if (!isDone) return wakes !== this.#wakes;
    this.#faults = 0;
    this.#onDone();
    return true;
  }

  /** The process and the other jobs live on: what is due stays due in the database. */
  #pauseAfter(error: unknown): void {
    // One outage fails every slot at once; it is one fault.
    if (this.#mayGoOn()) {
      const ms = Math.min(FIRST_PAUSE_MS * 2 ** this.#faults++, LONGEST_PAUSE_MS);
      this.#pause = setTimeout(() => this.#endPause(), ms);
    }
    const fields = { err: error, operation: this.#job.name, attempt: this.#faults };
    const level = error instanceof RetryLater ? 'warn' : 'error';
    this.#parts.log[level](fields, 'a job could not go on and tries again after a pause');
  }

  #endPause(): void {
    clearTimeout(this.#pause);
    this.#pause = undefined;
    this.#fillSlots();
  }
}
