import { type Refusal, refusal, UserErrorCode } from '../../../platform/refusal.ts';
import type { Tx } from '../tables.ts';

/** A reason that can be chosen for a change of a subscription. */
export interface SavedReason {
  code: string;
  label: string;
  retired: boolean;
}

const CODE = /^[a-z0-9_]{1,50}$/;
const LONGEST_LABEL = 100;

/** Adds a reason, or changes the one with this code. @returns why not, or null. */
export async function saveSubscriptionReason(tx: Tx, { code, label, retired }: SavedReason): Promise<Refusal | null> {
  const invalid = whyInvalid(code, label);
  if (invalid !== null) return invalid;
  const rest = { label, retired: retired ? 1 : 0 };
  await tx
    .insertInto('subscription_reasons')
    .values({ code, ...rest })
    .onDuplicateKeyUpdate(rest)
    .execute();
  return null;
}

function whyInvalid(code: string, label: string): Refusal | null {
  if (!CODE.test(code)) {
    return refusal(UserErrorCode.VALIDATION, 'code must be 1 to 50 of a to z, 0 to 9 and _.', 'input', 'code');
  }
  if (code === 'other') {
    const message = 'other stands for every reason that is not on the list.';
    return refusal(UserErrorCode.VALIDATION, message, 'input', 'code');
  }
  if (label.trim() !== '' && label.length <= LONGEST_LABEL) return null;
  return refusal(UserErrorCode.VALIDATION, `label must have 1 to ${LONGEST_LABEL} characters.`, 'input', 'label');
}
