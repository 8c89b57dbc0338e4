import { fromInstant, type Instant, toInstant } from '../../../../platform/database/instant.ts';

/** A sender's clock may run this far ahead of ours, in milliseconds, and still be believed. */
const CLOCK_SKEW_MS = 10 * 60_000;

/**
 * When something was told, by the sender's clock. Where there is no time, or one so far ahead that all that is told later
 * would look old, it is the receipt time, which stays the same however late the delivery is applied.
 */
export function toldTime(updatedAt: Instant | null, receivedAt: Instant): Instant {
  const latest = toInstant(new Date(fromInstant(receivedAt).getTime() + CLOCK_SKEW_MS));
  return updatedAt === null || updatedAt > latest ? receivedAt : updatedAt;
}
