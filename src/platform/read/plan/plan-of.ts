import {
  type FragmentDefinitionNode,
  type GraphQLNamedType,
  type GraphQLObjectType,
  type GraphQLResolveInfo,
  getNamedType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  visit,
} from 'graphql';
import type { Level } from '../../access/caller.ts';
import type { Source } from '../source.ts';
import { emptyPage, emptyRowPlan, type PageWanted, type RowPlan } from './row-plan.ts';
import { selectOfPage, selectOfRow, type Wanting } from './select-fields.ts';

/** Plans of one operation that are remembered: one for each root field, level and way to include what is conditional. */
const MOST_PLANS = 60;

/** What of a resolver's info a plan is made from. */
export type Planning = Pick<
  GraphQLResolveInfo,
  'schema' | 'operation' | 'fragments' | 'variableValues' | 'fieldNodes' | 'returnType' | 'path'
>;

/** What only a root field has. */
type RootParts = 'fieldNodes' | 'returnType' | 'path';

interface Plans {
  /** Names of the variables that decide what is included. */
  switches: readonly string[];
  pages: Map<string, PageWanted>;
  rows: Map<string, RowPlan>;
  statements: Map<string, number>;
}

/** As long as the document is remembered, so are its plans. */
const plansOf = new WeakMap<OperationDefinitionNode, Plans>();

/** What a root field wants of a list. Its arguments are no part of the plan. */
export function pagePlan(info: Planning, source: Source, level: Level): PageWanted {
  const { pages, switches } = plansFor(info);
  return remembered(pages, rootKey(info, source, level, switches), () => {
    const page = emptyPage(source, level);
    const at = wanting(info, level);
    for (const node of info.fieldNodes)
      selectOfPage(at, page, objectType(getNamedType(info.returnType)), node.selectionSet);
    return page;
  });
}

/** What a root field wants of one thing. */
export function rowPlan(info: Planning, source: Source, level: Level): RowPlan {
  const { rows, switches } = plansFor(info);
  return remembered(rows, rootKey(info, source, level, switches), () => {
    const row = emptyRowPlan(source, level);
    const at = wanting(info, level);
    for (const node of info.fieldNodes)
      selectOfRow(at, row, objectType(info.schema.getType(source.type)), node.selectionSet);
    return row;
  });
}

/** The number of statements of an operation as a whole, made once as its plans are. */
export function statementsRemembered(of: Omit<Planning, RootParts>, level: Level, make: () => number): number {
  const { statements, switches } = plansFor(of);
  return remembered(statements, keyOf(of, level, switches), make);
}

function wanting({ schema, fragments, variableValues }: Planning, level: Level): Wanting {
  return { schema, fragments, variableValues, level };
}

function plansFor({ operation, fragments }: Pick<Planning, 'operation' | 'fragments'>): Plans {
  const known = plansOf.get(operation);
  if (known !== undefined) return known;
  const plans = {
    switches: switchesOf(operation, fragments),
    pages: new Map(),
    rows: new Map(),
    statements: new Map(),
  };
  plansOf.set(operation, plans);
  return plans;
}

function switchesOf(operation: OperationDefinitionNode, fragments: Record<string, FragmentDefinitionNode>): string[] {
  const names = new Set<string>();
  for (const definition of [operation, ...Object.values(fragments)]) {
    visit(definition, {
      Directive: ({ arguments: given = [] }) => {
        for (const { value } of given) if (value.kind === Kind.VARIABLE) names.add(value.name.value);
      },
    });
  }
  return [...names];
}

/** One root field may read from several sources: node(id) does, and a type may have a source for some of its rows. */
function rootKey(info: Planning, source: Source, level: Level, switches: readonly string[]): string {
  return `${info.path.key} ${numberOf(source)} ${keyOf(info, level, switches)}`;
}

const numbers = new Map<Source, number>();

function numberOf(source: Source): number {
  const known = numbers.get(source);
  if (known !== undefined) return known;
  numbers.set(source, numbers.size);
  return numbers.size - 1;
}

function keyOf(
  { variableValues }: Pick<Planning, 'variableValues'>,
  level: Level,
  switches: readonly string[],
): string {
  return level + switches.map((name) => (variableValues[name] === true ? ' 1' : ' 0')).join('');
}

function remembered<Plan>(plans: Map<string, Plan>, key: string, make: () => Plan): Plan {
  const known = plans.get(key);
  if (known !== undefined) return known;
  if (plans.size >= MOST_PLANS) plans.clear();
  const plan = make();
  plans.set(key, plan);
  return plan;
}

function objectType(type: GraphQLNamedType | undefined): GraphQLObjectType {
  if (!isObjectType(type)) throw new Error(`${type?.name ?? 'A type that is not there'} cannot be planned`);
  return type;
}
