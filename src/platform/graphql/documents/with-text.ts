import type { DocumentAsked, Documents } from './documents.ts';

/** The parts of a request over HTTP that say what is to be run. */
interface Asking {
  method: string;
  /** The query of the URL, with its question mark. */
  search: string;
  /** The parsed body. */
  body: unknown;
}

/**
 * What such a request asks for with the text of its document in it, whatever it was named by: so Apollo takes it. What
 * is no request for a document stays as it is, for Apollo to refuse.
 * @throws as `textOf`
 */
export function withText(documents: Documents, { method, search, body }: Asking): Pick<Asking, 'search' | 'body'> {
  if (method === 'GET') return { search: searchWithText(documents, search), body };
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return { search, body };
  const text = documents.textOf(body);
  const { documentId, extensions, ...rest } = body as DocumentAsked;
  if (text === undefined || (text === rest.query && extensions === undefined)) return { search, body };
  return { search, body: { ...rest, query: text, extensions: othersOf(extensions) ?? null } };
}

/** The text of the document in such a request; undefined if there is none. */
export function textIn({ method, search, body }: Asking): string | undefined {
  const query = method === 'GET' ? new URLSearchParams(search).get('query') : (body as DocumentAsked | null)?.query;
  return typeof query === 'string' ? query : undefined;
}

function searchWithText(documents: Documents, search: string): string {
  const asked = new URLSearchParams(search);
  const extensions = parsed(asked.get('extensions'));
  const text = documents.textOf({ query: asked.get('query'), documentId: asked.get('documentId'), extensions });
  if (text === undefined) return search;
  asked.set('query', text);
  if (typeof extensions === 'object') asked.set('extensions', JSON.stringify(othersOf(extensions)));
  return `?${asked}`;
}

/** Text that is no JSON stays, for Apollo to refuse. */
function parsed(text: string | null): unknown {
  if (text === null) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** Apollo would look for the document again. */
function othersOf(extensions: unknown): unknown {
  if (typeof extensions !== 'object' || extensions === null) return extensions;
  const { persistedQuery: _found, ...others } = extensions as Record<string, unknown>;
  return others;
}
