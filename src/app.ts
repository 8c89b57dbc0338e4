import { randomUUID } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { Express } from 'express';
import type { GraphQLSchema } from 'graphql';
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
import { isExplorable, type Settings } from './platform/config.ts';
import type { Context } from './platform/context.ts';
import type { Orm } from './platform/database/connect.ts';
import { missingMigrations } from './platform/database/prepare-database.ts';
import { plainQuery, type Query } from './platform/database/query.ts';
import { buildGraph } from './platform/graphql/build-schema.ts';
import { CompiledAnswers } from './platform/graphql/compiled/compiled-answers.ts';
import { runningOperations } from './platform/graphql/compiled/run-operation.ts';
import { Documents } from './platform/graphql/documents/documents.ts';
import { graphOverHttp } from './platform/graphql/http.ts';
import { admitting } from './platform/graphql/limits/admit.ts';
import { Budgets } from './platform/graphql/limits/budgets.ts';
import { charging } from './platform/graphql/limits/charging.ts';
import { LiveOperations } from './platform/graphql/live-operations.ts';
import { preparing } from './platform/graphql/operation.ts';
import { graphOverSockets } from './platform/graphql/socket.ts';
import { graphOverStreams } from './platform/graphql/stream.ts';
import { type BareFrame, bareFrame } from './platform/http/bare-frame.ts';
import { errorsAsJson, httpFrame, notThere } from './platform/http/frame.ts';
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
  /** How queries are answered; `compiled` if nothing is said. Both give the same answers, which is what tests use this for. */
  execution?: 'compiled' | 'plain';
}

export interface App {
  /** Not listening yet. */
  server: Server;
  inbox: InboxWorker;
  jobs: Jobs;
  live: Pick<Live, 'state'>;
  /** How many documents are trusted, if no others are run; else null. */
  trusted: number | null;
  /** Ends sockets (1001), event streams, requests, workers and feeds, in this order. */
  close(): Promise<void>;
}

/** Everything but listening: so a test uses it as it is. */
export async function createApp(parts: AppParts): Promise<App> {
  const { settings, orm, log, clock = systemClock } = parts;
  const schema = buildGraph(modules);
  // Before anything is begun that would have to be ended.
  const documents = await Documents.open(settings.TRUSTED_DOCUMENTS, schema);
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
  const server = createServer();
  const graph = await serveGraph(server, http, {
    parts,
    schema,
    documents,
    frame: bareFrame(settings, log, metrics),
    watches: { tokens: new TokenWatch(revocations), unknown: new UnknownCustomers(recognise, log) },
    authenticate,
    contextOf: (caller, requestId = randomUUID()) => {
      const reader = new Reader(query, levelOf(caller), caller.customerId);
      return { caller, reader, query, orm, live, jobs, inbox: door, clock, requestId };
    },
  });
  http.use(notThere, errorsAsJson(log));
  server.on('request', (request, response) => {
    if (!graph.post(request, response)) http(request, response);
  });

  const close = async () => {
    await graph.stopLive();
    await ended(server);
    await graph.stop();
    await inbox.stop();
    await jobs.stop();
    revocations.stop();
    await live.stop();
  };
  return { server, inbox, jobs, live, trusted: documents.trusted, close };
}

interface GraphParts {
  parts: AppParts;
  schema: GraphQLSchema;
  documents: Documents;
  frame: BareFrame;
  /** What ends live operations of one caller. */
  watches: { tokens: TokenWatch; unknown: UnknownCustomers };
  authenticate: Authenticate;
  contextOf(caller: Caller, requestId?: string): Context;
}

const NO_EXPLORER = 'The explorer is off here, as in production, with TRUSTED_DOCUMENTS, or by EXPLORER=off.';

/** The graph on HTTP, on sockets and on event streams, and the explorer beside it. */
async function serveGraph(server: Server, http: Express, graphParts: GraphParts) {
  const { parts, schema, documents, frame, watches, authenticate, contextOf } = graphParts;
  const { settings, log } = parts;
  const introspection = isExplorable(settings);
  if (introspection) {
    http.get('/', (_request, response) => response.redirect('/explorer'));
    http.use(explorerRouter());
  } else {
    http.get('/explorer', (_request, response) => {
      response.status(404).json({ error: NO_EXPLORER });
    });
  }
  const budgets = new Budgets(settings);
  const admit = admitting(authenticate, budgets, settings.PROXIES);
  const charge = charging(schema, budgets);
  const compiled = parts.execution === 'plain' ? null : new CompiledAnswers(schema);
  const run = runningOperations(compiled);
  const overHttp = await graphOverHttp({
    schema,
    log,
    introspection,
    frame,
    documents,
    budgets,
    charge,
    compiled,
    contextOf: async (request, requestId) => contextOf(await admit(request), requestId),
    mayBringDeliveries: async ({ headers }) =>
      hasRoleOrScope(await authenticate(headers.authorization), 'ingest', 'admin'),
  });
  // This address and none below it.
  http.all('/graphql', ...overHttp.handlers);
  const live = new LiveOperations({ schema, log, tokens: watches.tokens, contextOf });
  const prepare = preparing({ schema, introspection, documents, budgets, charge, contextOf });
  const sockets = graphOverSockets(server, { log, admit, ...watches, prepare, live, run });
  const streams = graphOverStreams({ schema, log, admit, ...watches, prepare, live, run });
  http.all('/graphql/stream', ...streams.handlers);
  const stopLive = async () => {
    await live.drain();
    await Promise.all([sockets.stop(), streams.stop()]);
  };
  return { post: overHttp.post, stop: overHttp.stop, stopLive };
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
