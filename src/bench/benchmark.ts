import type { Stand } from './stand.ts';

/** What one round of one variant did. */
export interface Measured {
  /** Operations that were finished, each with its answer checked. */
  operations: number;
  seconds: number;
  /** CPU milliseconds of the process that serves them (the server; for a hand-written loop its own), user and system. */
  cpuMs: number;
}

/** One row of a benchmark's table. */
export interface Variant {
  name: string;
  clients: number;
  /** Works for this long; rejects if an answer is not the one that was to come. */
  run(milliseconds: number): Promise<Measured>;
}

/** Two variants whose rates are divided by each other, and how much is wanted. */
export interface Goal {
  variant: Variant;
  of: Variant;
  atLeast: number;
}

/** A benchmark that has its data and its processes and may be measured. */
export interface Bench {
  variants: Variant[];
  goals: Goal[];
  /** Rejects if the database does not hold what the variants said they did. Called after the last round. */
  verify(): Promise<void>;
  stop(): Promise<void>;
}

/** One file under src/bench describes one; benchmarks.ts lists them. */
export interface Benchmark {
  /** In `--json`. */
  name: string;
  title: string;
  /** What an operation is called in the table: `mutation`. */
  unit: string;
  start(stand: Stand): Promise<Bench>;
}
