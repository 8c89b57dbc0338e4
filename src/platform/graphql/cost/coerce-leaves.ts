import {
  type GraphQLLeafType,
  type GraphQLSchema,
  isInputType,
  isLeafType,
  isListType,
  isNonNullType,
  type OperationDefinitionNode,
  typeFromAST,
} from 'graphql';
import type { Values } from './points.ts';

/** A variable that holds one value, or a list of values, and no object. */
export interface LeafVariable {
  name: string;
  type: GraphQLLeafType;
  mayBeNull: boolean;
  isList: boolean;
}

/** The variables of an operation, if all of them are such; else null. */
export function leafVariables(
  schema: GraphQLSchema,
  { variableDefinitions = [] }: OperationDefinitionNode,
): LeafVariable[] | null {
  const found: LeafVariable[] = [];
  for (const { variable, type: node } of variableDefinitions) {
    const type = typeFromAST(schema, node);
    const inner = isNonNullType(type) ? type.ofType : type;
    const isList = isListType(inner) && isNonNullType(inner.ofType);
    const leaf = isList ? inner.ofType.ofType : inner;
    const name = variable.name.value;
    if (!isInputType(type) || !isLeafType(leaf) || name === '__proto__') return null;
    found.push({ name, type: leaf, mayBeNull: !isNonNullType(type), isList });
  }
  return found;
}

/** As graphql-js coerces them. Null where it would take a default or has an error to tell. */
export function coerceLeaves(variables: readonly LeafVariable[], given: Record<string, unknown>): Values | null {
  const coerced: Record<string, unknown> = {};
  try {
    for (const { name, type, mayBeNull, isList } of variables) {
      const value = given[name];
      if (value === undefined || (value === null && !mayBeNull)) return null;
      coerced[name] = value === null ? null : isList ? listOf(type, value) : type.parseValue(value);
      if (coerced[name] === undefined) return null;
    }
  } catch {
    // graphql-js meets the same and says where.
    return null;
  }
  return coerced;
}

/** Undefined for what is no list, and for one that has a value of another type in it. */
function listOf(type: GraphQLLeafType, values: unknown): unknown[] | undefined {
  if (!Array.isArray(values)) return undefined;
  const parsed = values.map((value) => (value === null ? undefined : type.parseValue(value)));
  return parsed.includes(undefined) ? undefined : parsed;
}
