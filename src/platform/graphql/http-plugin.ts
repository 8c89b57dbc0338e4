import { type ApolloServerPlugin, HeaderMap } from '@apollo/server';
import type { GraphQLError } from 'graphql';
import type { Context } from '../context.ts';
import { WrittenData } from './compiled/written-data.ts';
import { needsASocket } from './faults.ts';
import type { HttpParts } from './http.ts';
import type { KnownRequests } from './known-requests.ts';
import type { Charged } from './limits/charging.ts';
import { shownError } from './shown-error.ts';

/** What is ours in Apollo's way of a request: what it costs, the compiled answer, and what may be shown of errors. */
export function boundsAndMasks(
  { log, charge, compiled, documents }: HttpParts,
  known: KnownRequests,
): ApolloServerPlugin<Context> {
  return {
    async requestDidStart({ contextValue }) {
      let charged: Charged | undefined;
      return {
        async didResolveOperation({ document, source, request: { variables, operationName }, operation }) {
          known.learnDocument(source, document);
          documents.learn(source, contextValue.caller);
          if (operation?.operation === 'subscription') throw needsASocket();
          charged = contextValue.charged ?? (await charge(contextValue.caller, { document, variables, operationName }));
        },
        async responseForOperation({ document, request: { operationName } }) {
          if (compiled === null || charged === undefined) return null;
          const { variables } = charged;
          const written = await compiled.answer({ document, operationName, variables, context: contextValue });
          if (written === null) return null;
          known.learnWritten(document);
          const singleResult = { data: new WrittenData(written.toString()) as unknown as Record<string, unknown> };
          return { http: { status: undefined, headers: new HeaderMap() }, body: { kind: 'single', singleResult } };
        },
        async willSendResponse({ response, errors }) {
          if (response.body.kind !== 'single') return;
          if (charged !== undefined) response.body.singleResult.extensions = { cost: charged.cost };
          if (errors === undefined) return;
          const shown = errors.map((error) => shownError(error as GraphQLError, contextValue.requestId, log));
          response.body.singleResult.errors = shown;
        },
      };
    },
  };
}
