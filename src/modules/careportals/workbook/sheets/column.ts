import type { Column } from '../sheet.ts';

/** A column that the file must have. */
export function needed(header: string, kind: Column['kind'], ...alsoNamed: string[]): Column {
  return { header, kind, needed: true, alsoNamed };
}

/** A column that may be missing: all its cells are blank then. */
export function optional(header: string, kind: Column['kind'], ...alsoNamed: string[]): Column {
  return { header, kind, needed: false, alsoNamed };
}

/** Values as one text: equal texts are equal values in equal places. */
export function joined(...values: (string | number | null)[]): string {
  return JSON.stringify(values);
}

/** Characters that a TEXT column holds whatever they are: four bytes each of 65,535. */
export const TEXT_LENGTH = 16_383;
