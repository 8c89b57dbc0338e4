import { type GraphQLResolveInfo, type GraphQLSchema, getArgumentValues } from 'graphql';
import type { Context } from '../../context.ts';
import type { RootField } from './compile-writer.ts';

/** What is the same for all root fields of an operation. */
export type Asked = Pick<GraphQLResolveInfo, 'schema' | 'fragments' | 'operation' | 'variableValues' | 'parentType'>;

/**
 * Calls the resolvers of root fields as graphql-js does: one after the other, without waiting in between.
 * @returns what they gave by their names in the answer; null if one of them failed. What was given stays with the
 * context then, so that plain execution does not ask twice.
 */
export async function askRoots(
  roots: readonly RootField[],
  asked: Asked,
  context: Context,
): Promise<Record<string, unknown> | null> {
  const given = new Map<string, unknown>();
  context.roots = given;
  for (const root of roots) {
    // A wrong argument is told by plain execution, and nothing after it need be asked here.
    const args = argumentsOf(root, asked);
    if (args === null) break;
    given.set(root.key, called(root, args, asked, context));
  }
  // Without a prototype: an alias may be called __proto__.
  const values = Object.create(null) as Record<string, unknown>;
  const settled = await allOf(given);
  if (settled === null || settled.length < roots.length) return null;
  for (const [i, { key }] of roots.entries()) values[key] = settled[i];
  return values;
}

/** Null if one of them fails, once the last is settled. */
async function allOf(given: ReadonlyMap<string, unknown>): Promise<unknown[] | null> {
  if (given.size === 1) {
    try {
      for (const value of given.values()) return [await value];
    } catch {
      return null;
    }
  }
  const settled = await Promise.allSettled(given.values());
  if (settled.some(({ status }) => status === 'rejected')) return null;
  return settled.map((one) => (one as PromiseFulfilledResult<unknown>).value);
}

function argumentsOf({ field, nodes: [node] }: RootField, { variableValues }: Asked): Record<string, unknown> | null {
  if (node === undefined) return null;
  try {
    return getArgumentValues(field, node, variableValues);
  } catch {
    return null;
  }
}

function called({ key, field, nodes }: RootField, args: object, asked: Asked, context: Context): unknown {
  const path = { prev: undefined, key, typename: asked.parentType.name };
  const own = { fieldName: field.name, fieldNodes: nodes, returnType: field.type, path, rootValue: undefined };
  try {
    return field.resolve?.(undefined, args, context, { ...asked, ...own });
  } catch (error) {
    return Promise.reject(error);
  }
}

/** Lets plain execution take what root fields already gave in an answer whose writing was given up. */
export function takeGivenRoots(schema: GraphQLSchema): void {
  for (const field of Object.values(schema.getQueryType()?.getFields() ?? {})) {
    const { resolve } = field;
    field.resolve = (source, args, context: Context, info) => {
      const key = String(info.path.key);
      return context.roots?.has(key) ? context.roots.get(key) : resolve?.(source, args, context, info);
    };
  }
}
