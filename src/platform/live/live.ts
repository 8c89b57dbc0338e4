import type { Query } from '../database/query.ts';
import type { Log } from '../log.ts';
import { Feed, type FeedDefinition } from './feed.ts';
import type { FeedRow } from './table-tail.ts';

/** The live side of the server: every followed table by name. */
export interface Live {
  /** The feed of a definition that a module brought. */
  feed<Row extends FeedRow>(definition: FeedDefinition<Row>): Feed<Row>;
  /** Something was written here: look at once instead of at the next turn. */
  wake(): void;
  /** Whether every table was looked at lately. */
  isFollowing(): boolean;
  stop(): Promise<void>;
}

/** Starts following every table that the modules name. */
export async function startLive(
  definitions: readonly FeedDefinition<FeedRow>[],
  query: Query,
  log: Log,
): Promise<Live> {
  const feeds = new Map(definitions.map((definition) => [definition.name, new Feed(definition, query, log)]));
  await Promise.all([...feeds.values()].map((feed) => feed.start()));
  return {
    feed: <Row extends FeedRow>(definition: FeedDefinition<Row>) => {
      const feed = feeds.get(definition.name);
      if (feed === undefined) throw new Error(`No module brings the feed ${definition.name}.`);
      return feed as unknown as Feed<Row>;
    },
    wake: () => {
      for (const feed of feeds.values()) feed.wake();
    },
    isFollowing: () => [...feeds.values()].every((feed) => feed.isFollowing()),
    stop: async () => {
      await Promise.all([...feeds.values()].map((feed) => feed.stop()));
    },
  };
}
