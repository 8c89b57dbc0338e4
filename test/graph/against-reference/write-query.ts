import { type GraphQLInputType, getNamedType, isEnumType, isInputObjectType, isListType, isNonNullType } from 'graphql';
import type { Asking, Choice, Condition, FieldChoice, FragmentChoice } from './choice.ts';
import { argumentOf, fieldsOf } from './shape.ts';
import type { Values } from './values.ts';

export interface WrittenQuery {
  text: string;
  variables: Record<string, unknown>;
}

/** As many as the server takes of other names in an operation. */
const MOST_ALIASES = 50;

interface Fragment {
  name: string;
  on: string;
  text: string;
  aliases: number;
  /** Spread again no deeper than it stood, so that it fits there. */
  depth: number;
}

/** Where a selection is written: how deep, and whether rows of several types may stand there. */
interface Place {
  depth: number;
  isMixed: boolean;
}

/**
 * Writes choices out as GraphQL that is valid whatever was chosen: fields of one name and several meanings get other
 * names, until there are as many of those as the server allows; then `__typename` stands in.
 */
export class QueryWriter {
  readonly #values: Values;
  readonly #variables = new Map<string, { type: string; value: unknown }>();
  readonly #fragments: Fragment[] = [];
  readonly #said = new Set<string>();
  #aliases = 0;
  #names = 0;

  constructor(values: Values) {
    this.#values = values;
  }

  write(roots: readonly Choice[], booleans: Asking['booleans']): WrittenQuery {
    const body = this.#set(roots, { depth: 1, isMixed: false });
    const text = `${body} ${this.#fragments.map(({ text }) => text).join(' ')}`;
    for (const n of [0, 1] as const) {
      if (text.includes(`$b${n}`)) this.#variables.set(`b${n}`, { type: 'Boolean!', value: booleans[n] });
    }
    const declared = [...this.#variables].map(([name, { type }]) => `$${name}: ${type}`);
    const head = declared.length === 0 ? 'query' : `query (${declared.join(', ')})`;
    const variables = Object.fromEntries([...this.#variables].map(([name, { value }]) => [name, value]));
    return { text: `${head} ${text}`.trim(), variables };
  }

  #set(choices: readonly Choice[], place: Place): string {
    return `{ ${choices.map((choice) => this.#choice(choice, place)).join(' ')} }`;
  }

  #choice(choice: Choice, place: Place): string {
    if (choice.is === 'field') return this.#field(choice, place);
    const conditions = directives(choice.conditions);
    if (choice.is === 'fragment') return this.#fragment(choice, place, conditions);
    const known = place.isMixed ? [] : this.#fragments.filter((fragment) => this.#fits(fragment, choice.on, place));
    const again = known[choice.pick % Math.max(1, known.length)];
    if (again === undefined) return '__typename';
    this.#aliases += again.aliases;
    return `...${again.name}${conditions}`;
  }

  #fits(fragment: Fragment, on: string, { depth }: Place): boolean {
    return fragment.on === on && depth <= fragment.depth && this.#aliases + fragment.aliases <= MOST_ALIASES;
  }

  #fragment(choice: FragmentChoice, place: Place, conditions: string): string {
    if (!choice.hasName)
      return `...${choice.bare ? '' : ` on ${choice.on}`}${conditions} ${this.#set(choice.selections, place)}`;
    const before = this.#aliases;
    const set = this.#set(choice.selections, place);
    const name = `F${++this.#names}`;
    const text = `fragment ${name} on ${choice.on} ${set}`;
    this.#fragments.push({ name, on: choice.on, text, aliases: this.#aliases - before, depth: place.depth });
    return `...${name}${conditions}`;
  }

  #field(choice: FieldChoice, place: Place): string {
    const name = this.#nameOf(choice, place);
    if (name === null) return '__typename';
    const conditions = directives(choice.conditions);
    if (choice.selections === undefined) return `${name}${conditions}`;
    const head = `${name}${this.#args(choice)}`;
    const within = { depth: place.depth + 1, isMixed: choice.of === 'Query' && /^nodes?$/.test(choice.name) };
    if (choice.name === 'subjects') within.isMixed = true;
    const { selections } = choice;
    const half = Math.floor(selections.length / 2);
    const isSplit = choice.split && half > 0 && !(name.includes(':') && this.#aliases >= MOST_ALIASES);
    if (!isSplit) return `${head}${conditions} ${this.#set(selections, within)}`;
    if (name.includes(':')) this.#aliases++;
    const parts = [selections.slice(0, half), selections.slice(half)].map((some) => this.#set(some, within));
    return `${head}${conditions} ${parts[0]} ... on ${choice.of} { ${head} ${parts[1]} }`;
  }

  /** Null if it would need another name and there are enough of those. */
  #nameOf({ of, name, aliased, list, one, ids }: FieldChoice, { isMixed }: Place): string | null {
    const takesArguments = (list ?? one ?? ids) !== undefined;
    const isTaken = takesArguments && this.#said.has(name);
    const isOwn = name === '__typename' || of === 'Node';
    const mustDiffer = isTaken || (isMixed && !isOwn);
    if (!mustDiffer && (!aliased || this.#aliases >= MOST_ALIASES)) {
      if (takesArguments) this.#said.add(name);
      return name;
    }
    if (this.#aliases >= MOST_ALIASES) return null;
    this.#aliases++;
    return `a${++this.#names}: ${name}`;
  }

  #args(choice: FieldChoice): string {
    const field = fieldsOf(choice.of).find(({ name }) => name === choice.name);
    if (field === undefined) return '';
    const given = this.#values.argumentsOf(field, choice);
    const asVariables = choice.list?.asVariables ?? choice.one?.asVariables ?? false;
    const args = Object.entries(given).map(([name, value]) => {
      const type = argumentOf(field, name)?.type;
      if (type === undefined) throw new Error(`${field.name} takes no ${name}.`);
      return `${name}: ${asVariables ? this.#variable(type, value) : literal(type, value)}`;
    });
    return args.length === 0 ? '' : `(${args.join(', ')})`;
  }

  #variable(type: GraphQLInputType, value: unknown): string {
    const name = `v${this.#variables.size}`;
    this.#variables.set(name, { type: String(type), value });
    return `$${name}`;
  }
}

function directives(conditions: readonly Condition[]): string {
  return conditions.map(({ name, by }) => ` @${name}(if: ${typeof by === 'number' ? `$b${by}` : by})`).join('');
}

/** A value as a text of GraphQL; names of enums without quotes. */
function literal(type: GraphQLInputType, value: unknown): string {
  if (value === null) return 'null';
  const inner = isNonNullType(type) ? type.ofType : type;
  if (isListType(inner)) return `[${(value as unknown[]).map((item) => literal(inner.ofType, item)).join(', ')}]`;
  const named = getNamedType(inner);
  if (isEnumType(named)) return String(value);
  if (!isInputObjectType(named)) return JSON.stringify(value);
  const fields = named.getFields();
  const parts = Object.entries(value as object).map(([name, part]) => {
    const type = fields[name]?.type;
    if (type === undefined) throw new Error(`${named.name} has no ${name}.`);
    return `${name}: ${literal(type, part)}`;
  });
  return `{ ${parts.join(', ')} }`;
}
