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
  if (id !== null && /^(prescription|message)\./.test(eventType)) return sha256([eventType, id]);
  const updatedAt = isoInstant(cleanText(flat.get('updatedAt') ?? '') ?? '');
  const status = cleanText(flat.get('status') ?? '')?.toLowerCase() ?? null;
  if (id !== null && updatedAt !== null) return sha256([eventType, id, status, updatedAt]);
  return sha256([eventType, payload, Math.floor(receivedAt.getTime() / STEP_MS)]);
}

function sha256(parts: unknown[]): string {
  return createHash('sha256').update(canonicalJson(parts)).digest('hex');
}
