import { createHash } from 'node:crypto';
import { canonicalJson } from '../../../../platform/canonical-json.ts';
import { cleanText, isoInstant } from './clean.ts';
import type { Flat } from './flatten.ts';

/** Two equal bodies without a time of their own count as one delivery within such a step, in milliseconds. */
const STEP_MS = 10 * 60_000;

/**
 * CarePortals gives no event id, so one is made: 64 hexadecimal digits, equal for repeats of one event.
 * A body without `updatedAt` may truly come again (paused, resumed, paused), so its receipt time is part of the key.
 */
export function eventKey(eventType: string, flat: Flat, payload: unknown, receivedAt: Date): string {
  const id = cleanText(flat.get('_id') ?? '');
  const updatedAt = isoInstant(cleanText(flat.get('updatedAt') ?? '') ?? '');
  if (id !== null && happensOnce(eventType, updatedAt)) return sha256([eventType, id]);
  const status = cleanText(flat.get('status') ?? '')?.toLowerCase() ?? null;
  if (id !== null && updatedAt !== null) return sha256([eventType, id, status, updatedAt]);
  return sha256([eventType, payload, Math.floor(receivedAt.getTime() / STEP_MS)]);
}

/** A prescription is filled again for each refill; only the template without times tells of it once. */
function happensOnce(eventType: string, updatedAt: string | null): boolean {
  return eventType.startsWith('message.') || (eventType.startsWith('prescription.') && updatedAt === null);
}

function sha256(parts: unknown[]): string {
  return createHash('sha256').update(canonicalJson(parts)).digest('hex');
}
