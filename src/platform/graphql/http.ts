import { ApolloServer, type ApolloServerPlugin } from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginLandingPageDisabled,
} from '@apollo/server/plugin/disabled';
import { expressMiddleware } from '@as-integrations/express5';
import express, { type Request, type RequestHandler, type Response } from 'express';
import type { GraphQLError, GraphQLSchema } from 'graphql';
import type { Context } from '../context.ts';
import type { Log } from '../log.ts';
import { needsASocket } from './faults.ts';
import { checkCost, LIMITS, shownError, validationRules } from './pipeline.ts';

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
): Promise<GraphOverHttp> {
  const apollo = new ApolloServer<Context>({
    schema,
    introspection: true,
    includeStacktraceInErrorResponses: true,
    allowBatchedHttpRequests: false,
    parseOptions: { maxTokens: LIMITS.tokens },
    validationRules: validationRules(introspection),
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
  const middleware = expressMiddleware(apollo, { context: ({ req, res }) => contextOf(req, res) });
  return { handlers: [express.json({ limit: LIMITS.bytes }), middleware], stop: () => apollo.stop() };
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
