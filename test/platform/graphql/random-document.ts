import {
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLNamedType,
  type GraphQLSchema,
  getNamedType,
  getNullableType,
  isAbstractType,
  isCompositeType,
  isListType,
  isNonNullType,
  isRequiredArgument,
} from 'graphql';

/** A document of one operation, and variables for it. */
export interface RandomDocument {
  text: string;
  variables: Record<string, unknown>;
}

/** Numbers from 0 up to below 1. */
type Random = () => number;

const PAGES = ['first', 'last'];

/** A valid query through the schema as the dice fall: fragments, aliases, pages, lists of ids, @skip and @include. */
export function randomDocument(schema: GraphQLSchema, random: Random): RandomDocument {
  const declared = new Map<string, string>();
  const variables: Record<string, unknown> = {};
  const fragments: string[] = [];
  let aliases = 0;

  const variable = (type: string, value: unknown, byDefault: string | null): string => {
    const name = `v${declared.size}`;
    declared.set(name, byDefault === null ? type : `${type} = ${byDefault}`);
    // Left out now and then, where there is something else to take.
    if (byDefault === null || random() < 0.7) variables[name] = value;
    return `$${name}`;
  };

  const size = (mayBeNull: boolean): string => {
    const rows = Math.floor(random() * 110);
    if (random() < 0.4) return String(rows);
    if (mayBeNull && random() < 0.2) return variable('Int', null, String(rows));
    return variable('Int', rows, random() < 0.3 ? '7' : null);
  };

  const list = (type: GraphQLInputType): string => {
    const items = Array.from({ length: Math.floor(random() * 6) }, (_, n) => `id-${n}`);
    return random() < 0.5 ? variable(String(type), items, null) : JSON.stringify(items);
  };

  const argument = ({ name, type }: GraphQLArgument): string[] => {
    if (isListType(getNullableType(type))) return [`${name}: ${list(type)}`];
    if (PAGES.includes(name) && random() < 0.6) return [`${name}: ${size(!isNonNullType(type))}`];
    return [];
  };

  const condition = (): string => {
    if (random() < 0.85) return '';
    const yes = random() < 0.5;
    const value = random() < 0.5 ? String(yes) : variable('Boolean!', yes, null);
    return ` @${random() < 0.5 ? 'skip' : 'include'}(if: ${value})`;
  };

  const field = (name: string, { type, args }: GraphQLField<unknown, unknown>, depth: number): string => {
    const given = args.flatMap(argument);
    const inside = getNamedType(type);
    const selected = isCompositeType(inside) ? ` ${selection(inside, depth - 1)}` : '';
    return `a${aliases++}: ${name}${given.length === 0 ? '' : `(${given.join(', ')})`}${condition()}${selected}`;
  };

  const fieldsOf = (type: GraphQLNamedType, depth: number) =>
    ('getFields' in type ? Object.entries(type.getFields()) : []).filter(
      ([, { type: inner, args }]) =>
        (depth > 1 || !isCompositeType(getNamedType(inner))) &&
        args.every((one: GraphQLArgument) => !isRequiredArgument(one) || isListType(getNullableType(one.type))),
    ) as [string, GraphQLField<unknown, unknown>][];

  const within = (type: GraphQLNamedType, depth: number): string => {
    const kinds = isAbstractType(type) ? [...schema.getPossibleTypes(type)] : [type];
    const kind = kinds[Math.floor(random() * kinds.length)] ?? type;
    if (random() < 0.5) return `... on ${kind.name}${condition()} ${selection(kind, depth)}`;
    const name = `F${fragments.length}`;
    fragments.push('');
    fragments[Number(name.slice(1))] = `fragment ${name} on ${kind.name} ${selection(kind, depth)}`;
    return `...${name}${condition()}`;
  };

  const selection = (type: GraphQLNamedType, depth: number): string => {
    const some = fieldsOf(type, depth)
      .sort(() => random() - 0.5)
      .slice(0, 1 + Math.floor(random() * 4))
      .map(([name, one]) => field(name, one, depth));
    const parts = isAbstractType(type) || random() < 0.2 ? [within(type, depth), within(type, depth)] : [];
    return `{ __typename ${[...some, ...(depth > 0 ? parts : [])].join(' ')} }`;
  };

  const root = schema.getQueryType();
  const body = root == null ? '' : selection(root, 5);
  const head = [...declared].map(([name, type]) => `$${name}: ${type}`).join(', ');
  return { text: `query Random${head === '' ? '' : `(${head})`} ${body} ${fragments.join(' ')}`, variables };
}
