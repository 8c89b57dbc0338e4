import { type ExecutionArgs, type ExecutionResult, execute, getOperationAST, getVariableValues } from 'graphql';
import type { Context } from '../../context.ts';
import type { CompiledAnswers } from './compiled-answers.ts';

/** Runs a query or a mutation. */
export type RunOperation = (args: ExecutionArgs) => Promise<ExecutionResult>;

/**
 * For sockets and event streams, whose protocols make the text of a message themselves: reading a written answer back
 * is still much less work than walking the rows field by field.
 */
export function runningOperations(compiled: CompiledAnswers | null): RunOperation {
  return async (args) => {
    const { document, operationName, contextValue } = args;
    const variables = compiled === null ? undefined : coercedVariables(args);
    if (compiled === null || variables === undefined) return execute(args);
    const context = contextValue as Context;
    const written = await compiled.answer({ document, operationName, variables, context });
    return written === null ? execute(args) : { data: JSON.parse(written.toString()) };
  };
}

function coercedVariables({ schema, document, operationName, variableValues }: ExecutionArgs) {
  const definitions = getOperationAST(document, operationName)?.variableDefinitions ?? [];
  return getVariableValues(schema, definitions, variableValues ?? {}).coerced;
}
