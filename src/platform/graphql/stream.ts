import express, { type Request, type RequestHandler, type Response } from 'express';
import type { ExecutionResult } from 'graphql';
import { cutEndless } from '../http/cut-endless.ts';
import { countNow, requestIdOf } from '../http/frame.ts';
import type { Log } from '../log.ts';
import type { RunOperation } from './compiled/run-operation.ts';
import { retryLater } from './faults.ts';
import type { LiveOperations } from './live-operations.ts';
import { LIMITS } from './pipeline.ts';
import { faultOf, shownError } from './shown-error.ts';
import { KEEP_ALIVE_MS, StreamOutlet } from './stream-outlet.ts';
import { readStreamRequest, type StreamGate, type StreamRequest } from './stream-request.ts';

/** When those may come again who came while the server stops, in milliseconds. */
const COME_AGAIN_MS = 1_000;

export interface GraphOverStreams {
  /** For one path and all methods. */
  handlers: RequestHandler[];
  /** Ends live streams without `complete`, so that their clients go on elsewhere; resolves when they are gone. */
  stop(): Promise<void>;
}

export interface StreamParts extends StreamGate {
  log: Log;
  live: LiveOperations;
  run: RunOperation;
}

/**
 * GraphQL over server-sent events, one operation a request ("distinct connections"), through the same rules, limits and
 * masks as sockets. An event's id is its cursor, and `Last-Event-ID` counts before the live field's own `after`: who
 * comes back by itself repeats its first request, and has read further since.
 */
export function graphOverStreams(parts: StreamParts): GraphOverStreams {
  const live = new Set<StreamOutlet>();
  let isStopping = false;
  const timer = setInterval(() => {
    for (const outlet of live) outlet.keepAlive();
  }, KEEP_ALIVE_MS).unref();
  const serve = async (request: Request, response: Response) => {
    const asked = await readStreamRequest(parts, request, requestIdOf(response));
    if (isStopping) throw retryLater(COME_AGAIN_MS);
    // Whoever is gone by now would never be heard to go.
    if (response.destroyed) return;
    const outlet = new StreamOutlet(response, (error) => shownError(error, requestIdOf(response), parts.log));
    if ('errors' in asked) return outlet.finish(asked);
    if (asked.kind !== 'subscription') return answer(outlet, asked, parts.run);
    live.add(outlet);
    outlet.gone.then(() => live.delete(outlet));
    countNow(response);
    return follow(parts, asked, outlet);
  };
  const handler: RequestHandler = (request, response) =>
    serve(request, response).catch((error: unknown) => refuse(request, response, error, parts.log));
  const stop = async () => {
    isStopping = true;
    clearInterval(timer);
    await Promise.all([...live].map((outlet) => outlet.leave()));
  };
  return { handlers: [cutEndless(express.json({ limit: LIMITS.bytes })), handler], stop };
}

/** In the form of /graphql. */
function refuse(request: Request, response: Response, error: unknown, log: Log): void {
  const fault = faultOf(error, requestIdOf(response), log);
  const { http, ...extensions } = fault.extensions as { http?: { status: number; headers?: Map<string, string> } };
  const status = http?.status ?? 500;
  if (http?.headers !== undefined) response.setHeaders(http.headers);
  if (status === 405) response.setHeader('Allow', request.method === 'GET' ? 'POST' : 'GET, POST');
  response.status(status).json({ errors: [{ message: fault.message, extensions }] });
}

async function answer(outlet: StreamOutlet, { args, cost }: StreamRequest, run: RunOperation): Promise<void> {
  try {
    outlet.finish({ ...(await run(args)), extensions: { cost } });
  } catch (error) {
    outlet.fail(error);
  }
}

/** Runs a live operation until it, its client, its token or the server ends it. */
async function follow(
  { live, tokens, unknown }: StreamParts,
  asked: StreamRequest,
  outlet: StreamOutlet,
): Promise<void> {
  for (const watch of [tokens, unknown]) outlet.gone.then(watch.watch(asked.caller, () => void outlet.leave()));
  try {
    const begun = await live.begin({ ...asked, outlet });
    outlet.open();
    if (begun.kind === 'told') outlet.gone.then(begun.leave);
    else if (begun.kind === 'refused') outlet.finish(begun.result);
    else await bring(begun.answers, outlet);
  } catch (error) {
    outlet.fail(error);
  }
}

/** Fetches answers as fast as the client takes them. */
async function bring(answers: AsyncIterableIterator<ExecutionResult>, outlet: StreamOutlet): Promise<void> {
  outlet.gone.then(() => answers.return?.());
  for await (const result of answers) {
    outlet.answer(result);
    await outlet.drained();
  }
  outlet.complete();
}
