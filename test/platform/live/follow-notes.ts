import { inject } from 'vitest';
import { plainQuery } from '../../../src/platform/database/query.ts';
import type { PlacedRow, RowSource } from '../../../src/platform/live/row-source.ts';
import { openSources, type Sources } from '../../../src/platform/live/sources.ts';
import type { Log } from '../../../src/platform/log.ts';
import { type Note, type NoteTable, notes, type Source, silent } from './notes.ts';

/** One source on the notes, and all that it told. */
export interface FollowedNotes {
  source: RowSource;
  told: PlacedRow<Note>[];
  /** Numbers of the rows in the order in which they were told. */
  ids(): number[];
  /** How often it said that rows were missed. */
  losses(): number;
  state: Sources['state'];
  stop(): Promise<void>;
}

export interface FollowOptions {
  /** The account that reads the log, if it is read. */
  feedUrl?: string;
  log?: Log;
  /** Told each statement that the source reads the table with. */
  onStatement?(sql: string): void;
}

export async function followNotes(
  { orm }: NoteTable,
  by: Source,
  { feedUrl = inject('mysql').feed, log = silent, onStatement }: FollowOptions = {},
): Promise<FollowedNotes> {
  const query = await plainQuery(orm, onStatement);
  const told: PlacedRow<Note>[] = [];
  let losses = 0;
  const sources = await openSources({ feedUrl: by === 'log' ? feedUrl : undefined, tables: [notes], query, log });
  const source = sources.open<Note>(notes, {
    onRows: (rows) => told.push(...rows),
    onLost: () => losses++,
  });
  await source.start();
  return {
    source,
    told,
    ids: () => told.map(({ row }) => Number(row.feedId)),
    losses: () => losses,
    state: sources.state,
    stop: async () => {
      await source.stop();
      await sources.stop();
    },
  };
}
