import { GraphQLError } from 'graphql';

/** The codes of top-level errors. Expected refusals are data (userErrors), not these. */
export type FaultCode =
  | 'UNAUTHENTICATED'
  | 'FORBIDDEN'
  | 'BAD_REQUEST'
  | 'BAD_USER_INPUT'
  | 'INVALID_CURSOR'
  | 'QUERY_TOO_COMPLEX'
  | 'OPERATION_RESOLUTION_FAILURE'
  | 'PERSISTED_QUERY_NOT_FOUND'
  | 'DOCUMENT_NOT_TRUSTED'
  | 'RATE_LIMITED'
  | 'SUBSCRIPTION_TRANSPORT'
  | 'RETRY_LATER'
  | 'INTERNAL_SERVER_ERROR';

function fault(code: FaultCode, message: string, extensions: Record<string, unknown> = {}): GraphQLError {
  return new GraphQLError(message, { extensions: { code, ...extensions } });
}

export function unauthenticated(message = 'Send a token: "Authorization: Bearer <token>".'): GraphQLError {
  return fault('UNAUTHENTICATED', message, { http: { status: 401 } });
}

export function forbidden(message: string): GraphQLError {
  return fault('FORBIDDEN', message);
}

/** The request itself is not one that can be served. */
export function badRequest(status: number, message: string): GraphQLError {
  return fault('BAD_REQUEST', message, { http: { status } });
}

export function badUserInput(message: string): GraphQLError {
  return fault('BAD_USER_INPUT', message);
}

/** The operation does not even begin: its variables do not fit. */
export function badVariables(message: string): GraphQLError {
  return fault('BAD_USER_INPUT', message, { http: { status: 400 } });
}

/** The document has no operation of this name, or has several and none was named. */
export function noSuchOperation(name: string | null | undefined): GraphQLError {
  const message =
    name == null
      ? 'The document has several operations: say in operationName which one to run.'
      : `The document has no operation named "${name}".`;
  return fault('OPERATION_RESOLUTION_FAILURE', message, { http: { status: 400 } });
}

export function invalidCursor(): GraphQLError {
  return fault(
    'INVALID_CURSOR',
    'This cursor is of another list, sort or feed, or of an older server. Start without one.',
  );
}

export function tooComplex(message: string, extensions: Record<string, unknown> = {}): GraphQLError {
  return fault('QUERY_TOO_COMPLEX', message, { ...extensions, http: { status: 400 } });
}

export function needsASocket(): GraphQLError {
  const message =
    'Live operations need a stream: use a graphql-transport-ws socket on /graphql, or server-sent events on /graphql/stream.';
  return fault('SUBSCRIPTION_TRANSPORT', message, { http: { status: 400 } });
}

export function retryLater(
  retryAfterMs: number,
  message = 'The data is busy or the database is away. Nothing was written; try again shortly.',
): GraphQLError {
  return fault('RETRY_LATER', message, { retryAfterMs, http: { status: 503, headers: retryAfter(retryAfterMs) } });
}

/** The caller has spent its budget. Nothing was read or written. */
export function rateLimited(
  message: string,
  retryAfterMs: number,
  extensions: Record<string, unknown> = {},
): GraphQLError {
  const http = { status: 429, headers: retryAfter(retryAfterMs) };
  return fault('RATE_LIMITED', message, { ...extensions, retryAfterMs, http });
}

/** In whole seconds, as HTTP has it. */
function retryAfter(milliseconds: number): Map<string, string> {
  return new Map([['retry-after', String(Math.ceil(milliseconds / 1_000))]]);
}

/** Reading took longer than one statement may; nothing is wrong with the database, so to repeat it would not help. */
export function tookTooLong(): GraphQLError {
  const message =
    'Reading this takes longer than one statement may, so it was stopped. Ask for fewer rows, or for a shorter time.';
  return fault('QUERY_TOO_COMPLEX', message);
}

/** @param hint how to mend it; none for clients that persist by themselves, which look for one certain message, under status 200. */
export function persistedQueryNotFound(hint: string | null): GraphQLError {
  const http = { status: hint === null ? 200 : 400 };
  return fault('PERSISTED_QUERY_NOT_FOUND', hint ?? 'PersistedQueryNotFound', { http });
}

export function documentNotTrusted(): GraphQLError {
  const message = 'Only documents that were registered beforehand are run here; this one was not.';
  return fault('DOCUMENT_NOT_TRUSTED', message, { http: { status: 400 } });
}

export function internalError(requestId: string): GraphQLError {
  return fault('INTERNAL_SERVER_ERROR', 'Something went wrong here. Quote the requestId when you ask about it.', {
    requestId,
    http: { status: 500 },
  });
}
