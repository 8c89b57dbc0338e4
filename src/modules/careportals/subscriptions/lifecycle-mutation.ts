import type { Cause } from '../../../platform/cause.ts';
import { type Context, causeOf, requireRole } from '../../../platform/context.ts';
import { oncePerKey } from '../../../platform/idempotency/once-per-key.ts';
import type { Row } from '../../../platform/read/reader.ts';
import { fits } from '../../../platform/read/value.ts';
import { type Refusal, refusal, UserErrorCode } from '../../../platform/refusal.ts';
import type { Tx } from '../tables.ts';
import { Changed, type ChangeRequest, type ChangeResult } from './change-subscription.ts';
import type { LifecycleInput } from './lifecycle.input.ts';
import { auditEntries, subscriptions } from './subscription.source.ts';
import { writtenEntry, writtenSubscription } from './written-rows.ts';

/** A lifecycle verb: the request that all have in common, and the arguments of its own. */
type LifecycleVerb<Args> = (tx: Tx, cause: Cause, request: ChangeRequest & Args) => Promise<ChangeResult>;

/** The payload; what it leads to is read when it is asked for. */
export interface LifecycleAnswer {
  readonly subscription: Promise<Row | null> | null;
  readonly auditEntry: Promise<Row | null> | null;
  userErrors: Refusal[];
}

const LONGEST = { reason: 50, comment: 2_000, idempotencyKey: 255 } as const;

/** What all lifecycle mutations do around their verb: who may, once per key, one transaction, and the answer under the caller's own rights. */
export async function runLifecycle<Args extends object>(
  context: Context,
  mutation: string,
  input: LifecycleInput,
  args: Args,
  verb: LifecycleVerb<Args>,
): Promise<LifecycleAnswer> {
  requireRole(context, 'customer', 'support', 'admin');
  const invalid = whyInvalid(input);
  if (invalid !== null) return answer(context, { subscriptionId: null, refusal: invalid });
  const cause = causeOf(context);
  const request = { ...requestOf(context, input), ...args };
  const key = { caller: keyOwner(context), mutation, key: input.idempotencyKey ?? null, input: request, at: cause.at };
  const result = await oncePerKey(context.orm, key, (tx: Tx) => verb(tx, cause, request));
  context.reader.forget();
  context.live.wake();
  return answer(context, 'code' in result ? { subscriptionId: null, refusal: result } : result);
}

/** A subject alone is not enough: customers' tokens of one issuer may share it. */
export function keyOwner({ caller }: Context): string {
  return JSON.stringify([caller.role, caller.customerId, caller.subject]);
}

function requestOf({ caller }: Context, input: LifecycleInput): ChangeRequest {
  return {
    subscriptionId: input.subscriptionId,
    ownedBy: caller.role === 'customer' ? (caller.customerId ?? '') : null,
    reason: wordsOrNull(input.reason),
    comment: wordsOrNull(input.comment),
    expectedVersion: input.expectedVersion ?? null,
  };
}

/**
 * Read under the caller's own rights, so that a stored result shows nobody more than they may see; and when it is asked
 * for. What this very request has written need not be read: the verb has looked whose it is.
 */
function answer({ reader }: Context, result: ChangeResult): LifecycleAnswer {
  if (result instanceof Changed) {
    reader.prime(subscriptions, 'subscriptionId', writtenSubscription(result));
    reader.prime(auditEntries, 'logId', writtenEntry(result));
  }
  const { subscriptionId } = result;
  const auditId = 'auditId' in result ? result.auditId : null;
  return {
    get subscription() {
      return subscriptionId === null ? null : reader.one(subscriptions, 'subscriptionId', subscriptionId);
    },
    get auditEntry() {
      return auditId === null ? null : reader.one(auditEntries, 'logId', auditId);
    },
    userErrors: 'refusal' in result ? [result.refusal] : [],
  };
}

/** A form that was left blank says nothing. Half a surrogate pair could not be stored as it is. */
export function wordsOrNull(words: string | null | undefined): string | null {
  return words == null || words.trim() === '' ? null : words.toWellFormed();
}

function whyInvalid(input: LifecycleInput): Refusal | null {
  const invalid = whyInvalidWords(input);
  if (invalid !== null || fits('id', input.subscriptionId)) return invalid;
  return refusal(UserErrorCode.NOT_FOUND, 'There is no such subscription.', 'input', 'subscriptionId');
}

/** Null if what everybody may add to a request is of a length that can be kept. */
export function whyInvalidWords(input: Pick<LifecycleInput, 'reason' | 'comment' | 'idempotencyKey'>): Refusal | null {
  for (const [field, longest] of Object.entries(LONGEST)) {
    const value = input[field as keyof typeof LONGEST];
    if (value != null && value.length > longest) {
      return refusal(UserErrorCode.VALIDATION, `${field} may have ${longest} characters.`, 'input', field);
    }
  }
  if (input.idempotencyKey !== '') return null;
  const message = 'idempotencyKey must not be empty. Leave it out to send none.';
  return refusal(UserErrorCode.VALIDATION, message, 'input', 'idempotencyKey');
}
