import {
  type DocumentNode,
  type FragmentDefinitionNode,
  type GraphQLSchema,
  getOperationAST,
  getVariableValues,
  Kind,
  type OperationDefinitionNode,
} from 'graphql';
import { badVariables, noSuchOperation, tooComplex } from '../faults.ts';
import { LIMITS } from '../pipeline.ts';
import { coerceLeaves, type LeafVariable, leafVariables } from './coerce-leaves.ts';
import { neverNull } from './never-null.ts';
import { type Points, pointsFor, type Values } from './points.ts';
import { priceOfOperation } from './price-operation.ts';

/** What an operation costs, known before it runs. */
export interface Weighed {
  /** Points. */
  cost: number;
  /** The variables, coerced. */
  variables: Values;
  operation: OperationDefinitionNode;
  fragments: Record<string, FragmentDefinitionNode>;
}

interface Price extends Pick<Weighed, 'operation' | 'fragments'> {
  points: Points;
  /** Variables that may not be null, whatever their type says. */
  neverNull: readonly string[];
  /** Its variables, if all are of leaf types. */
  leaves: readonly LeafVariable[] | null;
}

const NONE: Values = {};

/** Weighs operations of one schema. A document is walked once; then only the variables that sizes follow from are looked at. */
export class Scales {
  readonly #schema: GraphQLSchema;
  readonly #prices = new WeakMap<DocumentNode, Map<string | null, Price>>();

  constructor(schema: GraphQLSchema) {
    this.#schema = schema;
  }

  /**
   * @param variables as the client gave them.
   * @throws QUERY_TOO_COMPLEX over the limit, BAD_USER_INPUT on bad variables, OPERATION_RESOLUTION_FAILURE if there is
   * no such operation.
   */
  weigh(document: DocumentNode, variables: Record<string, unknown>, operationName?: string | null): Weighed {
    const price = this.#priceOf(document, operationName ?? null);
    const values = (price.operation.variableDefinitions ?? []).length === 0 ? NONE : this.#coerced(price, variables);
    const cost = pointsFor(price.points, values);
    if (cost > LIMITS.cost) {
      const message = `This operation costs ${cost} points; ${LIMITS.cost} are allowed. Ask for fewer rows or levels.`;
      throw tooComplex(message, { cost, limit: LIMITS.cost });
    }
    return { cost, variables: values, operation: price.operation, fragments: price.fragments };
  }

  #priceOf(document: DocumentNode, name: string | null): Price {
    const prices = this.#prices.get(document) ?? new Map<string | null, Price>();
    const known = prices.get(name);
    if (known !== undefined) return known;
    // Only what is there is remembered: a client may make up as many names as it likes.
    const operation = getOperationAST(document, name);
    if (!operation) throw noSuchOperation(name);
    const price = {
      operation,
      fragments: fragmentsOf(document),
      points: priceOfOperation(this.#schema, document, operation),
      neverNull: neverNull(this.#schema, document, operation),
      leaves: leafVariables(this.#schema, operation),
    };
    this.#prices.set(document, prices.set(name, price));
    return price;
  }

  #coerced({ operation, neverNull, leaves }: Price, variables: Record<string, unknown>): Values {
    const coerced = (leaves && coerceLeaves(leaves, variables)) ?? this.#coercedByLibrary(operation, variables);
    const missing = neverNull.find((name) => coerced[name] === null);
    if (missing !== undefined) throw badVariables(`Variable "$${missing}" must not be null where it is used.`);
    return coerced;
  }

  #coercedByLibrary({ variableDefinitions = [] }: OperationDefinitionNode, variables: Record<string, unknown>): Values {
    const { coerced, errors } = getVariableValues(this.#schema, variableDefinitions, variables);
    if (coerced === undefined) throw badVariables(errors[0]?.message ?? 'The variables do not fit the operation.');
    return coerced;
  }
}

function fragmentsOf({ definitions }: DocumentNode): Record<string, FragmentDefinitionNode> {
  const found = definitions.filter((node) => node.kind === Kind.FRAGMENT_DEFINITION);
  return Object.fromEntries(found.map((node) => [node.name.value, node]));
}
