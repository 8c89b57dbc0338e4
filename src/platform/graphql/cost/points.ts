/** The variables of an operation, coerced. */
export type Values = { readonly [name: string]: unknown };

/** What a part of an operation costs: a number, or one that follows from the variables. */
export type Points = number | ((values: Values) => number);

export function pointsFor(points: Points, values: Values): number {
  return typeof points === 'number' ? points : points(values);
}

/** What does not follow from the variables is added up once. */
export function sumOf(parts: readonly Points[]): Points {
  const [fixed, open] = split(parts);
  const base = fixed.reduce((total, points) => total + points, 0);
  if (open.length === 0) return base;
  return (values) => open.reduce((total, points) => total + points(values), base);
}

/** Zero at the least. */
export function largestOf(parts: readonly Points[]): Points {
  const [fixed, open] = split(parts);
  const base = Math.max(...fixed, 0);
  if (open.length === 0) return base;
  return (values) => open.reduce((largest, points) => Math.max(largest, points(values)), base);
}

function split(parts: readonly Points[]): [number[], ((values: Values) => number)[]] {
  return [parts.filter((points) => typeof points === 'number'), parts.filter((points) => typeof points === 'function')];
}
