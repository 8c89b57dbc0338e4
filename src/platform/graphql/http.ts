import { ApolloServer, type ApolloServerPlugin } from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginLandingPageDisabled,
} from '@apollo/server/plugin/disabled';
import { expressMiddleware } from '@as-integrations/express5';
import express, { type Request, type RequestHandler, type Response } from 'express';
import { GraphQLError, type GraphQLSchema } from 'graphql';
import type { Context } from '../context.ts';
import { cutEndless } from '../http/cut-endless.ts';
import type { Log } from '../log.ts';
import { needsASocket } from './faults.ts';
import { checkCost, LIMITS, ownRules } from './pipeline.ts';
import { faultOf, shownError } from './shown-error.ts';

export interface GraphOverHttp {
  handlers: RequestHandler[];
  stop(): Promise<void>;
}

/** GraphQL over HTTP: Apollo does the protocol; rules, limits and error masking are the pipeline's. */
export async function graphOverHttp(
  schema: GraphQLSchema,
  log: Log,
  introspection: boolean,
  contextOf: (request: Request, response: Response) => Promise<Context>,
  mayBringDeliveries: (request: Request) => Promise<boolean>,
): Promise<GraphOverHttp> {
  const apollo = new ApolloServer<Context>({
    schema,
    // Apollo's own switch knows only HTTP; the rule for both transports is among ours.
    introspection: true,
    // What Apollo refuses before our plugin hears of it would carry paths of this machine.
    includeStacktraceInErrorResponses: false,
    // Where the schema is not shown, suggestions of field names would show it.
    hideSchemaDetailsFromClientErrors: !introspection,
    allowBatchedHttpRequests: false,
    parseOptions: { maxTokens: LIMITS.tokens },
    validationRules: ownRules(introspection),
    stopOnTerminationSignals: false,
    plugins: [
      // It looks at every field of every answer; Cache-Control is no-store throughout.
      ApolloServerPluginCacheControlDisabled(),
      // Apollo's own page loads from a CDN.
      ApolloServerPluginLandingPageDisabled(),
      boundsAndMasks(log),
    ],
  });
  await apollo.start();
  // Whatever is thrown here goes out as it is, past the plugin.
  const context = ({ req, res }: { req: Request; res: Response }) =>
    contextOf(req, res).catch((error: unknown) => {
      throw faultOf(error, String(res.locals.requestId), log);
    });
  const middleware = expressMiddleware(apollo, { context });
  return { handlers: [bodyReader(mayBringDeliveries), middleware], stop: () => apollo.stop() };
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

function boundsAndMasks(log: Log): ApolloServerPlugin<Context> {
  return {
    async requestDidStart({ contextValue }) {
      return {
        async didResolveOperation({ schema, document, request, operation }) {
          if (operation?.operation === 'subscription') throw needsASocket();
          checkCost(schema, document, request.variables ?? {}, request.operationName);
        },
        async willSendResponse({ response, errors }) {
          if (errors === undefined || response.body.kind !== 'single') return;
          const shown = errors.map((error) => shownError(error as GraphQLError, contextValue.requestId, log));
          response.body.singleResult.errors = shown;
        },
      };
    },
  };
}
