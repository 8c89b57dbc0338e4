import { type Instant, toInstant } from '../../../../platform/database/instant.ts';

const BLANKS = new Set(['', 'null', 'undefined', 'N/A', 'n/a']);
const OBJECT_AS_TEXT = /^\[object \w+\]/;
const UNRESOLVED = /\{\{[^{}]*\}\}/;

/** Whether the text says that the sender's template is wrong, and how; null for honest text. */
export function templateFault(raw: string): string | null {
  if (OBJECT_AS_TEXT.test(raw.trim())) return 'is an object printed as text';
  return UNRESOLVED.test(raw) ? 'is a placeholder that was not filled in' : null;
}

/** Trimmed text without control characters; null for blanks and for what a template leaves behind. */
export function cleanText(raw: string): string | null {
  const text = raw.replaceAll(/\p{Cc}/gu, ' ').trim();
  return BLANKS.has(text) || templateFault(text) !== null ? null : text;
}

/** The first `length` characters, never half of one. */
export function clip(text: string, length: number): string {
  return text.length <= length ? text : [...text].slice(0, length).join('');
}

/** An id of the EMR: 24 hexadecimal digits, in lower case. Null for anything else. */
export function emrId(text: string): string | null {
  return /^[0-9a-f]{24}$/i.test(text) ? text.toLowerCase() : null;
}

const LARGEST_BIGINT = 9_223_372_036_854_775_807n;

/** An order number as the BIGINT column prints it: digits, without leading zeros, at least 1. */
export function orderNumber(text: string): string | null {
  if (!/^\d{1,30}$/.test(text)) return null;
  const number = BigInt(text);
  return number > 0n && number <= LARGEST_BIGINT ? String(number) : null;
}

/** A whole number in the range of an INT column. */
export function wholeNumber(text: string): number | null {
  if (!/^-?\d{1,10}$/.test(text)) return null;
  const number = Number(text);
  return Math.abs(number) <= 2_147_483_647 ? number : null;
}

/** An address for mail without any white space, visible or not; null unless it has the shape of one and fits. */
export function emailAddress(text: string): string | null {
  const email = text.replaceAll(/[\s\u200B-\u200D\u2060\uFEFF]/gu, '');
  return /^[^@]+@[^@]+$/.test(email) && email.length <= 255 ? email : null;
}

/** E.164 where the number can be read (ten digits are taken for North America), else the text; zeros are none. */
export function phoneNumber(text: string): string | null {
  const digits = text.replaceAll(/\D/g, '');
  if (/^0*$/.test(digits)) return null;
  if (!/^\+?[\d\s().-]+$/.test(text)) return clip(text, 50);
  if (text.startsWith('+')) return digits.length <= 15 ? `+${digits}` : clip(text, 50);
  if (digits.length === 10) return `+1${digits}`;
  return digits.length === 11 && digits.startsWith('1') ? `+${digits}` : clip(text, 50);
}

const ISO =
  /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?(Z|[+-](?:0\d|1[0-4]):?[0-5]\d)?)?$/i;

/** An ISO 8601 instant, UTC where it names no zone; null for what is no day or no time, and outside 1970 to 9999. */
export function isoInstant(text: string): Instant | null {
  const parts = ISO.exec(text);
  if (!parts) return null;
  const [, year, month, day, hour = '00', minute = '00', second = '00', fraction = '', zone = 'Z'] = parts;
  const wall = `${year}-${month}-${day}T${hour}:${minute}:${second}.${fraction.padEnd(3, '0').slice(0, 3)}`;
  const asUtc = new Date(`${wall}Z`);
  // Date turns 30 February into 2 March and 24:00 into the next day; such text names no instant.
  if (Number.isNaN(asUtc.getTime()) || asUtc.toISOString() !== `${wall}Z`) return null;
  const instant = new Date(asUtc.getTime() - offsetMinutes(zone) * 60_000);
  return instant.getTime() >= 0 && instant.getUTCFullYear() <= 9999 ? toInstant(instant) : null;
}

function offsetMinutes(zone: string): number {
  if (/^z$/i.test(zone)) return 0;
  const minutes = Number(zone.slice(1, 3)) * 60 + Number(zone.slice(-2));
  return zone.startsWith('-') ? -minutes : minutes;
}

/** A web address that is safe to show as a link; null for any other scheme. */
export function webLink(text: string): string | null {
  return /^https?:\/\/[^\s]+$/i.test(text) && text.length <= 2_000 ? text : null;
}
