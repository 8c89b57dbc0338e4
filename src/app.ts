import { randomUUID } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { Express } from 'express';
import { migrations } from '../migrations/index.ts';
import { explorerRouter } from './explorer/serve-explorer.ts';
import { modules } from './modules.ts';
import { type Authenticate, authenticator } from './platform/access/authenticate.ts';
import { type Caller, hasRoleOrScope, levelOf } from './platform/access/caller.ts';
import { rememberTokens } from './platform/access/remember-tokens.ts';
import { type Revocations, watchRevocations } from './platform/access/revocations.ts';
import { type TokenSettings, tokenVerifier } from './platform/access/token.ts';
import { type Clock, systemClock } from './platform/clock.ts';
import type { Settings } from './platform/config.ts';
import type { Context } from './platform/context.ts';
import type { Orm } from './platform/database/connect.ts';
import { missingMigrations } from './platform/database/prepare-database.ts';
import { plainQuery, type Query } from './platform/database/query.ts';
import { buildGraph } from './platform/graphql/build-schema.ts';
import { graphOverHttp } from './platform/graphql/http.ts';
import { graphOverSockets } from './platform/graphql/socket.ts';
import { errorsAsJson, httpFrame, notThere, requestIdOf } from './platform/http/frame.ts';
import { healthRoutes, type ReadyChecks } from './platform/http/health.ts';
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
  /** Ends sockets (1001), requests, workers and feeds, in this order. */
  close(): Promise<void>;
}

/** Everything but listening: so a test uses it as it is. */
export async function createApp(parts: AppParts): Promise<App> {
  const { settings, orm, log, clock = systemClock } = parts;
  const metrics = createMetrics(settings.METRICS_TOKEN);
  const background = await plainQuery(orm);
  const revocations = await watchRevocations(background, log);
  const feeds = modules.flatMap((module) => [...module.feeds]);
  const live = await startLive(feeds, background, log);
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
  http.use(healthRoutes(readyChecks(orm, background, live)), metrics.routes);
  http.use(webhookRoutes({ inserts, clock, log, ...door }));
  const server = createServer(http);
  const graph = await serveGraph(server, http, {
    parts,
    revocations,
    authenticate: authenticator(rememberTokens(tokenVerifier(parts.tokens)), revocations, (id) =>
      knownCustomerId(background, id),
    ),
    contextOf: (caller, requestId = randomUUID()) => {
      const reader = new Reader(query, levelOf(caller), caller.customerId);
      return { caller, reader, query, orm, live, jobs, inbox: door, clock, requestId };
    },
  });
  http.use(notThere, errorsAsJson(log));

  const close = async () => {
    await graph.stopSockets();
    await ended(server);
    await graph.stop();
    await inbox.stop();
    await jobs.stop();
    revocations.stop();
    await live.stop();
  };
  return { server, inbox, jobs, close };
}

interface GraphParts {
  parts: AppParts;
  revocations: Revocations;
  authenticate: Authenticate;
  contextOf(caller: Caller, requestId?: string): Context;
}

/** The graph on HTTP and on sockets, and the explorer beside it. */
async function serveGraph(server: Server, http: Express, { parts, revocations, authenticate, contextOf }: GraphParts) {
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
  // This address and none below it: /graphql/stream is another protocol's.
  http.all('/graphql', ...overHttp.handlers);
  const sockets = graphOverSockets(server, { schema, log, introspection, authenticate, revocations, contextOf });
  return { stop: overHttp.stop, stopSockets: sockets.stop };
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

/** The one id behind all ids that a customer was ever known by. */
async function knownCustomerId(query: Query, id: string): Promise<string> {
  for (const module of modules) if (module.resolveCustomerId) return module.resolveCustomerId(query, id);
  return id;
}

function ended(server: Server): Promise<void> {
  if (!server.listening) return Promise.resolve();
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeIdleConnections();
  });
}
