/** Password material that sign-up bodies carry; never stored. */
const SECRETS = new Set(['hash', 'salt', 'uname']);

/** MySQL's JSON ends at 100 levels (3157) and at keys of 64 KB (3151); nothing real comes near either. */
const DEEPEST = 90;
const LONGEST_KEY = 10_000;

/** A body that MySQL's JSON could not hold. The message holds nothing of the body. */
export class UnstorableBody extends Error {}

/**
 * The value as it may be stored: without keys `hash`, `salt` and `uname` at any depth, dotted keys that end in them
 * included, and with half surrogates replaced, which MySQL refuses (3140).
 * @throws UnstorableBody if it is nested too deep or has a key that is too long.
 */
export function redact(value: unknown, depth = 1): unknown {
  if (typeof value === 'string') return value.toWellFormed();
  if (typeof value !== 'object' || value === null) return value;
  if (depth > DEEPEST) throw new UnstorableBody(`The body is nested deeper than ${DEEPEST} levels.`);
  if (Array.isArray(value)) return value.map((item) => redact(item, depth + 1));
  const kept = Object.entries(value).filter(([key]) => !isSecret(key));
  return Object.fromEntries(kept.map(([key, inner]) => [storableKey(key), redact(inner, depth + 1)]));
}

/** Flat bodies carry the whole path in the key: `customer.salt`. */
function isSecret(key: string): boolean {
  return SECRETS.has(key.slice(key.lastIndexOf('.') + 1).toLowerCase());
}

function storableKey(key: string): string {
  if (key.length > LONGEST_KEY) throw new UnstorableBody(`The body has a key of more than ${LONGEST_KEY} characters.`);
  return key.toWellFormed();
}
