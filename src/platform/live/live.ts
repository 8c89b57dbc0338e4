import type { Query } from '../database/query.ts';
import type { Log } from '../log.ts';
import { Feed, type FeedDefinition } from './feed.ts';
import type { FeedRow } from './row-source.ts';
import { openSources, type SourceKind } from './sources.ts';

/** A feed that has not known to be up to date for this long is behind, in milliseconds. */
const BEHIND_AFTER_MS = 5_000;

/** The live side of the server: every followed table by name. */
export interface Live {
  /** The feed of a definition that a module brought. */
  feed<Row extends FeedRow>(definition: FeedDefinition<Row>): Feed<Row>;
  /** Something was written here: look at once instead of at the next turn. */
  wake(): void;
  state(): LiveState;
  /** Whether every feed was up to date lately. */
  isFollowing(): boolean;
  stop(): Promise<void>;
}

export interface LiveState {
  source: SourceKind;
  /** Why it is not the binary log although DATABASE_FEED_URL is set; null if there is nothing to say. */
  reason: string | null;
  /** For how many milliseconds each feed has not known to be up to date. */
  lagMs: Record<string, number>;
}

export interface LiveOptions {
  definitions: readonly FeedDefinition<FeedRow>[];
  /** As the application account. */
  query: Query;
  log: Log;
  /** DATABASE_FEED_URL; undefined leaves it to the tail read. */
  feedUrl: string | undefined;
}

/** Starts following every table that the modules name. */
export async function startLive({ definitions, query, log, feedUrl }: LiveOptions): Promise<Live> {
  const sources = await openSources({ feedUrl, tables: definitions, query, log });
  const { open } = sources;
  const feeds = new Map(definitions.map((definition) => [definition.name, new Feed(definition, query, open)]));
  const stop = async () => {
    await Promise.all([...feeds.values()].map((feed) => feed.stop()));
    await sources.stop();
  };
  try {
    await Promise.all([...feeds.values()].map((feed) => feed.start()));
  } catch (error) {
    await stop();
    throw error;
  }
  const lags = () => Object.fromEntries([...feeds].map(([name, feed]) => [name, feed.lagMs()]));
  return {
    feed: <Row extends FeedRow>(definition: FeedDefinition<Row>) => {
      const feed = feeds.get(definition.name);
      if (feed === undefined) throw new Error(`No module brings the feed ${definition.name}.`);
      return feed as unknown as Feed<Row>;
    },
    wake: () => {
      for (const feed of feeds.values()) feed.wake();
    },
    state: () => {
      const { kind, reason } = sources.state();
      return { source: kind, reason, lagMs: lags() };
    },
    isFollowing: () => Object.values(lags()).every((lag) => lag < BEHIND_AFTER_MS),
    stop,
  };
}
