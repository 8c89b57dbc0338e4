import type { DemoBatch, DemoTable } from '../../../src/modules/careportals/demo/demo-batch.ts';
import { DEMO_TABLES } from '../../../src/modules/careportals/demo/demo-batch.ts';
import type { KnownSoFar } from '../../../src/modules/careportals/demo/known-so-far.ts';
import { makeBatches } from '../../../src/modules/careportals/demo/make-batches.ts';
import { type DemoRequest, planDemo } from '../../../src/modules/careportals/demo/plan-demo.ts';

export const AS_OF = new Date('2026-03-01T00:00:00.000Z');

export const NOTHING_KNOWN: KnownSoFar = {
  customers: 0,
  addresses: 0,
  nextOrderNumber: 3_001,
  catalogue: new Set(),
};

export type Story = { [Table in DemoTable]: DemoBatch[Table] };

/** All rows of a load, without a database. */
export function tell(request: Partial<DemoRequest> & { customers: number }): Story {
  const plan = planDemo({ seed: 'a seed', asOf: AS_OF, known: NOTHING_KNOWN, ...request });
  const batches = [...makeBatches(plan)];
  const tables = DEMO_TABLES.map((table) => [table, batches.flatMap((batch) => batch[table] as object[])]);
  return Object.fromEntries(tables) as Story;
}
