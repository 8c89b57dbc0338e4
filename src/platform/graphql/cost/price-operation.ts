import {
  type DirectiveNode,
  type DocumentNode,
  type FieldNode,
  type GraphQLCompositeType,
  type GraphQLField,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isCompositeType,
  Kind,
  type OperationDefinitionNode,
  SchemaMetaFieldDef,
  type SelectionNode,
  type SelectionSetNode,
  TypeMetaFieldDef,
  TypeNameMetaFieldDef,
} from 'graphql';
import { largestOf, type Points, pointsFor, sumOf, type Values } from './points.ts';
import { priceOf } from './price-field.ts';

const META = new Map<string, GraphQLField<unknown, unknown>>(
  [SchemaMetaFieldDef, TypeMetaFieldDef, TypeNameMetaFieldDef].map((field) => [field.name, field]),
);

/** Rows, roughly, that the schema itself brings: of types with their fields, or of one of them. */
const ROWS_OF_META: Record<string, number> = { __schema: 100, __type: 10 };

function metaPrice(name: string, inside: Points): Points {
  const rows = ROWS_OF_META[name] ?? 1;
  return typeof inside === 'number' ? 1 + rows * inside : (values: Values) => 1 + rows * pointsFor(inside, values);
}

/** What a selection adds, and to which of the types that may stand there. */
interface Addition {
  types: readonly string[];
  points: Points;
}

/** What an operation of a valid document costs. Of types that exclude each other the dearest counts. */
export function priceOfOperation(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
): Points {
  const fragments = new Map(
    document.definitions.flatMap((node) => (node.kind === Kind.FRAGMENT_DEFINITION ? [[node.name.value, node]] : [])),
  );
  const root = schema.getRootType(operation.operation);
  return root == null ? 0 : ofSelections(operation.selectionSet, root);

  function ofSelections(set: SelectionSetNode, type: GraphQLCompositeType): Points {
    const byType = new Map<string, Points[]>();
    for (const selection of set.selections) {
      const { types, points } = additionOf(selection, type);
      for (const name of types) byType.set(name, [...(byType.get(name) ?? []), points]);
    }
    return largestOf([...byType.values()].map(sumOf));
  }

  function additionOf(selection: SelectionNode, parent: GraphQLCompositeType): Addition {
    const type = typeOf(selection, parent);
    return { types: possibleNames(type), points: unlessSkipped(selection.directives, pointsOf(selection, type)) };
  }

  /** The type that a selection is about: a fragment names its own. */
  function typeOf(selection: SelectionNode, parent: GraphQLCompositeType): GraphQLCompositeType {
    if (selection.kind === Kind.FIELD) return parent;
    const condition =
      selection.kind === Kind.INLINE_FRAGMENT
        ? selection.typeCondition
        : fragments.get(selection.name.value)?.typeCondition;
    const named = condition === undefined ? parent : schema.getType(condition.name.value);
    return isCompositeType(named) ? named : parent;
  }

  function pointsOf(selection: SelectionNode, type: GraphQLCompositeType): Points {
    if (selection.kind === Kind.FIELD) return ofField(selection, type);
    const fragment = selection.kind === Kind.INLINE_FRAGMENT ? selection : fragments.get(selection.name.value);
    return fragment === undefined ? 0 : ofSelections(fragment.selectionSet, type);
  }

  function ofField(node: FieldNode, parent: GraphQLCompositeType): Points {
    const name = node.name.value;
    const field = META.get(name) ?? ('getFields' in parent ? parent.getFields()[name] : undefined);
    if (field === undefined) return 0;
    const type = getNamedType(field.type);
    const inside = node.selectionSet !== undefined && isCompositeType(type) ? ofSelections(node.selectionSet, type) : 0;
    return META.has(name) ? metaPrice(name, inside) : priceOf(field, node, inside);
  }

  function possibleNames(type: GraphQLCompositeType): string[] {
    return isAbstractType(type) ? schema.getPossibleTypes(type).map(({ name }) => name) : [type.name];
  }
}

/** What is left out costs nothing. */
function unlessSkipped(directives: readonly DirectiveNode[] | undefined, points: Points): Points {
  return (directives ?? []).reduce((rest, directive) => under(directive, rest), points);
}

function under({ name, arguments: given }: DirectiveNode, points: Points): Points {
  const taken = { include: true, skip: false }[name.value];
  const condition = given?.find((argument) => argument.name.value === 'if')?.value;
  if (taken === undefined || condition === undefined) return points;
  if (condition.kind === Kind.BOOLEAN) return condition.value === taken ? points : 0;
  if (condition.kind !== Kind.VARIABLE) return points;
  const variable = condition.name.value;
  return (values: Values) => (values[variable] === taken ? pointsFor(points, values) : 0);
}
