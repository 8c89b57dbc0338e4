import { randomUUID } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import cors from 'cors';
import express, { type Express, type NextFunction, type Request, type Response } from 'express';
import helmet from 'helmet';
import { migrations } from '../migrations/index.ts';
import { explorerRouter } from './explorer/serve-explorer.ts';
import { modules } from './modules.ts';
import { type Authenticate, authenticator } from './platform/access/authenticate.ts';
import { type Caller, levelOf } from './platform/access/caller.ts';
import { watchRevocations } from './platform/access/revocations.ts';
import { type TokenSettings, tokenVerifier } from './platform/access/token.ts';
import { type Clock, systemClock } from './platform/clock.ts';
import type { Settings } from './platform/config.ts';
import type { Context } from './platform/context.ts';
import type { Orm } from './platform/database/connect.ts';
import { missingMigrations } from './platform/database/prepare-database.ts';
import { plainQuery } from './platform/database/query.ts';
import { buildGraph } from './platform/graphql/build-schema.ts';
import { graphOverHttp } from './platform/graphql/http.ts';
import { graphOverSockets } from './platform/graphql/socket.ts';
import { healthRoutes } from './platform/health.ts';
import { webhookRoutes } from './platform/inbox/webhook-routes.ts';
import { type InboxWorker, startInboxWorker } from './platform/inbox/worker.ts';
import { startLive } from './platform/live/live.ts';
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
  authenticate: Authenticate;
  inbox: InboxWorker;
  /** Ends sockets (1001), requests, workers and feeds, in this order. */
  close(): Promise<void>;
}

/** Everything but listening: so a test uses it as it is. */
export async function createApp({
  settings,
  tokens,
  orm,
  log,
  clock = systemClock,
  onStatement,
}: AppParts): Promise<App> {
  const query = await plainQuery(orm, onStatement);
  const background = await plainQuery(orm);
  const revocations = await watchRevocations(background, log);
  const live = await startLive(
    modules.flatMap((module) => [...module.feeds]),
    background,
    log,
  );
  const authenticate = authenticator(tokenVerifier(tokens), revocations, async (id) => {
    for (const module of modules) if (module.resolveCustomerId) return module.resolveCustomerId(background, id);
    return id;
  });
  const contextOf = (caller: Caller, requestId: string = randomUUID()): Context => ({
    caller,
    reader: new Reader(query, levelOf(caller), caller.customerId),
    query,
    orm,
    live,
    clock,
    requestId,
  });
  const developing = settings.EXPLORER === undefined ? settings.NODE_ENV !== 'production' : settings.EXPLORER === 'on';
  const schema = buildGraph(modules);
  const graph = await graphOverHttp(schema, log, developing, async (request, response) =>
    contextOf(await authenticate(request.headers.authorization), requestIdOf(response)),
  );
  const sources = modules.flatMap((module) => module.inboxSources(settings));
  const inbox = startInboxWorker({ orm, sources, clock, log });
  const express = frame(settings, log);
  express.use(
    healthRoutes({
      database: () => background('SELECT 1').then(asOk, () => 'away'),
      migrations: () =>
        missingMigrations(orm, migrations).then(
          (names) => (names.length === 0 ? 'ok' : 'missing'),
          () => 'unknown',
        ),
      live: () => (live.isFollowing() ? 'ok' : 'behind'),
    }),
  );
  express.use(webhookRoutes({ orm, sources, clock, log, wake: () => inbox.wake() }));
  if (developing) express.use(explorerRouter());
  express.use('/graphql', ...graph.handlers);
  express.use(notThere, asJson(log));
  const server = createServer(express);
  const sockets = graphOverSockets(server, {
    schema,
    log,
    introspection: developing,
    authenticate,
    revocations,
    contextOf: (caller) => contextOf(caller),
  });
  const close = async () => {
    await sockets.stop();
    await ended(server);
    await graph.stop();
    await inbox.stop();
    revocations.stop();
    await live.stop();
  };
  return { server, authenticate, inbox, close };
}

function asOk(): string {
  return 'ok';
}

/** What every answer has, whatever the route. */
function frame(settings: Settings, log: Log): Express {
  const app = express();
  app.disable('x-powered-by');
  app.use(helmet());
  if (settings.CORS_ORIGINS.length > 0) app.use(cors({ origin: settings.CORS_ORIGINS, maxAge: 600 }));
  app.use((request, response, next) => {
    response.locals.requestId = randomUUID();
    response.setHeader('X-Request-Id', response.locals.requestId);
    response.setHeader('Cache-Control', 'no-store');
    const startedAt = performance.now();
    response.on('finish', () => {
      // The route, never the URL: ids and secrets stand in URLs.
      const route = String(request.route?.path ?? request.baseUrl.split('/', 2).join('/'));
      const { method } = request;
      const ms = Math.round(performance.now() - startedAt);
      log.debug({ requestId: requestIdOf(response), method, route, status: response.statusCode, ms }, 'answered');
    });
    next();
  });
  return app;
}

function requestIdOf(response: Response): string {
  return String(response.locals.requestId);
}

function notThere(_request: Request, response: Response): void {
  response.status(404).json({ error: 'There is nothing at this address.' });
}

/** Errors of the HTTP layer itself: a body that is too large or is not JSON, a defect. */
function asJson(log: Log) {
  return (error: unknown, _request: Request, response: Response, _next: NextFunction): void => {
    const status = Number((error as { status?: unknown }).status ?? 500);
    const requestId = requestIdOf(response);
    if (status >= 500) log.error({ err: error, requestId }, 'a request failed');
    const message = status === 413 ? 'The request is too large.' : 'The request could not be read.';
    response.status(status).json({ error: status >= 500 ? 'Something went wrong here.' : message, requestId });
  };
}

function ended(server: Server): Promise<void> {
  if (!server.listening) return Promise.resolve();
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeIdleConnections();
  });
}
