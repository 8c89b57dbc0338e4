import type { Result } from './run-rounds.ts';
import type { Size, Stand } from './stand.ts';

/** What one round of one variant did. */
export interface Measured {
  /** Operations that were finished, each with its answer checked. */
  operations: number;
  seconds: number;
  /** CPU milliseconds of the process that serves them (the server; for a hand-written loop its own), user and system. */
  cpuMs: number;
  latency: Latency;
}

/** How long operations took, in milliseconds; on a schedule from the moment that was set for each. */
export interface Latency {
  p50: number;
  p99: number;
  max: number;
}

/** One row of a benchmark's table. */
export interface Variant {
  name: string;
  clients: number;
  /** Works for this long; rejects if an answer is not the one that was to come. */
  run(milliseconds: number): Promise<Measured>;
}

/** What variants are compared by: operations per second, the 99th percentile of their latency, CPU per operation. */
export type Figure = 'perSecond' | 'p99' | 'cpuMs';

/** A variant's figure divided by another's, and what is wanted of the ratio; without bounds it is only shown. */
export interface Goal extends Bounds {
  variant: Variant;
  of: Variant;
  figure: Figure;
}

/** What is tried once, after the rounds. */
export interface Trial {
  name: string;
  /** Bounds of what it counts, by the names of the figures. */
  wanted?: Record<string, Bounds>;
  /** About how many seconds it takes, with rounds of so many; missing if that is not worth telling. */
  takes?(roundSeconds: number): number;
  /**
   * @param milliseconds the length of a round, which says how large a trial is wanted.
   * @param onProgress may be told how much of it is done, from 0 to 1. Rejects if something went wrong.
   */
  run(milliseconds: number, onProgress: (done: number) => void): Promise<Record<string, number>>;
}

/** Either of them, or both. */
export interface Bounds {
  atLeast?: number;
  atMost?: number;
}

/** A benchmark that has its data and its processes and may be measured. */
export interface Bench {
  variants: Variant[];
  goals: Goal[];
  trials: Trial[];
  /** The figures as a picture, in SVG. */
  chart?(results: readonly Result[]): string;
  /** Rejects if the database does not hold what the variants said they did. Called last. */
  verify(): Promise<void>;
  stop(): Promise<void>;
}

/** One file under src/bench describes one; benchmarks.ts lists them. */
export interface Benchmark {
  /** In `--json`, and after `npm run bench --`. */
  name: string;
  title: string;
  /** What an operation is called in the table: `mutation`. */
  unit: string;
  /** @param signal ends what takes long before the rounds begin. */
  start(stand: Stand, size: Size, signal: AbortSignal): Promise<Bench>;
}
