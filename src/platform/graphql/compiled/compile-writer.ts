import {
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLSchema,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  type SelectionSetNode,
} from 'graphql';
import { collectFields, collectSubfields } from 'graphql/execution/collectFields.js';
import { manySlot, oneSlot, readOf } from '../../read/plan/publish-reads.ts';
import { type Ink, put } from './ink.ts';
import { IRREGULAR, isStrange, leafOf } from './leaf-bytes.ts';

/**
 * Writes the `data` of an answer as JSON, from a place on.
 * @param roots what the root fields gave, by their names in the answer.
 * @returns the place behind it.
 * @throws whatever is irregular: the answer is then for plain execution.
 */
export type Writer = (ink: Ink, roots: Readonly<Record<string, unknown>>, at: number) => number;

/** A root field of an operation, and where its value is wanted. */
export interface RootField {
  /** Its name in the answer. */
  key: string;
  field: GraphQLField<unknown, unknown>;
  nodes: readonly FieldNode[];
}

export interface Compiled {
  roots: RootField[];
  write: Writer;
}

export interface Document {
  schema: GraphQLSchema;
  fragments: Record<string, FragmentDefinitionNode>;
  /** Coerced; those that `@skip` and `@include` use decide what is compiled. */
  variables: Record<string, unknown>;
}

/** The document selects what only a resolver knows. */
export class NotDeclared extends Error {}

type Fields = ReadonlyMap<string, readonly FieldNode[]>;

/** Where a field's value is found, as JavaScript on the variable `row`. */
type Found = (field: GraphQLField<unknown, unknown>, key: string) => string;

/**
 * Compiles the selection of a query into one function for each of its objects, which together write the answer in the
 * order that graphql-js gives it. Names go into the code as JSON texts and values never, so a client cannot write code.
 * @throws NotDeclared
 */
export function compileWriter(document: Document, query: GraphQLObjectType, selections: SelectionSetNode): Compiled {
  const fields = collectFields(document.schema, document.fragments, document.variables, query, selections);
  const roots: RootField[] = [];
  const code = new WriterCode(document);
  const name = code.object(query, fields, (field, key) => {
    roots.push({ key, field, nodes: fields.get(key) ?? [] });
    return `row[${JSON.stringify(key)}]`;
  });
  return { roots, write: code.run(name) };
}

class WriterCode {
  readonly #document: Document;
  readonly #functions: string[] = [];
  readonly #constants: unknown[] = [IRREGULAR, isStrange, put];

  constructor(document: Document) {
    this.#document = document;
  }

  run(name: string): Writer {
    const names = this.#constants.map((_, i) => `c${i}`);
    const make = new Function(...names, `"use strict";\n${this.#functions.join('\n')}\nreturn ${name};`);
    return make(...this.#constants) as Writer;
  }

  /** @returns the name of a function that writes the object `row` from the place `p` on, and gives the place behind it. */
  object(type: GraphQLObjectType, fields: Fields, found: Found = this.#inRow): string {
    const lines = ['if (c1(row)) throw c0;', 'let v;'];
    // What stands between values is joined here, and written at once.
    let before = '{';
    for (const [i, [key, nodes]] of [...fields].entries()) {
      before += `${i === 0 ? '' : ','}${JSON.stringify(key)}:`;
      if (nodes[0]?.name.value === '__typename') {
        before += JSON.stringify(type.name);
        continue;
      }
      const field = type.getFields()[nodes[0]?.name.value ?? ''];
      if (field === undefined) throw new NotDeclared(`${type} has ${key} from the schema itself.`);
      lines.push(`v = ${found(field, key)};`, ...this.#value(before, field.type, nodes));
      before = '';
    }
    return this.#function('row', [...lines, this.#piece(`${before}}`), 'return p;']);
  }

  readonly #inRow: Found = (field, key) => {
    const read = readOf(field);
    if (read === undefined) {
      if (field.resolve !== undefined) throw new NotDeclared(`${field.name} has a resolver.`);
      return `row[${JSON.stringify(field.name)}]`;
    }
    if ('from' in read) return `${this.#constant(read.value)}(row)`;
    if ('column' in read) return `row[${JSON.stringify(read.column)}]`;
    return `row[${JSON.stringify('one' in read ? oneSlot(field.name) : manySlot(key))}]`;
  };

  /** Lines that write what comes before the variable `v`, and `v`. */
  #value(before: string, type: GraphQLOutputType, nodes: readonly FieldNode[]): string[] {
    const present = `p = ${this.#present(isNonNullType(type) ? type.ofType : type, nodes)}(ink, v, p);`;
    if (isNonNullType(type)) return [this.#piece(before), present];
    return [`if (v === null) { ${this.#piece(`${before}null`)} } else { ${this.#piece(before)} ${present} }`];
  }

  /** What writes a value that may not be null: whatever is called throws at a null. */
  #present(type: GraphQLOutputType, nodes: readonly FieldNode[]): string {
    if (isLeafType(type)) return this.#constant(leafOf(type));
    if (isListType(type)) return this.#list(type.ofType, nodes);
    if (!isObjectType(type) || type.isTypeOf) throw new NotDeclared(`${type} is decided by its rows.`);
    const { schema, fragments, variables } = this.#document;
    return this.object(type, collectSubfields(schema, fragments, variables, type, nodes));
  }

  #list(itemType: GraphQLOutputType, nodes: readonly FieldNode[]): string {
    return this.#function('list', [
      'if (!Array.isArray(list)) throw c0;',
      'let v;',
      this.#piece('['),
      'for (let i = 0; i < list.length; i++) {',
      `if (i > 0) ${this.#piece(',')}`,
      'v = list[i];',
      ...this.#value('', itemType, nodes),
      '}',
      this.#piece(']'),
      'return p;',
    ]);
  }

  #piece(text: string): string {
    return text === '' ? '' : `p = c2(ink, ${this.#constant(Buffer.from(text))}, p);`;
  }

  #function(parameter: string, lines: readonly string[]): string {
    const name = `f${this.#functions.length}`;
    this.#functions.push(`function ${name}(ink, ${parameter}, p) {\n${lines.join('\n')}\n}`);
    return name;
  }

  #constant(value: unknown): string {
    return `c${this.#constants.push(value) - 1}`;
  }
}
