import { invalidCursor } from '../graphql/faults.ts';

/**
 * A place in a feed: every row up to `head` was delivered, save those in `holes`, whose transactions were not known to
 * be over. Row numbers are given out before commit, so a lower number can appear after a higher one.
 */
export interface FeedPosition {
  head: bigint;
  holes: readonly bigint[];
}

/** As clients keep it: opaque text, the same for every instance. */
export function encodePosition({ head, holes }: FeedPosition): string {
  return Buffer.from(JSON.stringify([1, String(head), ...holes.map(String)])).toString('base64url');
}

/** @throws INVALID_CURSOR if it is none of ours. */
export function decodePosition(cursor: string): FeedPosition {
  const parts = parsed(cursor);
  if (!Array.isArray(parts) || parts[0] !== 1) throw invalidCursor();
  const numbers = parts.slice(1);
  if (numbers.length === 0 || !numbers.every((part) => typeof part === 'string' && /^\d{1,19}$/.test(part))) {
    throw invalidCursor();
  }
  const [head = 0n, ...holes] = (numbers as string[]).map(BigInt);
  return { head, holes };
}

function parsed(cursor: string): unknown {
  try {
    return JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
  } catch {
    throw invalidCursor();
  }
}
