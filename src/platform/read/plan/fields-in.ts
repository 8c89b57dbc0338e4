import {
  type FieldNode,
  type FragmentDefinitionNode,
  GraphQLIncludeDirective,
  type GraphQLObjectType,
  type GraphQLResolveInfo,
  GraphQLSkipDirective,
  getDirectiveValues,
  isAbstractType,
  Kind,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';

/** Where a selection stands: what its fragments and variables mean. */
export type Selecting = Pick<GraphQLResolveInfo, 'schema' | 'fragments' | 'variableValues'>;

/** The fields that are selected of an object of this type: fragments opened, what is skipped left out. */
export function* fieldsIn(
  at: Selecting,
  type: GraphQLObjectType,
  set: SelectionSetNode | undefined,
): Generator<FieldNode> {
  for (const selection of set?.selections ?? []) {
    if (!isIncluded(at, selection)) continue;
    if (selection.kind === Kind.FIELD) {
      yield selection;
      continue;
    }
    const fragment = selection.kind === Kind.INLINE_FRAGMENT ? selection : at.fragments[selection.name.value];
    if (fragment !== undefined && appliesTo(at, fragment, type)) yield* fieldsIn(at, type, fragment.selectionSet);
  }
}

function isIncluded({ variableValues }: Selecting, node: SelectionNode): boolean {
  if (node.directives === undefined || node.directives.length === 0) return true;
  if (getDirectiveValues(GraphQLSkipDirective, node, variableValues)?.if === true) return false;
  return getDirectiveValues(GraphQLIncludeDirective, node, variableValues)?.if !== false;
}

function appliesTo(
  { schema }: Selecting,
  { typeCondition }: Pick<FragmentDefinitionNode, 'typeCondition'> | { typeCondition?: undefined },
  type: GraphQLObjectType,
): boolean {
  if (typeCondition === undefined || typeCondition.name.value === type.name) return true;
  const condition = schema.getType(typeCondition.name.value);
  return isAbstractType(condition) && schema.isSubType(condition, type);
}
