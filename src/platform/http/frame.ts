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
  // Nothing may be kept (no-store), so there is nothing to compare with later.
  app.disable('etag');
  app.use(helmet());
  if (settings.CORS_ORIGINS.length > 0) app.use(cors({ origin: settings.CORS_ORIGINS, maxAge: 600 }));
  app.use((request, response, next) => {
    response.locals.requestId = randomUUID();
    response.setHeader('X-Request-Id', response.locals.requestId);
    response.setHeader('Cache-Control', 'no-store');
    const startedAt = performance.now();
    const note = () => {
      const { method } = request;
      const [route, status] = [routeOf(request), response.statusCode];
      noteAnswer({ requestId: requestIdOf(response), method, route, status, startedAt }, log, metrics);
    };
    response.on('finish', note);
    response.locals.countNow = () => {
      response.off('finish', note);
      note();
    };
    next();
  });
  return app;
}

interface Answered {
  requestId: string;
  method: string;
  route: string;
  status: number;
  startedAt: number;
}

/** Counts and logs one answer of the HTTP layer. */
export function noteAnswer({ startedAt, ...answered }: Answered, log: Log, metrics: Metrics): void {
  const { method, route, status } = answered;
  metrics.answered(method, route, status);
  log.debug({ ...answered, ms: Math.round(performance.now() - startedAt) }, 'answered');
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
  return (error: ReadFailure, _request, response, _next) => {
    const { status, body } = failureOf(error, requestIdOf(response), log);
    response.status(status).json(body);
  };
}

/** What an error of the HTTP layer is answered with, in the form of the graph's answers; logs what is a defect here. */
export function failureOf(error: ReadFailure, requestId: string, log: Log) {
  const status = typeof error.status === 'number' ? error.status : 500;
  if (status >= 500) log.error({ err: error, requestId }, 'a request failed');
  const code = status >= 500 ? 'INTERNAL_SERVER_ERROR' : 'BAD_REQUEST';
  return { status, body: { errors: [{ message: sentenceFor(status, error), extensions: { code, requestId } }] } };
}

/** What readers of bodies throw. */
interface ReadFailure {
  status?: unknown;
  /** The most bytes that are read, where there were more. */
  limit?: unknown;
}

function sentenceFor(status: number, { limit }: ReadFailure): string {
  if (status >= 500) return 'Something went wrong here. Quote the requestId when you ask about it.';
  if (status === 413) return `The request is larger than ${Number(limit) / 1_024} kB, which is the most that is read.`;
  if (status === 415) return 'Send the body in UTF-8, either as it is or compressed with gzip, deflate or br.';
  return 'The body could not be read. Send a JSON object such as {"query": "{ __typename }"}, as long as Content-Length says.';
}
