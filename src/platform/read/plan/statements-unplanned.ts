import { type FieldNode, type GraphQLField, getNamedType, isAbstractType, isObjectType } from 'graphql';
import { fieldsIn, type Selecting } from './fields-in.ts';
import { readOf } from './publish-reads.ts';

/**
 * How many statements a field and all below it take at most where nothing is planned: each batched resolver one. A
 * resolver that takes more says so by @Statements.
 */
export function statementsUnplanned(at: Selecting, field: GraphQLField<unknown, unknown>, node: FieldNode): number {
  return ownStatements(field) + statementsBelow(at, field, node);
}

function ownStatements(field: GraphQLField<unknown, unknown>): number {
  const said = field.extensions.statements;
  if (typeof said === 'number') return said;
  const read = readOf(field);
  if (read !== undefined && ('from' in read || 'many' in read)) return 0;
  return field.resolve === undefined ? rowsOrCount(field.name) : 1;
}

/** The parts of a connection that are statements of their own. */
function rowsOrCount(name: string): number {
  return ['nodes', 'edges', 'pageInfo', 'totalCount'].includes(name) ? 1 : 0;
}

function statementsBelow(at: Selecting, field: GraphQLField<unknown, unknown>, node: FieldNode): number {
  const named = getNamedType(field.type);
  const types = isObjectType(named) ? [named] : isAbstractType(named) ? at.schema.getPossibleTypes(named) : [];
  let sum = 0;
  for (const type of types) {
    for (const below of fieldsIn(at, type, node.selectionSet)) {
      const found = type.getFields()[below.name.value];
      if (found !== undefined) sum += statementsUnplanned(at, found, below);
    }
  }
  return sum;
}
