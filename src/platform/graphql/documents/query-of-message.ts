/**
 * A message of graphql-transport-ws as graphql-ws takes it: with a `query`, be it empty, where a document is named by
 * its id alone.
 */
export function withQuery(message: string): string {
  if (!message.includes('"documentId"') && !message.includes('"persistedQuery"')) return message;
  const parsed = asObject(message);
  const payload = parsed?.payload;
  if (typeof payload !== 'object' || payload === null || 'query' in payload) return message;
  return JSON.stringify({ ...parsed, payload: { ...payload, query: '' } });
}

/** Null for what graphql-ws closes the socket for. */
function asObject(message: string): { payload?: unknown } | null {
  try {
    return JSON.parse(message);
  } catch {
    return null;
  }
}
