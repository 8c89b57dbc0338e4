import type { Disagreement } from './report-problems.ts';

export interface BelievedStatus {
  status: string | null;
  disagreement: Disagreement | null;
}

/**
 * Which status holds when address and body both name one: the body's if it is a known one, else the address's.
 * Where neither is known the body's text is kept, for the set is open.
 */
export function believedStatus(
  address: string | null,
  body: string | null,
  isKnown: (status: string) => boolean,
): BelievedStatus {
  const named = address !== null && isKnown(address) ? address : null;
  if (named === null) return { status: body ?? address, disagreement: null };
  if (body === null || body === named) return { status: named, disagreement: null };
  const known = isKnown(body) ? body : null;
  return { status: known ?? named, disagreement: { address: named, body: known } };
}
