import type { Column, Source } from './source.ts';

const PUBLIC_ID = /^[0-9a-f]{32}$/;

/** The two columns that make a node: its public id, and the id clients see. */
export function nodeColumns(prefix: string, alias: string): Record<string, Column> {
  return {
    id: { sql: `CONCAT('${prefix}_', ${alias}.public_id)`, kind: 'id' },
    publicId: { sql: `${alias}.public_id`, kind: 'id' },
  };
}

/** Splits a node id; null if it is not one of ours. */
export function parseNodeId(id: string): { prefix: string; publicId: string } | null {
  const cut = id.lastIndexOf('_');
  const publicId = id.slice(cut + 1);
  return cut > 0 && PUBLIC_ID.test(publicId) ? { prefix: id.slice(0, cut), publicId } : null;
}

/** The public id if the node id belongs to this source; null otherwise. */
export function publicIdFor(source: Source, id: string): string | null {
  const parsed = parseNodeId(id);
  return parsed?.prefix === source.idPrefix ? parsed.publicId : null;
}
