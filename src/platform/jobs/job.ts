import type { Clock } from '../clock.ts';
import type { Orm } from '../database/connect.ts';
import type { Query } from '../database/query.ts';
import type { Log } from '../log.ts';

/** What a job works with. */
export interface JobParts {
  orm: Orm;
  query: Query;
  clock: Clock;
  log: Log;
}

/** Work that falls due by itself: found in the database, so that a restart loses nothing and instances share it. */
export interface Job {
  /** Named in the log; no data in it. */
  name: string;
  /** Milliseconds between looks when nobody calls wake. */
  everyMs: number;
  /** How many may run at once in this process; each takes a connection. */
  atOnce: number;
  /**
   * Does one thing that is due, in a transaction of its own; false if nothing is due. Called again at once while true.
   * A throw pauses the whole job, so what can go wrong with one thing alone is to be recorded with that thing.
   */
  doNext(parts: JobParts): Promise<boolean>;
}
