import { randomUUID } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { Express } from 'express';
import { migrations } from '../migrations/index.ts';
import { explorerRouter } from './explorer/serve-explorer.ts';
import { modules } from './modules.ts';
import { type Authenticate, authenticator } from './platform/access/authenticate.ts';
import { type Caller, hasRoleOrScope, levelOf } from './platform/access/caller.ts';
import { rememberTokens } from './platform/access/remember-tokens.ts';
import { watchRevocations } from './platform/access/revocations.ts';
import { type TokenSettings, tokenVerifier } from './platform/access/token.ts';
import { TokenWatch } from './platform/access/token-watch.ts';
import { type Recognise, UnknownCustomers } from './platform/access/unknown-customers.ts';
import { type Clock, systemClock } from './platform/clock.ts';
import type { Settings } from './platform/config.ts';
import type { Context } from './platform/context.ts';
import type { Orm } from './platform/database/connect.ts';
import { missingMigrations } from './platform/database/prepare-database.ts';
import { plainQuery, type Query } from './platform/database/query.ts';
import { buildGraph } from './platform/graphql/build-schema.ts';
import { graphOverHttp } from './platform/graphql/http.ts';
import { LiveOperations } from './platform/graphql/live-operations.ts';
import { preparing } from './platform/graphql/operation.ts';
import { graphOverSockets } from './platform/graphql/socket.ts';
import { graphOverStreams } from './platform/graphql/stream.ts';
import { errorsAsJson, httpFrame, notThere, requestIdOf } from './platform/http/frame.ts';
import { healthRoutes, type ReadyChecks, type ReadyDetails } from './platform/http/health.ts';
import { createMetrics } from './platform/http/metrics.ts';
import { forgetOldKeys } from './platform/idempotency/forget-old-keys.ts';
import { SharedInserts } from './platform/inbox/shared-inserts.ts';
import { webhookRoutes } from './platform/inbox/webhook-routes.ts';
import { type InboxWorker, startInboxWorker } from './platform/inbox/worker.ts';
import { type Jobs, startJobs } from './platform/jobs/worker.ts';
import { type Live, startLive } from './platform/live/live.ts';
import type { Log } from './platform/log.ts';
import { Reader } from './platform/read/reader.ts';

export interface AppParts {
  settings: Settings;
  tokens: TokenSettings;
  /** Connected as the application account; the caller closes it after the app. */
  orm: Orm;
  log: Log;
  clock?: Clock;
  /** Told the text of every statement that resolvers read with. */
  onStatement?: (sql: string) => void;
}

export interface App {
  /** Not listening yet. */
  server: Server;
  inbox: InboxWorker;
  jobs: Jobs;
  live: Pick<Live, 'state'>;
  /** Ends sockets (1001), event streams, requests, workers and feeds, in this order. */
  close(): Promise<void>;
}

/** Everything but listening: so a test uses it as it is. */
export async function createApp(parts: AppParts): Promise<App> {
  const { settings, orm, log, clock = systemClock } = parts;
  const metrics = createMetrics(settings.METRICS_TOKEN);
  const background = await plainQuery(orm);
  const revocations = await watchRevocations(background, log);
  const definitions = modules.flatMap((module) => [...module.feeds]);
  const live = await startLive({ definitions, query: background, log, feedUrl: settings.DATABASE_FEED_URL });
  metrics.watchLive(() => live.state());
  const sources = modules.flatMap((module) => module.inboxSources(settings));
  const inserts = new SharedInserts(orm);
  const inbox = startInboxWorker({ orm, sources, clock, log, isRush: () => inserts.isRush() });
  const door = { sources, wake: () => inbox.wake() };
  const due = [forgetOldKeys, ...modules.flatMap((module) => [...module.jobs])];
  const jobs = startJobs(due, { orm, query: background, clock, log }, () => live.wake());
  const query = await plainQuery(orm, (sql) => {
    metrics.statement();
    parts.onStatement?.(sql);
  });

  const http = httpFrame(settings, log, metrics);
  const recognise: Recognise = (ids) => knownCustomers(background, ids);
  const authenticate = authenticator(rememberTokens(tokenVerifier(parts.tokens)), revocations, recognise);
  http.use(healthRoutes(readyChecks(orm, background, live), detailsForAdmins(authenticate, live)), metrics.routes);
  http.use(webhookRoutes({ inserts, clock, log, ...door }));
  const server = createServer(http);
  const graph = await serveGraph(server, http, {
    parts,
    watches: { tokens: new TokenWatch(revocations), unknown: new UnknownCustomers(recognise, log) },
    authenticate,
    contextOf: (caller, requestId = randomUUID()) => {
      const reader = new Reader(query, levelOf(caller), caller.customerId);
      return { caller, reader, query, orm, live, jobs, inbox: door, clock, requestId };
    },
  });
  http.use(notThere, errorsAsJson(log));

  const close = async () => {
    await graph.stopLive();
    await ended(server);
    await graph.stop();
    await inbox.stop();
    await jobs.stop();
    revocations.stop();
    await live.stop();
  };
  return { server, inbox, jobs, live, close };
}

interface GraphParts {
  parts: AppParts;
  /** What ends live operations of one caller. */
  watches: { tokens: TokenWatch; unknown: UnknownCustomers };
  authenticate: Authenticate;
  contextOf(caller: Caller, requestId?: string): Context;
}

/** The graph on HTTP, on sockets and on event streams, and the explorer beside it. */
async function serveGraph(server: Server, http: Express, { parts, watches, authenticate, contextOf }: GraphParts) {
  const { settings, log } = parts;
  const introspection = isExplorable(settings);
  const schema = buildGraph(modules);
  if (introspection) {
    http.get('/', (_request, response) => response.redirect('/explorer'));
    http.use(explorerRouter());
  }
  const overHttp = await graphOverHttp(
    schema,
    log,
    introspection,
    async (request, response) => contextOf(await authenticate(request.headers.authorization), requestIdOf(response)),
    async (request) => hasRoleOrScope(await authenticate(request.headers.authorization), 'ingest', 'admin'),
  );
  // This address and none below it.
  http.all('/graphql', ...overHttp.handlers);
  const live = new LiveOperations({ schema, log, tokens: watches.tokens, contextOf });
  const prepare = preparing(schema, introspection, contextOf);
  const sockets = graphOverSockets(server, { log, authenticate, ...watches, prepare, live });
  const streams = graphOverStreams({ schema, log, authenticate, ...watches, prepare, live });
  http.all('/graphql/stream', ...streams.handlers);
  const stopLive = async () => {
    await live.drain();
    await Promise.all([sockets.stop(), streams.stop()]);
  };
  return { stop: overHttp.stop, stopLive };
}

function isExplorable({ EXPLORER, NODE_ENV }: Settings): boolean {
  return EXPLORER === undefined ? NODE_ENV !== 'production' : EXPLORER === 'on';
}

function readyChecks(orm: Orm, query: Query, live: Live): ReadyChecks {
  const word = (asked: Promise<boolean>, no: string) => asked.then((yes) => (yes ? 'ok' : no)).catch(() => 'away');
  return {
    database: () =>
      word(
        query('SELECT 1').then((rows) => rows.length === 1),
        'odd',
      ),
    migrations: () =>
      word(
        missingMigrations(orm, migrations).then((names) => names.length === 0),
        'missing',
      ),
    live: () => (live.isFollowing() ? 'ok' : 'behind'),
  };
}

/** A token that is not good is no reason to refuse the words that everybody may read. */
function detailsForAdmins(authenticate: Authenticate, live: Live): ReadyDetails {
  return async (authorization) => {
    if (authorization === undefined) return null;
    const caller = await authenticate(authorization).catch(() => null);
    return caller?.role === 'admin' ? { live: live.state() } : null;
  };
}

/** The one id behind each id that a customer was ever known by. */
async function knownCustomers(query: Query, ids: readonly string[]): Promise<Map<string, string>> {
  const found = modules.map((module) => module.recogniseCustomers?.(query, ids) ?? new Map<string, string>());
  return new Map((await Promise.all(found)).flatMap((some) => [...some]));
}

function ended(server: Server): Promise<void> {
  if (!server.listening) return Promise.resolve();
  return new Promise((resolve) => {
    // A connection that is kept alive would go on bringing requests for as long as its client likes.
    server.prependListener('request', (_request, response) => response.setHeader('Connection', 'close'));
    server.close(() => resolve());
    server.closeIdleConnections();
  });
}
