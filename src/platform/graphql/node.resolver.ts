import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Ctx, ID, Info, Query, Resolver } from 'type-graphql';
import type { Context } from '../context.ts';
import { parseNodeId } from '../read/node-id.ts';
import { Statements } from '../read/plan/declare.ts';
import type { Row } from '../read/reader.ts';
import type { Source } from '../read/source.ts';
import { Node } from './connection.type.ts';
import { badUserInput } from './faults.ts';

const MOST_NODES = 100;

/** node(id) and nodes(ids) over everything that the modules bring. */
export function nodeResolver(sources: readonly Source[]): new () => object {
  const byPrefix = new Map(sources.map((source) => [source.idPrefix, source]));

  @Resolver()
  class NodeResolver {
    @Query(() => Node, { nullable: true, description: 'Anything by its id; null if there is none that you may see.' })
    async node(
      @Ctx() { reader }: Context,
      @Arg('id', () => ID, { description: 'The node id.' }) id: string,
      @Info() info?: GraphQLResolveInfo,
    ): Promise<Row | null> {
      const parsed = parseNodeId(id);
      const source = parsed === null ? undefined : byPrefix.get(parsed.prefix);
      if (parsed === null || source === undefined) return null;
      const row = await reader.one(source, 'publicId', parsed.publicId, info);
      return row === null ? null : { ...row, __typename: source.type };
    }

    @Statements(sources.length)
    @Query(() => [Node], { nullable: 'items', description: 'Several by their ids, in the same order; 100 at most.' })
    nodes(
      @Ctx() context: Context,
      @Arg('ids', () => [ID], { description: 'The node ids.' }) ids: string[],
    ): Promise<Row | null>[] {
      if (ids.length > MOST_NODES) throw badUserInput(`nodes takes ${MOST_NODES} ids at most.`);
      // Not awaited here: an id that is FORBIDDEN must not take the others with it.
      return ids.map((id) => this.node(context, id));
    }
  }
  return NodeResolver;
}
