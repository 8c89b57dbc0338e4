import type { Instant } from '../../../../platform/database/instant.ts';
import { cleanText, clip, emrId, isoInstant, templateFault } from './clean.ts';
import { type Flat, flatten } from './flatten.ts';
import { dollarsToCents } from './money.ts';

/** Something in a body that could not be used. Names of fields only: values may be patient data. */
export interface Problem {
  field: string;
  /** Ends the sentence "<field> …", e.g. `is not an id`. */
  problem: string;
}

/** A flattened body and what was found wrong with it while reading. */
export interface Body {
  flat: Flat;
  problems: Problem[];
}

export function bodyOf(payload: unknown): Body {
  return { flat: flatten(payload), problems: [] };
}

/** The first of the paths with usable text; null if none has any. */
export function textAt(body: Body, ...paths: string[]): string | null {
  for (const path of paths) {
    const text = cleanText(body.flat.get(path) ?? '');
    if (text !== null) return text;
  }
  return null;
}

/** Text cut to the width of its column. */
export function shortTextAt(body: Body, length: number, ...paths: string[]): string | null {
  const text = textAt(body, ...paths);
  return text === null ? null : clip(text, length);
}

/** What `parse` makes of the text at the first path that has any; what it refuses is a problem and null. */
export function valueAt<T>(
  body: Body,
  parse: (text: string) => T | null,
  problem: string,
  ...paths: string[]
): T | null {
  noteTemplateFaults(body, paths);
  const path = paths.find((candidate) => textAt(body, candidate) !== null);
  if (path === undefined) return null;
  const value = parse(textAt(body, path) ?? '');
  if (value === null) body.problems.push({ field: path, problem });
  return value;
}

function noteTemplateFaults(body: Body, paths: string[]): void {
  for (const field of paths) {
    const problem = templateFault(body.flat.get(field) ?? '');
    if (problem !== null) body.problems.push({ field, problem });
  }
}

export function emrIdAt(body: Body, ...paths: string[]): string | null {
  return valueAt(body, emrId, 'is not an id of 24 hexadecimal digits', ...paths);
}

export function instantAt(body: Body, path: string): Instant | null {
  return valueAt(body, isoInstant, 'is not an ISO 8601 instant', path);
}

/** Dollars as cents; null where nothing, or nothing usable, was said. No amount of an order is below zero. */
export function centsAt(body: Body, path: string): number | null {
  const cents = valueAt(body, dollarsToCents, 'is not an amount in dollars', path);
  if (cents === null || cents >= 0) return cents;
  body.problems.push({ field: path, problem: 'is below zero' });
  return null;
}

/** True only for `true` and `1`. */
export function flagAt(body: Body, path: string): boolean {
  return /^(true|1)$/i.test(textAt(body, path) ?? '');
}
