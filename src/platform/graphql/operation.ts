import { type ExecutionArgs, GraphQLError, type GraphQLSchema } from 'graphql';
import type { Caller } from '../access/caller.ts';
import type { Context } from '../context.ts';
import type { DocumentAsked, Documents } from './documents/documents.ts';
import type { Budgets, Cost } from './limits/budgets.ts';
import type { Charge } from './limits/charging.ts';
import { readDocument, rememberedDocuments } from './pipeline.ts';

/** What a client asks for. */
export interface Operation extends DocumentAsked {
  variables?: Record<string, unknown> | null;
  operationName?: string | null;
}

/** An operation that may run, with the text of its document and what was charged for it. */
export interface MayRun {
  args: ExecutionArgs;
  text: string;
  cost: Cost;
}

/** If it may not, what is wrong with it; `shownError` says what of that may be shown. */
export type Prepared = MayRun | { errors: GraphQLError[] };

export type Prepare = (operation: Operation, caller: Caller, requestId: string) => Promise<Prepared>;

export interface PrepareParts {
  schema: GraphQLSchema;
  introspection: boolean;
  documents: Documents;
  charge: Charge;
  budgets: Budgets;
  contextOf(caller: Caller, requestId?: string): Context;
}

/** What is done for HTTP beside Apollo, for sockets and event streams: find, parse, validate, weigh, charge. */
export function preparing(parts: PrepareParts): Prepare {
  const { schema, documents, charge, contextOf } = parts;
  const known = rememberedDocuments();
  const readNew = async (text: string, caller: Caller) => {
    await parts.budgets.chargeReading(caller, text);
    const found = readDocument(schema, text, parts.introspection);
    if ('document' in found) known.set(text, found.document);
    return found;
  };
  return async ({ variables, operationName, ...asked }, caller, requestId) => {
    try {
      const text = documents.textOf(asked) ?? '';
      const remembered = known.get(text);
      const found = remembered === undefined ? await readNew(text, caller) : { document: remembered };
      if ('errors' in found) return found;
      const { document } = found;
      documents.learn(text, caller);
      const variableValues = variables ?? {};
      const { cost } = await charge(caller, { document, variables, operationName });
      const contextValue = contextOf(caller, requestId);
      const args = { schema, document, variableValues, operationName: operationName ?? null, contextValue };
      return { args, text, cost };
    } catch (error) {
      if (error instanceof GraphQLError) return { errors: [error] };
      return { errors: [new GraphQLError('Could not begin', { originalError: error as Error })] };
    }
  };
}
