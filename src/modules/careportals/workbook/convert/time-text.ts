import type { Instant } from '../../../../platform/database/instant.ts';
import { isoInstant } from '../../intake/careportals/clean.ts';
import { type EasternTime, easternToUtc, easternToUtcBy } from './eastern-time.ts';

const US = /^(\d{1,2})\/(\d{1,2})\/(\d{4}),?\s+(\d{1,2}):(\d\d)(?::(\d\d))?(?:\s*(AM|PM))?$/i;
const SORTABLE = /^(\d{4})-(\d\d)-(\d\d)[T ](\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?(?:\s*(EDT|EST))?$/i;

/**
 * A time as the workbook's cells and texts have it: `10/07/2025, 02:03:04 PM`, `10/07/2025 14:03:04`,
 * `2025-10-07 14:03:04.000 EDT`, or ISO 8601 with its zone. Without a zone it is New York's. Null for anything else.
 */
export function timeOf(text: string): EasternTime | null {
  const sortable = SORTABLE.exec(text);
  const us = sortable === null ? US.exec(text) : null;
  if (us) return eastern(usWall(us));
  if (!sortable) return exact(/(Z|[+-]\d\d:?\d\d)$/i.test(text) ? isoInstant(text) : null);
  const zone = sortable[8]?.toUpperCase();
  const wall = sortableWall(sortable);
  if (zone !== 'EDT' && zone !== 'EST') return eastern(wall);
  return exact(wall === null ? null : easternToUtcBy(wall, zone));
}

/** The time of a date cell: `YYYY-MM-DD HH:MM:SS.mmm`. */
export function timeOfWall(wall: string): EasternTime | null {
  const ms = Date.parse(`${wall.replace(' ', 'T')}Z`);
  return Number.isNaN(ms) ? null : easternToUtc(ms);
}

function eastern(wall: number | null): EasternTime | null {
  return wall === null ? null : easternToUtc(wall);
}

function exact(at: Instant | null): EasternTime | null {
  return at === null ? null : { at, odd: null };
}

function usWall([, month, day, year, hour, minute, second = '0', half]: RegExpExecArray): number | null {
  const hours = Number(hour);
  if (half === undefined) return wallOf([year, month, day, hours, minute, second, 0]);
  if (hours < 1 || hours > 12) return null;
  const shift = half.toUpperCase() === 'PM' ? 12 : 0;
  return wallOf([year, month, day, (hours % 12) + shift, minute, second, 0]);
}

function sortableWall([, year, month, day, hour, minute, second = '0', fraction = '']: RegExpExecArray): number | null {
  return wallOf([year, month, day, hour, minute, second, fraction.padEnd(3, '0').slice(0, 3)]);
}

/** Null for what no calendar has: 30 February, 24:00. */
function wallOf(parts: (string | number | undefined)[]): number | null {
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0, ms = 0] = parts.map(Number);
  const wall = Date.UTC(year, month - 1, day, hour, minute, second, ms);
  const date = new Date(wall);
  const isReal = date.getUTCMonth() === month - 1 && date.getUTCDate() === day && date.getUTCHours() === hour;
  return isReal && year >= 1969 && minute < 60 && second < 60 ? wall : null;
}
