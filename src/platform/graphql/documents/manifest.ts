import { readFile } from 'node:fs/promises';
import type { GraphQLSchema } from 'graphql';
import { z } from 'zod';
import { BadSettings } from '../../config.ts';
import { readDocument } from '../pipeline.ts';
import { sha256Of } from './sha256.ts';

/** The documents that may be run, by every id that they may be asked for with. */
export interface Manifest {
  byId: ReadonlyMap<string, string>;
  texts: ReadonlySet<string>;
}

const MANIFEST = z.record(z.string().min(1), z.string().min(1));

/**
 * Reads a JSON object of document texts by id. Each has the id `sha256:…` besides the one it is given.
 * @throws BadSettings if it cannot be read, or naming each document whose id is the hash of another text, or that the
 * schema would refuse: clients that send it should hear of that before they are served.
 */
export async function readManifest(path: string, schema: GraphQLSchema): Promise<Manifest> {
  const documents = Object.entries(await readTexts(path));
  if (documents.length === 0)
    throw new BadSettings(`TRUSTED_DOCUMENTS: ${path} has no documents: all would be refused.`);
  const wrong = documents.flatMap(([id, text]) => {
    const reason = whyNot(schema, id, text);
    return reason === null ? [] : [`  ${id}: ${reason}`];
  });
  if (wrong.length > 0) throw new BadSettings(`TRUSTED_DOCUMENTS: ${path} has documents to mend:\n${wrong.join('\n')}`);
  return {
    byId: new Map(documents.flatMap(([id, text]) => [[sha256Of(text), text] as const, [id, text] as const])),
    texts: new Set(documents.map(([, text]) => text)),
  };
}

async function readTexts(path: string): Promise<Record<string, string>> {
  try {
    return MANIFEST.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch (error) {
    throw new BadSettings(`TRUSTED_DOCUMENTS: ${whyUnread(path, error)}`);
  }
}

function whyUnread(path: string, error: unknown): string {
  if (error instanceof z.ZodError) {
    const keys = error.issues.flatMap((issue) => issue.path).map((key) => `"${String(key)}"`);
    return `${path} is no JSON object of texts by id${keys.length === 0 ? '' : `: see ${keys.join(', ')}`}`;
  }
  const { code, message } = error as NodeJS.ErrnoException;
  return code === 'ENOENT' ? `there is no file ${path}` : `${path}: ${message}`;
}

function whyNot(schema: GraphQLSchema, id: string, text: string): string | null {
  if (id.startsWith('sha256:') && id !== sha256Of(text)) return 'the text has another SHA-256';
  const read = readDocument(schema, text, false);
  return 'errors' in read ? (read.errors[0]?.message ?? null) : null;
}
