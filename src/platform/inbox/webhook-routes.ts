import express, { type ErrorRequestHandler, type Request, type RequestHandler, Router } from 'express';
import type { Clock } from '../clock.ts';
import type { Orm } from '../database/connect.ts';
import type { Log } from '../log.ts';
import { acceptDelivery } from './accept-delivery.ts';
import type { InboxSource, WebhookRequest } from './inbox-source.ts';

/** Largest body that is read. */
const BODY_LIMIT = '1mb';

/** Seconds after which a sender may try again when nothing could be stored. */
const RETRY_AFTER_SECONDS = 5;

export interface WebhookRoutesOptions<Tables> {
  orm: Orm;
  sources: InboxSource<Tables>[];
  clock: Clock;
  log: Log;
  /** Called after each stored delivery; the worker's `wake`. */
  wake: () => void;
}

/**
 * The addresses that senders post to. 200 `{received: true}` only after the delivery is durably stored, a repeat
 * included; the source's refusal as it is; 413 over 1 MB; 503 with Retry-After if it could not be stored.
 * Neither answers nor log lines hold anything of a body or an address.
 */
export function webhookRoutes<Tables>(options: WebhookRoutesOptions<Tables>): Router {
  const router = Router();
  const readRaw = express.raw({ type: () => true, limit: BODY_LIMIT });
  for (const source of options.sources) {
    router.post(source.paths, noStore, readRaw, receive(source, options), answerFault(source, options));
  }
  return router;
}

const noStore: RequestHandler = (_request, response, next) => {
  response.set('Cache-Control', 'no-store');
  next();
};

function receive<Tables>(source: InboxSource<Tables>, options: WebhookRoutesOptions<Tables>): RequestHandler {
  const { orm, clock, log, wake } = options;
  return async (request, response) => {
    const answer = await acceptDelivery(orm, source, asWebhook(request), clock.now());
    if ('status' in answer) {
      log.warn({ sourceSystem: source.sourceSystem, status: answer.status, reason: answer.error }, 'webhook refused');
      response.status(answer.status).json({ error: answer.error });
      return;
    }
    if (!answer.isRepeat) wake();
    response.json({ received: true });
  };
}

function asWebhook(request: Request): WebhookRequest {
  const { event } = request.params;
  // An empty body leaves `body` undefined.
  const rawBody = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
  return { rawBody, headers: request.headers, event: typeof event === 'string' ? event : null, query: request.query };
}

/** Faults of reading the body are the sender's (4xx); any other means that nothing was stored. */
function answerFault<Tables>(source: InboxSource<Tables>, { log }: WebhookRoutesOptions<Tables>): ErrorRequestHandler {
  return (error: { status?: unknown }, _request, response, _next) => {
    const ours = typeof error.status !== 'number' || error.status >= 500;
    const status = ours ? 503 : (error.status as number);
    log[ours ? 'error' : 'warn']({ err: error, sourceSystem: source.sourceSystem, status }, 'webhook not stored');
    if (ours) response.set('Retry-After', String(RETRY_AFTER_SECONDS));
    response.status(status).json({ error: faultText(status) });
  };
}

function faultText(status: number): string {
  if (status === 503) return 'The delivery could not be stored. Send it again.';
  if (status === 413) return 'The body is larger than 1 MB.';
  return 'The body could not be read.';
}
