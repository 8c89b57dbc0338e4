import DataLoader from 'dataloader';
import type { Context } from '../context.ts';
import type { Query } from '../database/query.ts';
import type { Reader } from '../read/reader.ts';

/**
 * A field that is made from other rows than its own: what all rows of one level ask for is read in one statement.
 * Nothing is remembered, so what comes after a mutation is as of then.
 * @param read a value for each key, in a map; keys may miss.
 */
export function batchedField<T>(read: (query: Query, keys: readonly string[]) => Promise<Map<string, T>>) {
  const loaders = new WeakMap<Reader, DataLoader<string, T | null>>();
  return ({ reader, query }: Pick<Context, 'reader' | 'query'>, key: unknown): Promise<T | null> => {
    const known = loaders.get(reader);
    if (known !== undefined) return known.load(String(key));
    const load = async (keys: readonly string[]) => {
      const values = await read(query, [...new Set(keys)]);
      return keys.map((one) => values.get(one) ?? null);
    };
    const loader = new DataLoader<string, T | null>(load, { cache: false });
    loaders.set(reader, loader);
    return loader.load(String(key));
  };
}
