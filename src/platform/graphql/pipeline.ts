import {
  type DocumentNode,
  GraphQLError,
  type GraphQLSchema,
  NoSchemaIntrospectionCustomRule,
  parse,
  specifiedRules,
  type ValidationRule,
  validate,
} from 'graphql';
import { Remembered } from '../remembered.ts';
import { limitShape } from './shape-rule.ts';

/** Bounds of an operation, the same on HTTP and on the socket. */
export const LIMITS = {
  /** Levels of nested selections. */
  depth: 12,
  /** Fields that share a parent under different names, in the whole operation. */
  aliases: 50,
  /** Selected fields and fragments of an operation, counted where fragments are spread. */
  selections: 4_000,
  /** Lexical tokens of a document. */
  tokens: 4_000,
  /** Points: a field is one, a list multiplies what is in it by its page size. */
  cost: 50_000,
  /** Bytes of a request or of a frame on the socket. */
  bytes: 256 * 1_024,
  /** Bytes of a request over HTTP of those who may bring deliveries: the largest body of one, as a JSON text or in base64. */
  bytesWithDelivery: 2 * 1_024 * 1_024,
} as const;

/** What every document must pass beyond the rules of the GraphQL specification. */
export function ownRules(introspection: boolean): ValidationRule[] {
  const rules = [limitShape(LIMITS)];
  return introspection ? rules : [...rules, NoSchemaIntrospectionCustomRule];
}

/** A document that may run, or what is wrong with it under the codes that Apollo gives on HTTP. */
export type ReadDocument = { document: DocumentNode } | { errors: GraphQLError[] };

/**
 * What is remembered of documents, in characters of their texts: a character of a document made for it takes 300 bytes
 * of memory once it is parsed, a usual one a tenth of that.
 */
const MOST_CHARACTERS = 400_000;

/** Documents that were found good, by their texts: clients of one program send the same ones. */
export function rememberedDocuments(): Remembered<string, DocumentNode> {
  return new Remembered(MOST_CHARACTERS, (_text, { loc }) => loc?.end ?? MOST_CHARACTERS);
}

/** What a client's text is worth: parsed and validated. */
export function readDocument(schema: GraphQLSchema, text: string, introspection: boolean): ReadDocument {
  const document = parsed(text);
  if (document instanceof GraphQLError) return { errors: [coded(document, 'GRAPHQL_PARSE_FAILED')] };
  const errors = validate(schema, document, [...specifiedRules, ...ownRules(introspection)]);
  return errors.length === 0
    ? { document }
    : { errors: errors.map((error) => coded(error, 'GRAPHQL_VALIDATION_FAILED')) };
}

function parsed(text: string): DocumentNode | GraphQLError {
  try {
    return parse(text, { maxTokens: LIMITS.tokens });
  } catch (error) {
    if (error instanceof GraphQLError) return error;
    throw error;
  }
}

/** graphql-js gives no codes. Ours stay as they are. */
function coded(error: GraphQLError, code: string): GraphQLError {
  const { message, nodes, source, positions } = error;
  return new GraphQLError(message, { nodes, source, positions, extensions: { code, ...error.extensions } });
}
