import { type DocumentNode, Kind, print, separateOperations } from 'graphql';
import { sha256Of } from './sha256.ts';

/**
 * A plugin of graphql-codegen that writes a manifest for TRUSTED_DOCUMENTS: each operation, with the fragments that it
 * uses, under the SHA-256 of its text.
 */
export function plugin(_schema: unknown, files: readonly { document?: DocumentNode }[]): string {
  const definitions = files.flatMap(({ document }) => document?.definitions ?? []);
  const operations = separateOperations({ kind: Kind.DOCUMENT, definitions });
  const texts = Object.values(operations).map(print).sort();
  return `${JSON.stringify(Object.fromEntries(texts.map((text) => [sha256Of(text), text])), null, 2)}\n`;
}
