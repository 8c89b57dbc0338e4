import type { Stand } from './stand.ts';

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

/** Two variants that are divided by each other: operations per second, or the 99th percentile of their latency. */
export type Goal = { variant: Variant; of: Variant } & ({ rateAtLeast: number } | { p99AtMost: number });

/** What is tried once, after the rounds. */
export interface Trial {
  name: string;
  /** Bounds of what it counts, by the names of the figures. */
  wanted?: Record<string, Bounds>;
  /** @param milliseconds the length of a round, which says how large a trial is wanted. Rejects if something went wrong. */
  run(milliseconds: number): Promise<Record<string, number>>;
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
  /** @param sockets as many as there are to be where many are wanted. */
  start(stand: Stand, sockets: number): Promise<Bench>;
}
