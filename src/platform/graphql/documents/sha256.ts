import { hash } from 'node:crypto';

/** The id under which every document is known: `sha256:` and the hash of its text, in lower case. */
export function sha256Of(text: string): string {
  return `sha256:${hash('sha256', text)}`;
}
