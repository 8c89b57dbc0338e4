import type { EntitySchema } from '@mikro-orm/core';
import type { NonEmptyArray } from 'type-graphql';
import type { Settings } from './config.ts';
import type { AccountPlan } from './database/grants.ts';
import type { Query } from './database/query.ts';
import type { InboxSource } from './inbox/inbox-source.ts';
import type { Job } from './jobs/job.ts';
import type { FeedDefinition } from './live/feed.ts';
import type { FeedRow } from './live/row-source.ts';
import type { Source } from './read/source.ts';

/** What an area of the business brings to the server. Adding one is a folder and a line in modules.ts. */
export interface Module {
  name: string;
  entities: readonly EntitySchema[];
  resolvers: NonEmptyArray<new () => object>;
  /** Node types, for node(id). */
  sources: readonly Source[];
  /** Tables that live operations follow. */
  feeds: readonly FeedDefinition<FeedRow>[];
  /** What falls due by itself. */
  jobs: readonly Job[];
  /** Who sends webhooks, with the secrets that the settings hold. */
  inboxSources(settings: Settings): InboxSource<unknown>[];
  /** Rights of the database accounts on the module's tables and views. */
  accounts: AccountPlan;
  /** The one id behind each id that a customer was ever known by, if the module knows customers. */
  recogniseCustomers?(query: Query, customerIds: readonly string[]): Promise<Map<string, string>>;
}
