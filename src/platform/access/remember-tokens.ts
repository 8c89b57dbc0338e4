import type { Caller } from './caller.ts';

/** How long a verified token is not verified again, in milliseconds: a key that is withdrawn counts so much longer. */
const REMEMBERED_MS = 30_000;
/** Tokens that are remembered; the oldest is forgotten first. */
const MOST_TOKENS = 1_000;

/** Spares a signature check for each request of a client that sends many. Expiry is looked at each time. */
export function rememberTokens(verify: (token: string) => Promise<Caller>): (token: string) => Promise<Caller> {
  const known = new Map<string, { caller: Caller; until: number }>();
  return async (token) => {
    const now = Date.now();
    const seen = known.get(token);
    if (seen !== undefined && now < seen.until) return seen.caller;
    known.delete(token);
    const caller = await verify(token);
    if (known.size >= MOST_TOKENS) known.delete(known.keys().next().value ?? '');
    known.set(token, { caller, until: Math.min(now + REMEMBERED_MS, caller.expiresAt) });
    return caller;
  };
}
