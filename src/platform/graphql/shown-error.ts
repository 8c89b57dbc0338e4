import { GraphQLError, type GraphQLFormattedError } from 'graphql';
import { mysqlNumber, RetryLater } from '../database/transaction.ts';
import type { Log } from '../log.ts';
import { internalError, retryLater, tookTooLong } from './faults.ts';

/** What MySQL says when a SELECT ran out of its time (`max_execution_time`); the second where InnoDB counts rows itself. */
const READ_TOO_LONG = new Set([3024, 1317]);

/** Codes whose messages may pass: they are our own words, or remarks on the client's own document. */
const SHOWN_CODES = new Set([
  'UNAUTHENTICATED',
  'FORBIDDEN',
  'BAD_USER_INPUT',
  'INVALID_CURSOR',
  'QUERY_TOO_COMPLEX',
  'RATE_LIMITED',
  'SUBSCRIPTION_TRANSPORT',
  'RETRY_LATER',
  'GRAPHQL_PARSE_FAILED',
  'GRAPHQL_VALIDATION_FAILED',
  'BAD_REQUEST',
  'OPERATION_RESOLUTION_FAILURE',
  'PERSISTED_QUERY_NOT_FOUND',
  'DOCUMENT_NOT_TRUSTED',
]);

/**
 * What a client may see of an error. Our own faults and remarks on its document pass; everything else is a defect or
 * an outage here, is logged, and is shown as INTERNAL_SERVER_ERROR with the request's id.
 */
export function shownError(error: GraphQLError, requestId: string, log: Log): GraphQLFormattedError {
  const code = codeOf(error);
  if (code === undefined) return formatted(faultOf(error.originalError ?? error, requestId, log), error, undefined);
  return formatted(error, error, code);
}

/** The fault to tell instead of an error that no client may see; logs what is not known. */
export function faultOf(error: unknown, requestId: string, log: Log): GraphQLError {
  if (error instanceof GraphQLError && SHOWN_CODES.has(String(error.extensions.code))) return error;
  if (error instanceof RetryLater) return retryLater(error.retryAfterMs);
  if (READ_TOO_LONG.has(mysqlNumber(error))) {
    log.warn({ requestId }, 'a read was stopped because it took too long');
    return tookTooLong();
  }
  log.error({ err: error, requestId }, 'an operation failed');
  return internalError(requestId);
}

/** Undefined if the error must not be shown. Apollo covers our code with its own, so what it wrapped is asked first. */
function codeOf(error: GraphQLError): string | undefined {
  const { originalError } = error;
  const codes = [
    originalError instanceof GraphQLError ? originalError.extensions.code : undefined,
    error.extensions.code,
  ];
  const shown = codes.find((code) => typeof code === 'string' && SHOWN_CODES.has(code));
  // What graphql-js itself says of arguments has neither a code nor an error behind it.
  return (
    (shown as string | undefined) ?? (originalError == null && codes[1] === undefined ? 'BAD_USER_INPUT' : undefined)
  );
}

function formatted(fault: GraphQLError, at: GraphQLError, code: string | undefined): GraphQLFormattedError {
  const { stacktrace: _stack, http: _http, ...extensions } = fault.extensions;
  return {
    message: fault.message,
    ...(at.locations ? { locations: at.locations } : {}),
    ...(at.path ? { path: at.path } : {}),
    extensions: code === undefined ? extensions : { ...extensions, code },
  };
}
