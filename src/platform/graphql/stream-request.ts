import type { Request } from 'express';
import { type GraphQLError, type GraphQLSchema, getOperationAST } from 'graphql';
import { z } from 'zod';
import type { Caller } from '../access/caller.ts';
import type { TokenWatch } from '../access/token-watch.ts';
import type { UnknownCustomers } from '../access/unknown-customers.ts';
import { badRequest, unauthenticated } from './faults.ts';
import type { Admit } from './limits/admit.ts';
import type { MayRun, Operation, Prepare } from './operation.ts';
import { resumeFrom } from './resume-from.ts';

/** What a request for a stream is judged by. */
export interface StreamGate {
  schema: GraphQLSchema;
  admit: Admit;
  tokens: TokenWatch;
  unknown: UnknownCustomers;
  prepare: Prepare;
}

/** An operation that may run. */
export interface StreamRequest extends MayRun {
  kind: 'query' | 'mutation' | 'subscription';
  caller: Caller;
}

/**
 * Reads a request for an event stream. What is wrong with the operation is told on the stream, as the protocol wants.
 * @throws what the request is refused with before there is a stream: 400, 401, 405, 406, 415, 429, 503
 */
export async function readStreamRequest(
  { schema, admit, tokens, prepare }: StreamGate,
  request: Request,
  requestId: string,
): Promise<StreamRequest | { errors: GraphQLError[] }> {
  checkHeaders(request);
  const caller = await admit(request);
  // It may have been revoked while we asked.
  if (!tokens.isValid(caller)) throw unauthenticated('The token was revoked.');
  const prepared = await prepare(operationOf(request), caller, requestId);
  if ('errors' in prepared) return orThrowLimit(prepared);
  const { args } = prepared;
  const kind = getOperationAST(args.document, args.operationName)?.operation ?? 'query';
  if (kind === 'mutation' && request.method === 'GET') throw badRequest(405, 'Send mutations by POST.');
  const lastId = request.get('Last-Event-ID');
  const document = kind === 'subscription' && lastId ? resumeFrom(schema, args.document, lastId) : args.document;
  return { ...prepared, kind, caller, args: { ...args, document } };
}

/** Whoever asks too much gets no stream: programs on the way know what 429 means, and an EventSource stays away. */
function orThrowLimit(prepared: { errors: GraphQLError[] }): { errors: GraphQLError[] } {
  const limit = prepared.errors.find(({ extensions }) => extensions.code === 'RATE_LIMITED');
  if (limit !== undefined) throw limit;
  return prepared;
}

/** No form of a browser can send what is asked for here. */
function checkHeaders(request: Request): void {
  if (!['GET', 'POST'].includes(request.method)) throw badRequest(405, 'Send GET or POST.');
  const accepted = (request.get('Accept') ?? '').split(',').map(mediaType);
  if (!accepted.includes('text/event-stream')) throw badRequest(406, 'Send "Accept: text/event-stream".');
  if (request.method === 'POST' && mediaType(request.get('Content-Type') ?? '') !== 'application/json') {
    throw badRequest(415, 'Send JSON as "Content-Type: application/json".');
  }
}

function mediaType(header: string): string {
  return (header.split(';', 1)[0] ?? '').trim().toLowerCase();
}

const OPERATION = z.object({
  query: z.string().optional(),
  documentId: z.string().nullish(),
  extensions: z.record(z.string(), z.unknown()).nullish(),
  variables: z.record(z.string(), z.unknown()).nullish(),
  operationName: z.string().nullish(),
});

function operationOf(request: Request): Operation {
  const { data } = OPERATION.safeParse(request.method === 'GET' ? inUrl(request) : request.body);
  const { query, documentId, extensions } = data ?? {};
  if (data !== undefined && (query ?? documentId ?? extensions?.persistedQuery) != null) return data;
  throw badRequest(
    400,
    'Send `query` or `documentId` as text; `variables` as an object and `operationName` as text are optional.',
  );
}

function inUrl({ query }: Request): object {
  try {
    const [variables, extensions] = [query.variables, query.extensions].map((text) =>
      JSON.parse(String(text ?? 'null')),
    );
    return { ...query, variables, extensions };
  } catch {
    throw badRequest(400, 'The `variables` or `extensions` in the URL are not JSON.');
  }
}
