/** What is not blank, else the greater of two texts, so that it does not matter which of two reports came first. */
export function greater(one: string | null, other: string | null): string | null {
  if (one === null || other === null) return one ?? other;
  return one > other ? one : other;
}
