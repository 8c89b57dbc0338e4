/**
 * The value as MySQL gives it back: half a surrogate pair becomes U+FFFD, in every text and every key. In a text column
 * the driver would replace it silently, so that the hash of what was sent would not fit what was stored; in JSON MySQL
 * refuses it (3140).
 */
export function wellFormed<T>(value: T): T {
  if (typeof value === 'string') return value.toWellFormed() as T;
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(wellFormed) as T;
  const entries = Object.entries(value).map(([key, inner]) => [key.toWellFormed(), wellFormed(inner)]);
  return Object.fromEntries(entries) as T;
}
