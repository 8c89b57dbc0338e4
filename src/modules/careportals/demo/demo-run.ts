import { type Instant, toInstant } from '../../../platform/database/instant.ts';
import type { DemoIds } from './demo-ids.ts';
import type { Random } from './random.ts';

/** What every maker of rows needs: ids, chance, and the instant at which the story ends. */
export interface DemoRun {
  ids: DemoIds;
  random: Random;
  /** Milliseconds since 1970; nothing has happened after it. */
  asOf: number;
}

/** Milliseconds as a row's text, never later than the end of the story. */
export function past({ asOf }: DemoRun, atMs: number): Instant {
  return toInstant(new Date(Math.min(Math.floor(atMs), asOf)));
}
