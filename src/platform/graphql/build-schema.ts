import type { GraphQLSchema } from 'graphql';
import { buildSchemaSync, type NonEmptyArray } from 'type-graphql';
import type { Module } from '../module.ts';
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
  const resolvers = [...modules.flatMap((module) => module.resolvers), nodeResolver(modules.flatMap((m) => m.sources))];
  return buildSchemaSync({
    resolvers: resolvers as unknown as NonEmptyArray<new () => object>,
    scalarsMap: [{ type: Date, scalar: DateTimeISO }],
    validate: false,
    pubSub: UNUSED_PUB_SUB,
  });
}
