import type { DocumentNode, GraphQLSchema } from 'graphql';
import { type Caller, levelOf } from '../../access/caller.ts';
import { statementsOf } from '../../read/plan/statements-of.ts';
import type { Values } from '../cost/points.ts';
import { Scales, type Weighed } from '../cost/scales.ts';
import type { Budgets, Cost } from './budgets.ts';

/** What is asked to run: of a valid document, the operation of that name. */
export interface Chargeable {
  document: DocumentNode;
  /** As the client gave them. */
  variables?: Record<string, unknown> | null;
  operationName?: string | null;
}

/**
 * Weighs an operation and charges its caller, before any of it is run.
 * @throws RATE_LIMITED, QUERY_TOO_COMPLEX, BAD_USER_INPUT on bad variables, OPERATION_RESOLUTION_FAILURE
 */
export type Charge = (caller: Caller, operation: Chargeable) => Promise<Charged>;

export interface Charged {
  cost: Cost;
  /** The variables, coerced. */
  variables: Values;
}

export function charging(schema: GraphQLSchema, budgets: Budgets): Charge {
  const scales = new Scales(schema);
  return async (caller, { document, variables, operationName }) => {
    const { cost: points, ...weighed } = scales.weigh(document, variables ?? {}, operationName);
    const charged = await budgets.charge(caller, points);
    return { cost: withStatements(schema, charged, weighed, caller), variables: weighed.variables };
  };
}

/** Only what queries read is planned before it is run. Who a customer's token is for takes a statement of its own. */
function withStatements(
  schema: GraphQLSchema,
  cost: Cost,
  { operation, fragments, variables }: Omit<Weighed, 'cost'>,
  caller: Caller,
): Cost {
  if (operation.operation !== 'query') return cost;
  const asked = { schema, operation, fragments, variableValues: variables };
  return { ...cost, statements: statementsOf(asked, levelOf(caller)) + (caller.role === 'customer' ? 1 : 0) };
}
