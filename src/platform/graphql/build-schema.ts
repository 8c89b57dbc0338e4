import type { GraphQLSchema } from 'graphql';
import { buildSchemaSync, type NonEmptyArray } from 'type-graphql';
import type { Module } from '../module.ts';
import { publishReads } from '../read/plan/publish-reads.ts';
import { nodeResolver } from './node.resolver.ts';
import { DateTimeISO } from './scalars.ts';

// type-graphql asks for one although every live field brings its own iterator: events come from tables, not from calls.
const UNUSED_PUB_SUB = {
  publish: () => undefined,
  subscribe: (): AsyncIterable<never> => {
    throw new Error('A live field must say where its events come from: give it a subscribe function.');
  },
};

/** The whole graph of these modules. Needs no database. */
export function buildGraph(modules: readonly Module[]): GraphQLSchema {
  const sources = modules.flatMap((module) => module.sources);
  const resolvers = [...modules.flatMap((module) => module.resolvers), nodeResolver(sources)];
  leaveRowsAlone();
  const schema = buildSchemaSync({
    resolvers: resolvers as unknown as NonEmptyArray<new () => object>,
    scalarsMap: [{ type: Date, scalar: DateTimeISO }],
    validate: false,
    pubSub: UNUSED_PUB_SUB,
  });
  describeRoots(schema);
  publishReads(schema, sources);
  return schema;
}

/** A field without a resolver of its own is a property of its row; type-graphql would wrap even those. */
function leaveRowsAlone(): void {
  for (const type of TypeGraphQLMetadataStorage.objectTypes) type.simpleResolvers = true;
}

/** type-graphql has no place for the descriptions of the three root types. */
function describeRoots(schema: GraphQLSchema): void {
  const words = {
    Query: 'What can be read.',
    Mutation: 'What can be changed. A refusal is data: look at userErrors.',
    Subscription: 'What can be followed as it happens, on a graphql-transport-ws socket.',
  };
  for (const [name, description] of Object.entries(words)) {
    const root = schema.getType(name);
    if (root !== undefined) root.description = description;
  }
}
