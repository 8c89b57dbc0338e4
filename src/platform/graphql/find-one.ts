import type { GraphQLResolveInfo } from 'graphql';
import type { Context } from '../context.ts';
import { publicIdFor } from '../read/node-id.ts';
import type { Row } from '../read/reader.ts';
import type { Source } from '../read/source.ts';
import { oneOf } from './one-of.ts';

/** The one thing that the arguments name: `id` is the node id, every other name is a unique field of the source. */
export async function findOne(
  { reader }: Context,
  source: Source,
  args: Record<string, string | null | undefined>,
  info?: GraphQLResolveInfo,
): Promise<Row | null> {
  const [field, value] = oneOf(args);
  if (field !== 'id') return reader.one(source, field, value, info);
  // An id of another type is asked for all the same: who may not read the type must not learn it from the answer.
  return reader.one(source, 'publicId', publicIdFor(source, value) ?? '', info);
}
