import type { IncomingMessage, ServerResponse } from 'node:http';
import { ApolloServer, type ApolloServerOptions, HeaderMap, type HTTPGraphQLResponse } from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginLandingPageDisabled,
} from '@apollo/server/plugin/disabled';
import express, { type Request, type RequestHandler } from 'express';
import { GraphQLError, type GraphQLSchema } from 'graphql';
import type { Context } from '../context.ts';
import type { BareFrame } from '../http/bare-frame.ts';
import { cutEndless } from '../http/cut-endless.ts';
import { requestIdOf } from '../http/frame.ts';
import type { Log } from '../log.ts';
import type { CompiledAnswers } from './compiled/compiled-answers.ts';
import { textOfAnswer } from './compiled/written-data.ts';
import type { Documents } from './documents/documents.ts';
import { textIn, withText } from './documents/with-text.ts';
import { badRequest } from './faults.ts';
import { boundsAndMasks } from './http-plugin.ts';
import { answeringPosts } from './http-post.ts';
import { KnownRequests } from './known-requests.ts';
import type { Budgets } from './limits/budgets.ts';
import type { Charge } from './limits/charging.ts';
import { LIMITS, ownRules, rememberedDocuments } from './pipeline.ts';
import { faultOf } from './shown-error.ts';

export interface GraphOverHttp {
  /** Answers the usual request past Express; false if this is not one, and `handlers` have to. */
  post(request: IncomingMessage, response: ServerResponse): boolean;
  handlers: RequestHandler[];
  stop(): Promise<void>;
}

export interface HttpParts {
  schema: GraphQLSchema;
  log: Log;
  introspection: boolean;
  frame: BareFrame;
  documents: Documents;
  charge: Charge;
  budgets: Budgets;
  /** Null runs everything by graphql-js. */
  compiled: CompiledAnswers | null;
  contextOf(request: IncomingMessage, requestId: string): Promise<Context>;
  /** Asked before anything of a large body is read. */
  mayBringDeliveries(request: IncomingMessage): Promise<boolean>;
}

/** A request for the graph whose body is read. */
export interface GraphRequest {
  message: IncomingMessage;
  requestId: string;
  body: unknown;
  /** If its caller was asked for already. */
  context?: Promise<Context>;
}

/** GraphQL over HTTP: Apollo does the protocol; rules, limits and error masking are the pipeline's. */
export async function graphOverHttp(parts: HttpParts): Promise<GraphOverHttp> {
  const { schema, introspection } = parts;
  const known = new KnownRequests(parts);
  const apollo = new ApolloServer<Context>({
    schema,
    // Apollo's own switch knows only HTTP; the rule for both transports is among ours.
    introspection: true,
    // What Apollo refuses before our plugin hears of it would carry paths of this machine.
    includeStacktraceInErrorResponses: false,
    // Where the schema is not shown, suggestions of field names would show it.
    hideSchemaDetailsFromClientErrors: !introspection,
    allowBatchedHttpRequests: false,
    // All three ways find persisted documents in ours.
    persistedQueries: false,
    documentStore: documentStore(),
    parseOptions: { maxTokens: LIMITS.tokens },
    validationRules: ownRules(introspection),
    stopOnTerminationSignals: false,
    stringifyResult: textOfAnswer,
    plugins: [
      // It looks at every field of every answer; Cache-Control is no-store throughout.
      ApolloServerPluginCacheControlDisabled(),
      // Apollo's own page loads from a CDN.
      ApolloServerPluginLandingPageDisabled(),
      boundsAndMasks(parts, known),
    ],
  });
  await apollo.start();
  const ask = asking(apollo, parts, known);
  return {
    post: answeringPosts(parts, ask, known),
    handlers: [bodyReader(parts.mayBringDeliveries), inExpress(ask)],
    stop: () => apollo.stop(),
  };
}

/** Apollo's own holds 30 MB of documents as JSON, and several times that of memory. */
function documentStore(): NonNullable<ApolloServerOptions<Context>['documentStore']> {
  const documents = rememberedDocuments();
  return {
    get: async (key) => documents.get(key),
    set: async (key, document) => documents.set(key, document),
    delete: async () => undefined,
  };
}

const NO_DOCUMENT =
  'Nothing is asked for. Send `Content-Type: application/json` and JSON such as {"query": "{ __typename }"}, or a `documentId`.';

/** A list, or a `query` that is no text, is another mistake, for which Apollo has words. */
function isWithoutDocument({ method, body }: { method: string; body: unknown }): boolean {
  if (method !== 'POST') return false;
  if (typeof body !== 'object' || body === null) return true;
  return !Array.isArray(body) && (body as { query?: unknown }).query == null;
}

/** Answers one request. Rejects only if Apollo itself breaks. */
export type Ask = (request: GraphRequest) => Promise<HTTPGraphQLResponse>;

function asking(apollo: ApolloServer<Context>, parts: HttpParts, known: KnownRequests): Ask {
  const { contextOf, documents, budgets, log } = parts;
  return ({ message, requestId, body, context: begun }) => {
    const { method = '', url = '' } = message;
    const query = url.indexOf('?');
    const search = query === -1 ? '' : url.slice(query);
    const httpGraphQLRequest = { method, headers: headersOf(message), search, body };
    const context = async () => {
      const found = await (begun ?? contextOf(message, requestId));
      // Not before it is known who asks.
      Object.assign(httpGraphQLRequest, withText(documents, httpGraphQLRequest));
      if (isWithoutDocument(httpGraphQLRequest)) throw badRequest(400, NO_DOCUMENT);
      const text = textIn(httpGraphQLRequest);
      if (text !== undefined && !known.hasDocument(text)) await budgets.chargeReading(found.caller, text);
      return found;
    };
    return apollo.executeHTTPGraphQLRequest({
      httpGraphQLRequest,
      // Whatever is thrown here goes out as it is, past the plugin.
      context: () =>
        context().catch((error: unknown) => {
          throw faultOf(error, requestId, log);
        }),
    });
  };
}

function headersOf({ headers }: IncomingMessage): HeaderMap {
  const map = new HeaderMap();
  for (const name in headers) {
    const value = headers[name];
    if (value !== undefined) map.set(name, Array.isArray(value) ? value.join(', ') : value);
  }
  return map;
}

/** The text of an answer. Nothing in the schema is delivered in parts. */
export function textOf({ body }: HTTPGraphQLResponse): string {
  if (body.kind === 'complete') return body.string;
  throw new Error('An answer came in parts, and no directive of ours asks for that.');
}

/** Everything but the usual request: by GET, large, compressed, in another character set, or wrong. */
function inExpress(ask: Ask): RequestHandler {
  return async (request, response) => {
    const answer = await ask({ message: request, requestId: requestIdOf(response), body: request.body });
    for (const [name, value] of answer.headers) response.setHeader(name, value);
    response.statusCode = answer.status ?? 200;
    const text = textOf(answer);
    response.setHeader('content-length', Buffer.byteLength(text));
    // Not `send`, which would hash each answer for an ETag that nobody may keep.
    response.end(text);
  };
}

/** Reads JSON; a large body only of somebody who may send one, which is asked before anything of it is read. */
function bodyReader(mayBringDeliveries: (request: Request) => Promise<boolean>): RequestHandler {
  const usual = cutEndless(express.json({ limit: LIMITS.bytes }));
  const large = cutEndless(express.json({ limit: LIMITS.bytesWithDelivery }));
  return async (request, response, next) => {
    const isLarge = Number(request.headers['content-length']) > LIMITS.bytes;
    const mayBe = isLarge && (await mayBringDeliveries(request).catch(notIfUnknown));
    (mayBe ? large : usual)(request, response, next);
  };
}

function notIfUnknown(error: unknown): false {
  if (error instanceof GraphQLError) return false;
  throw error;
}
