import { type DocumentNode, type FieldNode, getOperationAST, Kind, visit } from 'graphql';

/**
 * Names of the variables that an event's answer depends on: all but those that only the live field's own arguments
 * use, which say which events are wanted and not what is told of them.
 */
export function variablesBelow(document: DocumentNode, operationName: string | null): Set<string> {
  const operation = getOperationAST(document, operationName);
  const roots = new Set(
    operation?.selectionSet.selections.filter((node): node is FieldNode => node.kind === Kind.FIELD),
  );
  const used = new Set<string>();
  visit(document, {
    // Definitions use none: their names stand there too.
    VariableDefinition: () => false,
    Argument: (_node, _key, _parent, _path, ancestors) =>
      roots.has(ancestors.at(-1) as FieldNode) ? false : undefined,
    Variable: ({ name }) => {
      used.add(name.value);
    },
  });
  return used;
}
