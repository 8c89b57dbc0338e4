import {
  type DocumentNode,
  type GraphQLSchema,
  isNonNullType,
  type OperationDefinitionNode,
  separateOperations,
  TypeInfo,
  visit,
  visitWithTypeInfo,
} from 'graphql';

/**
 * Names of the variables that stand where nothing may be null, and yet may be null by their own type: GraphQL allows
 * that if there is a default, and finds an explicit null only when the field is run.
 */
export function neverNull(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
): readonly string[] {
  const nullable = new Set(
    (operation.variableDefinitions ?? [])
      .filter(({ type }) => type.kind !== 'NonNullType')
      .map(({ variable }) => variable.name.value),
  );
  if (nullable.size === 0) return [];
  const types = new TypeInfo(schema);
  const found = new Set<string>();
  visit(
    separateOperations(document)[operation.name?.value ?? ''] ?? document,
    visitWithTypeInfo(types, {
      VariableDefinition: () => false,
      Variable: ({ name: { value } }) => {
        if (nullable.has(value) && isNonNullType(types.getInputType())) found.add(value);
      },
    }),
  );
  return [...found];
}
