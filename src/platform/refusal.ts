/** Why a request that was understood was not carried out; what the client can act on. */
export enum UserErrorCode {
  NOT_FOUND = 'NOT_FOUND',
  INVALID_TRANSITION = 'INVALID_TRANSITION',
  STALE_VERSION = 'STALE_VERSION',
  IDEMPOTENCY_KEY_REUSED = 'IDEMPOTENCY_KEY_REUSED',
  VALIDATION = 'VALIDATION',
  PRODUCT_INACTIVE = 'PRODUCT_INACTIVE',
  NOT_ALLOWED = 'NOT_ALLOWED',
  INTERNAL_ERROR = 'INTERNAL_ERROR',
}

/** An expected refusal, as a value: verbs return it, resolvers show it as a userError. */
export interface Refusal {
  code: UserErrorCode;
  message: string;
  /** The input field it is about, from the outside in, e.g. ['input', 'subscriptionId']. */
  path: string[];
}

export function refusal(code: UserErrorCode, message: string, ...path: string[]): Refusal {
  return { code, message, path };
}
