import {
  type GraphQLLeafType,
  type GraphQLSchema,
  isInputType,
  isLeafType,
  isNonNullType,
  type OperationDefinitionNode,
  typeFromAST,
} from 'graphql';
import type { Values } from './points.ts';

/** A variable that holds one value and no list or object. */
export interface LeafVariable {
  name: string;
  type: GraphQLLeafType;
  mayBeNull: boolean;
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
    const name = variable.name.value;
    if (!isInputType(type) || !isLeafType(inner) || name === '__proto__') return null;
    found.push({ name, type: inner, mayBeNull: !isNonNullType(type) });
  }
  return found;
}

/** As graphql-js coerces them. Null where it would take a default or has an error to tell. */
export function coerceLeaves(variables: readonly LeafVariable[], given: Record<string, unknown>): Values | null {
  const coerced: Record<string, unknown> = {};
  try {
    for (const { name, type, mayBeNull } of variables) {
      const value = given[name];
      if (value === undefined || (value === null && !mayBeNull)) return null;
      coerced[name] = value === null ? null : type.parseValue(value);
      if (coerced[name] === undefined) return null;
    }
  } catch {
    // graphql-js meets the same and says where.
    return null;
  }
  return coerced;
}
