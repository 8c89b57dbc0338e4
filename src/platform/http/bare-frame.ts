import { randomUUID } from 'node:crypto';
import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import helmet from 'helmet';
import type { Settings } from '../config.ts';
import type { Log } from '../log.ts';
import { noteAnswer } from './frame.ts';
import type { Metrics } from './metrics.ts';

/** An answer on its way, which Express has no part in. */
export interface BareAnswer {
  requestId: string;
  /** @param headers of this answer, beside those that every answer has; names and values in turn. */
  send(status: number, headers: readonly string[], body: string | Buffer): void;
}

/** Begins an answer to a request of this route. */
export type BareFrame = (request: IncomingMessage, response: ServerResponse, route: string) => BareAnswer;

/**
 * The frame for the one route that is asked thousands of times a second: the same headers, count and log line as
 * `httpFrame` gives, without a chain of middlewares for each request.
 */
export function bareFrame(settings: Settings, log: Log, metrics: Metrics): BareFrame {
  const safe = safeHeaders();
  const origins = new Set(settings.CORS_ORIGINS);
  return (request, response, route) => {
    const requestId = randomUUID();
    const startedAt = performance.now();
    const method = String(request.method);
    response.on('finish', () => {
      noteAnswer({ requestId, method, route, status: response.statusCode, startedAt }, log, metrics);
    });
    return {
      requestId,
      send: (status, headers, body) => {
        const origin = origins.size === 0 ? [] : originHeaders(origins, request.headers.origin);
        const own = ['X-Request-Id', requestId, 'Cache-Control', 'no-store'];
        const length = ['Content-Length', String(Buffer.byteLength(body))];
        response.writeHead(status, [...safe, ...origin, ...own, ...headers, ...length]);
        end(response, body);
      },
    };
  };
}

/** Larger ones go out faster as they are. */
const SMALL = 16 * 1_024;

/** Node sends a text together with the headers in one call of the system, but bytes in a piece of their own. */
function end(response: ServerResponse, body: string | Buffer): void {
  if (typeof body === 'string' || body.length > SMALL) response.end(body);
  else response.end(body.toString('latin1'), 'latin1');
}

/** What helmet says to every request, asked once. */
function safeHeaders(): string[] {
  const headers: string[] = [];
  const request = new IncomingMessage(new Socket());
  const response = new ServerResponse(request);
  response.setHeader = (name, value) => {
    headers.push(name, String(value));
    return response;
  };
  helmet()(request, response, () => undefined);
  return headers;
}

/** As the cors package answers: the origin if it is allowed, and that the answer depends on it. */
function originHeaders(allowed: ReadonlySet<string>, origin: string | undefined): string[] {
  const allows = origin !== undefined && allowed.has(origin);
  return [...(allows ? ['Access-Control-Allow-Origin', origin] : []), 'Vary', 'Origin'];
}
