import type { GraphQLSchema } from 'graphql';
import { type Caller, nameOf } from '../../access/caller.ts';
import { badRequest, documentNotTrusted, persistedQueryNotFound } from '../faults.ts';
import { type Manifest, readManifest } from './manifest.ts';
import { RecentTexts } from './recent-texts.ts';
import { sha256Of } from './sha256.ts';

const SEND_IT =
  'No document of this id is known here. Send it once with its text in `query`; its id is "sha256:" and the SHA-256 of the text in hex.';
const NOT_IN_MANIFEST = 'Only documents that were registered beforehand are run here, and none has this id.';

/** How a client says which document it wants, unchecked: by its text, its id, or both. */
export interface DocumentAsked {
  query?: unknown;
  /** e.g. `sha256:` and the hash of the text, or an id of the manifest. */
  documentId?: unknown;
  /** May have `persistedQuery: { version: 1, sha256Hash }`, which Apollo's clients send. */
  extensions?: unknown;
}

/** The documents that clients need not send, or, with a manifest, the only ones they may. */
export class Documents {
  readonly #manifest: Manifest | null;
  readonly #sent = new RecentTexts();

  private constructor(manifest: Manifest | null) {
    this.#manifest = manifest;
  }

  /**
   * @param path of a manifest of trusted documents: all others are refused then.
   * @throws BadSettings as `readManifest`.
   */
  static async open(path: string | undefined, schema: GraphQLSchema): Promise<Documents> {
    return new Documents(path === undefined ? null : await readManifest(path, schema));
  }

  /** How many documents are trusted; null if all are run. */
  get trusted(): number | null {
    return this.#manifest === null ? null : this.#manifest.texts.size;
  }

  /** From now on this document, which was found good, may be asked for by the hash of its text. */
  learn(text: string, caller: Caller): void {
    if (this.#manifest === null) this.#sent.add(sha256Of(text), text, nameOf(caller));
  }

  /**
   * The text of the document that is wanted; undefined if none is named.
   * @throws PERSISTED_QUERY_NOT_FOUND, DOCUMENT_NOT_TRUSTED, and BAD_REQUEST if id and text do not fit.
   */
  textOf({ query, documentId, extensions }: DocumentAsked): string | undefined {
    const text = typeof query === 'string' && query !== '' ? query : undefined;
    const automatic = hashIn(extensions);
    const id = idOf(documentId) ?? automatic;
    if (text === undefined) return id === undefined ? undefined : this.#known(id, id === automatic);
    if (this.#manifest !== null && !this.#manifest.texts.has(text)) throw documentNotTrusted();
    if (id !== undefined) this.#check(id, text);
    return text;
  }

  #known(id: string, isAutomatic: boolean): string {
    const text = this.#manifest === null ? this.#sent.get(id) : this.#manifest.byId.get(id);
    if (text !== undefined) return text;
    throw persistedQueryNotFound(isAutomatic ? null : this.#manifest === null ? SEND_IT : NOT_IN_MANIFEST);
  }

  #check(id: string, text: string): void {
    if (this.#manifest?.byId.get(id) === text || id === sha256Of(text)) return;
    throw badRequest(400, 'The id is not that of this text: "sha256:" and its SHA-256 in hex.');
  }
}

function idOf(documentId: unknown): string | undefined {
  if (documentId === undefined || documentId === null) return undefined;
  if (typeof documentId === 'string' && documentId !== '') return documentId;
  throw badRequest(400, '`documentId` must be a text.');
}

function hashIn(extensions: unknown): string | undefined {
  const asked = (extensions as { persistedQuery?: { version?: unknown; sha256Hash?: unknown } } | null | undefined)
    ?.persistedQuery;
  if (asked === undefined || asked === null) return undefined;
  if (asked.version === 1 && typeof asked.sha256Hash === 'string') return `sha256:${asked.sha256Hash}`;
  throw badRequest(400, '`extensions.persistedQuery` must have version 1 and sha256Hash.');
}
