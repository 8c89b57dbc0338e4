import type { Clock } from '../clock.ts';
import type { Orm } from '../database/connect.ts';
import { toInstant } from '../database/instant.ts';
import type { Log } from '../log.ts';
import { type DueDelivery, dueDeliveries, isAnythingDue } from './due-deliveries.ts';
import type { InboxSource } from './inbox-source.ts';
import { processDelivery } from './process-delivery.ts';

/** How often the inbox is looked at when nobody calls `wake`, in milliseconds. */
const POLL_MS = 500;

/** Due deliveries fetched at a time. */
const BATCH = 16;

/** Longest pause while the database is away, in milliseconds. */
const LONGEST_PAUSE_MS = 10_000;

export interface InboxWorkerOptions<Tables> {
  orm: Orm;
  sources: InboxSource<Tables>[];
  clock: Clock;
  log: Log;
  /** Deliveries worked on at once; each takes a connection. */
  concurrency?: number;
  /** Whether deliveries come faster than they are stored: then one is worked on at a time, so that answers come first. */
  isRush?: () => boolean;
}

export interface InboxWorker {
  /** Says that something was stored, so that it need not wait for the next look. */
  wake(): void;
  /** Takes nothing new and resolves when what is at work is finished. Close the pool after it, not before. */
  stop(): Promise<void>;
  /** For tests: resolves when nothing due is left. */
  idle(): Promise<void>;
}

/** Works on stored deliveries until stopped. Any number of workers and instances may run on one database. */
export function startInboxWorker<Tables>(options: InboxWorkerOptions<Tables>): InboxWorker {
  const worker = new Worker(options);
  worker.wake();
  return worker;
}

class Worker<Tables> implements InboxWorker {
  readonly #options: InboxWorkerOptions<Tables>;
  readonly #concurrency: number;
  readonly #timer: NodeJS.Timeout;
  readonly #slots = new Set<Promise<void>>();
  /** Slots that have not decided to end. */
  #working = 0;
  readonly #atWork = new Set<string>();
  /** Ids that another instance held when we came by; not asked for again before the next look. */
  readonly #elsewhere = new Set<string>();
  #fetched: DueDelivery[] = [];
  #fetching: Promise<void> | undefined;
  /** Something was stored after the last fetch began. */
  #woken = false;
  #stopped = false;
  #faults = 0;
  #pausedUntil = 0;

  constructor(options: InboxWorkerOptions<Tables>) {
    this.#options = options;
    this.#concurrency = options.concurrency ?? 4;
    this.#timer = setInterval(() => this.#look(), POLL_MS);
  }

  wake(): void {
    this.#woken = true;
    this.#fillSlots();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    clearInterval(this.#timer);
    await Promise.all(this.#slots);
  }

  async idle(): Promise<void> {
    const { orm, clock } = this.#options;
    while (this.#slots.size > 0 || (await isAnythingDue(orm, toInstant(clock.now())))) {
      this.#look();
      await Promise.all(this.#slots);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }

  #look(): void {
    this.#elsewhere.clear();
    this.#fillSlots();
  }

  #fillSlots(): void {
    if (this.#stopped || Date.now() < this.#pausedUntil) return;
    while (this.#working < this.#mostAtOnce()) {
      this.#working++;
      const slot: Promise<void> = this.#work().finally(() => this.#slots.delete(slot));
      this.#slots.add(slot);
    }
  }

  #mostAtOnce(): number {
    return this.#options.isRush?.() ? 1 : this.#concurrency;
  }

  async #work(): Promise<void> {
    try {
      for (let delivery = await this.#next(); delivery; delivery = await this.#next()) {
        await this.#process(delivery);
        if (this.#working > this.#mostAtOnce()) return;
        if (this.#fetched.length > 1) this.#fillSlots();
      }
    } catch (error) {
      this.#pause(error);
    } finally {
      this.#working--;
      // Something may have been stored while the last slot made up its mind.
      if (this.#woken) this.#fillSlots();
    }
  }

  async #next(): Promise<DueDelivery | undefined> {
    while (this.#fetched.length === 0 && !this.#stopped) {
      this.#fetching ??= this.#fetch().finally(() => {
        this.#fetching = undefined;
      });
      await this.#fetching;
      if (this.#fetched.length === 0 && !this.#woken) return undefined;
    }
    return this.#stopped ? undefined : this.#take();
  }

  /** Marked as at work in the same step as it is taken, or a fetch that begins between the two would take it again. */
  #take(): DueDelivery | undefined {
    const delivery = this.#fetched.shift();
    if (delivery) this.#atWork.add(delivery.inboxId);
    return delivery;
  }

  async #fetch(): Promise<void> {
    this.#woken = false;
    const { orm, clock } = this.#options;
    const ours = new Set([...this.#atWork, ...this.#elsewhere]);
    const due = await dueDeliveries(orm, toInstant(clock.now()), BATCH + ours.size);
    this.#fetched = due.filter(({ inboxId }) => !ours.has(inboxId));
    this.#faults = 0;
    if (this.#fetched.length > 1) this.#fillSlots();
  }

  async #process(delivery: DueDelivery): Promise<void> {
    const began = performance.now();
    try {
      const result = await processDelivery(this.#options, delivery);
      if (result === null) this.#elsewhere.add(delivery.inboxId);
      else this.#tell(delivery, result, performance.now() - began);
    } finally {
      this.#atWork.delete(delivery.inboxId);
    }
  }

  #tell({ inboxId, sourceSystem, eventType, attempt }: DueDelivery, outcome: string, ms: number): void {
    const level = outcome === 'dead' ? 'error' : outcome === 'failed' || outcome === 'quarantined' ? 'warn' : 'info';
    const fields = { inboxId, sourceSystem, eventType, attempt, outcome, ms: Math.round(ms) };
    this.#options.log[level](fields, 'webhook attempt finished');
  }

  /** The process lives on: whatever is wrong with the database, the deliveries are safe in it. */
  #pause(error: unknown): void {
    // One outage fails every slot at once; it is one fault.
    if (Date.now() < this.#pausedUntil) return;
    this.#fetched = [];
    const pauseMs = Math.min(POLL_MS * 2 ** this.#faults++, LONGEST_PAUSE_MS);
    this.#pausedUntil = Date.now() + pauseMs;
    this.#options.log.warn({ err: error, ms: pauseMs }, 'the inbox could not go on and tries again after a pause');
  }
}
