import { randomUUID } from 'node:crypto';
import cors from 'cors';
import express, { type ErrorRequestHandler, type Express, type Request, type Response } from 'express';
import helmet from 'helmet';
import type { Settings } from '../config.ts';
import type { Log } from '../log.ts';
import type { Metrics } from './metrics.ts';

/** What every answer has, whatever the route: safe headers, a request id, no-store, a count and a log line. */
export function httpFrame(settings: Settings, log: Log, metrics: Metrics): Express {
  const app = express();
  app.disable('x-powered-by');
  app.use(helmet());
  if (settings.CORS_ORIGINS.length > 0) app.use(cors({ origin: settings.CORS_ORIGINS, maxAge: 600 }));
  app.use((request, response, next) => {
    response.locals.requestId = randomUUID();
    response.setHeader('X-Request-Id', response.locals.requestId);
    response.setHeader('Cache-Control', 'no-store');
    const startedAt = performance.now();
    const note = () => noteAnswer(request, response, performance.now() - startedAt, log, metrics);
    response.on('finish', note);
    response.locals.countNow = () => {
      response.off('finish', note);
      note();
    };
    next();
  });
  return app;
}

function noteAnswer(request: Request, response: Response, milliseconds: number, log: Log, metrics: Metrics): void {
  const { method } = request;
  const status = response.statusCode;
  const route = routeOf(request);
  metrics.answered(method, route, status);
  log.debug({ requestId: requestIdOf(response), method, route, status, ms: Math.round(milliseconds) }, 'answered');
}

/** The route as it was declared, never the URL: ids and secrets stand in URLs. */
function routeOf(request: Request): string {
  return request.route === undefined ? 'none' : String(request.route.path);
}

/** Counts and logs an answer as it begins: one that goes on for hours, and ends when its client goes. */
export function countNow(response: Response): void {
  response.locals.countNow();
}

/** The id that follows this request through logs, audit rows and answers. */
export function requestIdOf(response: Response): string {
  return String(response.locals.requestId);
}

/** The last route. */
export function notThere(_request: Request, response: Response): void {
  response.status(404).json({ error: 'There is nothing at this address.' });
}

/** Errors of the HTTP layer itself: a body that is too large or is not JSON, a defect. */
export function errorsAsJson(log: Log): ErrorRequestHandler {
  return (error: { status?: unknown }, _request, response, _next) => {
    const status = typeof error.status === 'number' ? error.status : 500;
    const requestId = requestIdOf(response);
    if (status >= 500) log.error({ err: error, requestId }, 'a request failed');
    response.status(status).json({ error: sentenceFor(status), requestId });
  };
}

function sentenceFor(status: number): string {
  if (status >= 500) return 'Something went wrong here. Quote the requestId when you ask about it.';
  return status === 413 ? 'The request is too large.' : 'The request could not be read.';
}
