import express, { type ErrorRequestHandler, type Request, type RequestHandler, Router } from 'express';
import type { Clock } from '../clock.ts';
import { cutEndless } from '../http/cut-endless.ts';
import type { Log } from '../log.ts';
import { examineDelivery } from './accept-delivery.ts';
import { type InboxSource, LARGEST_BODY, type WebhookRequest } from './inbox-source.ts';
import type { SharedInserts } from './shared-inserts.ts';

/** Seconds after which a sender may try again when nothing could be stored. */
const RETRY_AFTER_SECONDS = 5;

const RECEIVED = JSON.stringify({ received: true });

export interface WebhookRoutesOptions<Tables> {
  inserts: SharedInserts;
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
  const readRaw = cutEndless(express.raw({ type: () => true, limit: LARGEST_BODY }));
  for (const source of options.sources) {
    router.post(source.paths, noStore, readRaw, receive(source, options), answerFault(source, options));
  }
  return router;
}

const noStore: RequestHandler = (_request, response, next) => {
  response.set('Cache-Control', 'no-store');
  next();
};

function receive<Tables>(
  source: InboxSource<Tables>,
  { inserts, clock, log, wake }: WebhookRoutesOptions<Tables>,
): RequestHandler {
  const { sourceSystem } = source;
  return async (request, response) => {
    const webhook = asWebhook(request);
    const examined = examineDelivery(source, webhook, clock.now());
    if ('status' in examined) {
      log.warn({ sourceSystem, status: examined.status, reason: examined.error }, 'webhook refused');
      response.status(examined.status).json({ error: examined.error });
      return;
    }
    const isRepeat = await inserts.store(examined, webhook.rawBody.length);
    if (!isRepeat) wake();
    // Not `json`, which makes an ETag of every answer: nobody asks for this one twice.
    response.type('json').end(RECEIVED);
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
  if (status === 413) return 'The body is larger than 1 MB. Send each event by itself.';
  if (status === 415) return 'The Content-Encoding is not known here. Send the body plain, or as gzip, deflate or br.';
  return 'The body could not be read. It must be as long as Content-Length says, and encoded as Content-Encoding says.';
}
