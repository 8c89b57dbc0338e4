import type { Benchmark } from './benchmark.ts';
import { lifecycle } from './lifecycle/lifecycle.ts';

/** All that `npm run bench` measures, in this order. */
export const benchmarks: readonly Benchmark[] = [lifecycle];
