import { expect, inject } from 'vitest';
import { connect, type Orm } from '../../../src/platform/database/connect.ts';
import { plainQuery, type Query } from '../../../src/platform/database/query.ts';
import { Feed, type FeedDefinition } from '../../../src/platform/live/feed.ts';
import { type FeedEvent, type Interest } from '../../../src/platform/live/following.ts';
import type { FeedRow } from '../../../src/platform/live/row-source.ts';
import { openSources } from '../../../src/platform/live/sources.ts';
import { createLog } from '../../../src/platform/log.ts';
import { openSession, type Session } from '../../careportals/schema/session.ts';
import { addressOf, createEmptySchema } from '../../kit/test-database.ts';

/** A row of the followed table: the `n`-th note on a topic. */
export interface Note extends FeedRow {
  topic: number;
  n: number;
  isEvent: number;
}

export const notes: FeedDefinition<Note> = {
  name: 'notes',
  letter: 'n',
  table: 'notes',
  select: `SELECT u.id AS feedId, u.topic, u.n, u.is_event AS isEvent FROM notes u JOIN topics t ON t.topic = u.topic`,
  id: 'u.id',
  alias: 'u',
  isEvent: (row) => row.isEvent === 1,
  topics: (row) => [`topic:${row.topic}`],
};

export const silent = createLog('silent');

/** The tail read at the table's end, or the binary log. */
export type Source = 'tail' | 'log';

/** A schema with one table that is only added to, and one whose rows order the additions, as orders do. */
export interface NoteTable {
  orm: Orm;
  query: Query;
  url: string;
  /** Another program, with a connection of its own. */
  session(): Promise<Session>;
  /** Adds notes in one statement; with numbers of the caller's choice, or MySQL's. */
  add(topic: number, ...ids: number[]): Promise<void>;
  /** A feed of its own, as another instance of the server would have one; by the table's source unless told. */
  instance(query?: Query, source?: Source): Promise<Feed<Note>>;
  stopInstances(): Promise<void>;
  drop(): Promise<void>;
}

export const TOPICS = 8;

export async function noteTable(source: Source = 'tail'): Promise<NoteTable> {
  const url = addressOf(inject('mysql').admin, await createEmptySchema());
  const orm = await connect({ url, entities: [] });
  const query = await plainQuery(orm);
  await query('CREATE TABLE topics (topic INT PRIMARY KEY, n INT NOT NULL DEFAULT 0)');
  await query(
    `CREATE TABLE notes (id BIGINT PRIMARY KEY AUTO_INCREMENT, topic INT NOT NULL, n INT NOT NULL DEFAULT 0,
      is_event TINYINT(1) NOT NULL DEFAULT 1)`,
  );
  await query(`INSERT INTO topics (topic) VALUES ${Array.from({ length: TOPICS }, (_, i) => `(${i})`).join()}`);
  const instances: { stop(): Promise<void> }[] = [];
  const stopInstances = async () => {
    await Promise.all(instances.splice(0).map((instance) => instance.stop()));
  };
  const sessions: Session[] = [];
  return {
    orm,
    query,
    url,
    session: async () => {
      const session = await openSession(url);
      sessions.push(session);
      return session;
    },
    add: async (topic, ...ids) => {
      const rows = ids.length === 0 ? [`(DEFAULT, ${topic})`] : ids.map((id) => `(${id}, ${topic})`);
      await query(`INSERT INTO notes (id, topic) VALUES ${rows.join()}`);
    },
    instance: async (own = query, by = source) => {
      const feedUrl = by === 'log' ? inject('mysql').feed : undefined;
      const sources = await openSources({ feedUrl, tables: [notes], query: own, log: silent });
      expect(sources.state()).toEqual({ kind: by === 'log' ? 'binary log' : 'tail read', reason: null });
      const feed = new Feed(notes, own, sources.open);
      instances.push({ stop: () => feed.stop().then(() => sources.stop()) });
      await feed.start();
      return feed;
    },
    stopInstances,
    drop: async () => {
      await stopInstances();
      await Promise.all(sessions.map((session) => session.close()));
      await query(`DROP DATABASE ${new URL(url).pathname.slice(1)}`);
      await orm.close(true);
    },
  };
}

/** One client that reads as fast as it can and keeps all it was told. */
export interface Client {
  events: FeedEvent<Note>[];
  /** Numbers of the changes so far. */
  ids(): number[];
  /** The cursor of the newest event. */
  cursor(): string | null;
  /** How often it was told that it missed something. */
  losses(): number;
  /** Leaves, and resolves when nothing more can come. */
  leave(): Promise<void>;
}

/** Whoever wants every note that these accept. */
export function wanting(accepts: (row: Note) => boolean, topics: string[] | null = null): Interest<Note> {
  return { accepts, topics, where: null, progress: 'never' };
}

export async function client(
  feed: Feed<Note>,
  after: string | null = null,
  interest: Interest<Note> = wanting(() => true),
): Promise<Client> {
  const following = await feed.follow(interest, after);
  const events: FeedEvent<Note>[] = [];
  // What is told during the replay comes after it.
  let waiting: FeedEvent<Note>[] | null = [];
  let losses = 0;
  let left = false;
  const audience = { tell: (event: FeedEvent<Note>) => void (waiting ?? events).push(event) };
  const told = following.begin({ audience, lost: () => losses++ });
  const replayed = (async () => {
    for await (const event of told.replay) events.push(event);
    // Who left in the middle of the replay has not come to what is after it.
    if (!left) events.push(...(waiting ?? []));
    waiting = null;
  })();
  return {
    events,
    ids: () => events.flatMap((event) => (event.kind === 'CHANGE' ? [Number(event.row.feedId)] : [])),
    cursor: () => events.at(-1)?.cursor ?? null,
    losses: () => losses,
    leave: async () => {
      left = waiting !== null;
      told.end();
      await told.replay.return();
      await replayed;
    },
  };
}
