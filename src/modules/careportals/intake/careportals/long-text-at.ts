import { type Body, textAt } from './body.ts';
import { clip } from './clean.ts';

/** Text of several lines as it was written; null for blanks and for what a template leaves behind. */
export function longTextAt(body: Body, path: string, length: number): string | null {
  return textAt(body, path) === null ? null : clip((body.flat.get(path) ?? '').trim(), length);
}
