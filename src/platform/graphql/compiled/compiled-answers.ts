import {
  type DocumentNode,
  type FragmentDefinitionNode,
  GraphQLError,
  type GraphQLSchema,
  getOperationAST,
  Kind,
  type OperationDefinitionNode,
  visit,
} from 'graphql';
import type { Context } from '../../context.ts';
import { Remembered } from '../../remembered.ts';
import { askRoots, takeGivenRoots } from './ask-roots.ts';
import { type Compiled, compileWriter, NotDeclared } from './compile-writer.ts';
import { Ink, putText } from './ink.ts';

/** Writers of one document: each choice of `@skip` and `@include` has one of its own. */
const MOST_WRITERS = 16;
/** Where no operation is named; no name has a space. */
const NO_NAME = ' ';

export interface Running {
  document: DocumentNode;
  operationName?: string | null;
  /** Coerced. */
  variables: Record<string, unknown>;
  context: Context;
}

/** What is known of an operation in a document. */
interface Known {
  operation: OperationDefinitionNode;
  fragments: Record<string, FragmentDefinitionNode>;
  /** Variables that decide what is selected. */
  deciding: readonly string[];
  writers: Remembered<string, Compiled | 'plain'>;
}

/**
 * Answers queries without graphql-js walking them: the resolvers of the root fields are called as always, and a writer
 * that is compiled once for each document makes JSON text of the rows they give. Whatever is out of the ordinary, it
 * leaves alone: plain execution then gives the answer or tells the errors, so both can never say different things.
 */
export class CompiledAnswers {
  readonly #schema: GraphQLSchema;
  readonly #ink = new Ink();
  /** As long as a document is remembered, so are its writers. */
  readonly #known = new WeakMap<DocumentNode, Remembered<string, Known | 'plain'>>();

  constructor(schema: GraphQLSchema) {
    this.#schema = schema;
    takeGivenRoots(schema);
  }

  /**
   * The `data` of the answer as JSON in UTF-8; null if plain execution, with the same context, is to answer.
   * @param before and @param after: what stands around it.
   */
  async answer(
    { document, operationName, variables, context }: Running,
    before = '',
    after = '',
  ): Promise<Buffer | null> {
    const known = this.#operationsOf(document).of(operationName ?? NO_NAME, () => know(document, operationName));
    const parentType = this.#schema.getQueryType();
    if (known === 'plain' || parentType == null) return null;
    const { operation, fragments } = known;
    const compiled = this.#compiled(known, variables);
    // With roots it was tried before.
    if (compiled === 'plain' || context.roots !== undefined) return null;
    const asked = { schema: this.#schema, fragments, operation, variableValues: variables, parentType };
    const roots = await askRoots(compiled.roots, asked, context);
    return roots === null ? null : this.#written(compiled, roots, before, after);
  }

  #operationsOf(document: DocumentNode): Remembered<string, Known | 'plain'> {
    const known = this.#known.get(document);
    if (known !== undefined) return known;
    const operations = new Remembered<string, Known | 'plain'>(MOST_WRITERS);
    this.#known.set(document, operations);
    return operations;
  }

  #compiled(known: Known, variables: Record<string, unknown>): Compiled | 'plain' {
    const key = known.deciding.map((name) => String(variables[name])).join();
    return known.writers.of(key, () => {
      const query = this.#schema.getQueryType();
      if (query == null) return 'plain';
      const document = { schema: this.#schema, fragments: known.fragments, variables };
      try {
        return compileWriter(document, query, known.operation.selectionSet);
      } catch (error) {
        // A GraphQLError: `@skip` or `@include` was given a null.
        if (error instanceof NotDeclared || error instanceof GraphQLError) return 'plain';
        throw error;
      }
    });
  }

  /** Null for what is irregular: a null where there must be none, a value that is waited for, one that its type refuses. */
  #written({ write }: Compiled, roots: Record<string, unknown>, before: string, after: string): Buffer | null {
    const ink = this.#ink;
    try {
      const end = write(ink, roots, putText(ink, before, ink.start));
      return ink.taken(putText(ink, after, end));
    } catch {
      // Plain execution meets the same and says what is wrong, where and in which words.
      return null;
    }
  }
}

function know(document: DocumentNode, operationName: string | null | undefined): Known | 'plain' {
  const operation = getOperationAST(document, operationName);
  if (operation?.operation !== 'query') return 'plain';
  const fragments: Record<string, FragmentDefinitionNode> = {};
  for (const node of document.definitions) {
    if (node.kind === Kind.FRAGMENT_DEFINITION) fragments[node.name.value] = node;
  }
  return { operation, fragments, deciding: decidingVariables(document), writers: new Remembered(MOST_WRITERS) };
}

/** Variables that `@skip` and `@include` look at anywhere in the document. */
function decidingVariables(document: DocumentNode): string[] {
  const names = new Set<string>();
  visit(document, {
    Directive: (directive) => {
      for (const { value } of directive.arguments ?? []) if (value.kind === Kind.VARIABLE) names.add(value.name.value);
    },
  });
  return [...names].sort();
}
