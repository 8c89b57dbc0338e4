import { type ExecutionArgs, GraphQLError, type GraphQLSchema } from 'graphql';
import type { Caller } from '../access/caller.ts';
import type { Context } from '../context.ts';
import { checkCost, documentReader } from './pipeline.ts';

/** What a client asks for. */
export interface Operation {
  query: string;
  variables?: Record<string, unknown> | null;
  operationName?: string | null;
}

/** An operation that may run, or what is wrong with it; `shownError` says what of that may be shown. */
export type Prepared = { args: ExecutionArgs } | { errors: GraphQLError[] };

export type Prepare = (operation: Operation, caller: Caller, requestId: string) => Prepared;

/** What Apollo does for HTTP, for sockets and event streams: parse, validate, weigh, under the same rules and limits. */
export function preparing(
  schema: GraphQLSchema,
  introspection: boolean,
  contextOf: (caller: Caller, requestId?: string) => Context,
): Prepare {
  const read = documentReader(schema, introspection);
  return ({ query, variables, operationName }, caller, requestId) => {
    try {
      const found = read(query);
      if ('errors' in found) return found;
      const { document } = found;
      const variableValues = variables ?? {};
      checkCost(schema, document, variableValues, operationName);
      const contextValue = contextOf(caller, requestId);
      return { args: { schema, document, variableValues, operationName: operationName ?? null, contextValue } };
    } catch (error) {
      if (error instanceof GraphQLError) return { errors: [error] };
      return { errors: [new GraphQLError('Could not begin', { originalError: error as Error })] };
    }
  };
}
