import {
  type DocumentNode,
  type GraphQLError,
  GraphQLError as GraphQLErrorClass,
  type GraphQLFormattedError,
  type GraphQLSchema,
  getNamedType,
  Kind,
  NoSchemaIntrospectionCustomRule,
  specifiedRules,
  type ValidationRule,
} from 'graphql';
import { type ComplexityEstimator, getComplexity, simpleEstimator } from 'graphql-query-complexity/cjs';
import { RetryLater } from '../database/transaction.ts';
import type { Log } from '../log.ts';
import { DEFAULT_PAGE, LARGEST_PAGE } from '../read/page.ts';
import { badUserInput, internalError, retryLater, tooComplex } from './faults.ts';
import { limitShape } from './shape-rule.ts';

/** Bounds of an operation, the same on HTTP and on the socket. */
export const LIMITS = {
  /** Levels of nested selections. */
  depth: 12,
  /** Fields that share a parent under different names, in the whole operation. */
  aliases: 50,
  /** Lexical tokens of a document. */
  tokens: 4_000,
  /** Points: a field is one, a list multiplies what is in it by its page size. */
  cost: 50_000,
  /** Bytes of a request or of a frame on the socket. */
  bytes: 256 * 1_024,
} as const;

/** The rules every document must pass, whatever transport brought it. */
export function validationRules(introspection: boolean): ValidationRule[] {
  const rules = [...specifiedRules, limitShape(LIMITS.depth, LIMITS.aliases)];
  return introspection ? rules : [...rules, NoSchemaIntrospectionCustomRule];
}

/** The cost of an operation before it runs. @throws QUERY_TOO_COMPLEX over the limit, BAD_USER_INPUT on bad variables. */
export function checkCost(
  schema: GraphQLSchema,
  query: DocumentNode,
  variables: Record<string, unknown>,
  operationName?: string | null,
): number {
  const cost = costOf(schema, query, variables, operationName);
  if (cost > LIMITS.cost) {
    const message = `This operation costs ${cost} points; ${LIMITS.cost} are allowed. Ask for fewer rows or levels.`;
    throw tooComplex(message, { cost, limit: LIMITS.cost });
  }
  return cost;
}

function costOf(schema: GraphQLSchema, query: DocumentNode, variables: Record<string, unknown>, name?: string | null) {
  try {
    return getComplexity({
      schema,
      query,
      variables,
      operationName: name ?? undefined,
      estimators: [listEstimator, simpleEstimator({ defaultComplexity: 1 })],
    });
  } catch (error) {
    throw badUserInput(error instanceof Error ? error.message : 'The variables do not fit the operation.');
  }
}

/** A connection costs what one of its rows costs, times the rows it may bring. */
const listEstimator: ComplexityEstimator = ({ field, args, childComplexity }) => {
  if (!getNamedType(field.type).name.endsWith('Connection')) return undefined;
  const size = Number(args.first ?? args.last ?? DEFAULT_PAGE);
  return 1 + Math.min(Math.max(size, 1), LARGEST_PAGE) * childComplexity;
};

/** Whether the document's chosen operation is a live one. */
export function isLive(document: DocumentNode, operationName?: string | null): boolean {
  return document.definitions.some(
    (definition) =>
      definition.kind === Kind.OPERATION_DEFINITION &&
      definition.operation === 'subscription' &&
      (operationName == null || definition.name?.value === operationName),
  );
}

/** Codes that Apollo and graphql-js give to documents they refuse; their messages name the client's own text. */
const CLIENT_CODES = new Set([
  'GRAPHQL_PARSE_FAILED',
  'GRAPHQL_VALIDATION_FAILED',
  'BAD_REQUEST',
  'BAD_USER_INPUT',
  'OPERATION_RESOLUTION_FAILURE',
  'PERSISTED_QUERY_NOT_FOUND',
  'PERSISTED_QUERY_NOT_SUPPORTED',
]);

const OUR_CODES = new Set([
  'UNAUTHENTICATED',
  'FORBIDDEN',
  'INVALID_CURSOR',
  'QUERY_TOO_COMPLEX',
  'RATE_LIMITED',
  'SUBSCRIPTION_TRANSPORT',
  'RETRY_LATER',
]);

/**
 * What a client may see of an error. Our own faults and remarks on its document pass; everything else is a defect or
 * an outage here, is logged, and is shown as INTERNAL_SERVER_ERROR with the request's id.
 */
export function shownError(error: GraphQLError, requestId: string, log: Log): GraphQLFormattedError {
  const original = error.originalError;
  const located = { locations: error.locations, path: error.path };
  if (original instanceof RetryLater) return formatted(retryLater(original.retryAfterMs), located);
  const code = error.extensions.code;
  if (typeof code === 'string' && OUR_CODES.has(code)) return withoutStack(error);
  if (typeof code === 'string' && CLIENT_CODES.has(code)) return withoutStack(error);
  // graphql-js itself refuses documents and variables without an original error and, on the socket, without a code.
  if (original == null && code === undefined) return { ...withoutStack(error), extensions: { code: 'BAD_USER_INPUT' } };
  log.error({ err: original ?? error, requestId }, 'an operation failed');
  return formatted(internalError(requestId), located);
}

function formatted(fault: GraphQLError, at: Pick<GraphQLError, 'locations' | 'path'>): GraphQLFormattedError {
  const { message, extensions } = fault.toJSON();
  return {
    message,
    ...(at.locations ? { locations: at.locations } : {}),
    ...(at.path ? { path: at.path } : {}),
    extensions,
  };
}

function withoutStack(error: GraphQLError): GraphQLFormattedError {
  const { stacktrace: _stack, http: _http, ...extensions } = error.extensions;
  const shown = new GraphQLErrorClass(error.message, {
    nodes: error.nodes,
    source: error.source,
    positions: error.positions,
    path: error.path,
  }).toJSON();
  return { ...shown, ...(error.locations ? { locations: error.locations } : {}), extensions };
}
