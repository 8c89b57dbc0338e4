/**
 * - `TOKEN_REFUSED`: the server takes none of the tokens it was given.
 * - `OPERATION_REFUSED`: wrong query, variables or cursor, or not for this role; `cause` has the server's errors.
 * - `CONNECTION_REFUSED`: the server closed for a reason that stays; `cause` has the `code` and `reason`.
 * - `HANDLER_FAILED`: onEvent, onGap or onConnection threw; `cause` is what it threw.
 */
export type LiveErrorCode = 'TOKEN_REFUSED' | 'OPERATION_REFUSED' | 'CONNECTION_REFUSED' | 'HANDLER_FAILED';

/** Why following ended by itself: another try would end alike. */
export class LiveError extends Error {
  override readonly name = 'LiveError';
  readonly code: LiveErrorCode;

  constructor(code: LiveErrorCode, message: string, cause?: unknown) {
    super(message, { cause });
    this.code = code;
  }
}
