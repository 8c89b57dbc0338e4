/** Whether a value is one of those that a live filter names; a filter that names none at all lets every value pass. */
export function isAmong<T>(wanted: readonly T[] | null | undefined, value: T | null): boolean {
  return wanted == null || (value !== null && wanted.includes(value));
}
