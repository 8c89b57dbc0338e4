/** Order numbers in their order; they may be beyond what a double holds. */
export function byNumber(a: string, b: string): number {
  return a.length - b.length || (a < b ? -1 : Number(a > b));
}
