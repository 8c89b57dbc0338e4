import type { Benchmark } from './benchmark.ts';
import { importing } from './import/import.ts';
import { lifecycle } from './lifecycle/lifecycle.ts';
import { live } from './live/live.ts';
import { reads } from './reads/reads.ts';
import { webhooks } from './webhooks/webhooks.ts';

/** All that `npm run bench` measures, in this order: the last fills the tables. */
export const benchmarks: readonly Benchmark[] = [lifecycle, webhooks, live, importing, reads];
