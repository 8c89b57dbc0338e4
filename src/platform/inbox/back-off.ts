const SECOND = 1_000;
const HOUR = 3_600 * SECOND;

/** A delivery whose attempts fail is dead after this many, about 14 hours with the waits below. */
export const MAX_ATTEMPTS = 12;

/** Longest wait before a failed attempt is repeated, in milliseconds, jitter aside. */
const LONGEST_WAIT_MS = 6 * HOUR;

/**
 * Milliseconds until the next try after failed attempt number `attempt`: 1 s, 3 s, 9 s … 6 h, each moved by up to a
 * quarter either way, so that what failed together does not come back together.
 */
export function retryDelayMs(attempt: number): number {
  const wait = Math.min(SECOND * 3 ** (attempt - 1), LONGEST_WAIT_MS);
  return Math.round(wait * (0.75 + Math.random() / 2));
}

/**
 * Milliseconds until a parked delivery is looked at again although nobody unparked it: its own age, between 30 s and
 * an hour. Its parent may come by an import or another program, which know nothing of the inbox.
 */
export function parkedDelayMs(ageMs: number): number {
  return Math.min(Math.max(ageMs, 30 * SECOND), HOUR);
}
