import { GraphQLID, type GraphQLLeafType, GraphQLString, isEnumType } from 'graphql';
import { DateTimeISO } from '../scalars.ts';
import { type Ink, put, putText } from './ink.ts';

/** Thrown where an answer cannot be written straight from the rows; one for all, since nobody reads where it came from. */
export const IRREGULAR = new Error('This answer is for plain execution.');

/**
 * Writes the JSON of a leaf's value. @returns the place behind it.
 * @throws IRREGULAR, or what the type says of a value that is none of its own.
 */
export type PutLeaf = (ink: Ink, value: unknown, at: number) => number;

/** What JSON writes differently: quotes, backslashes, control characters, and surrogates that may be alone. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for.
const NEEDS_ESCAPE = /["\\\u0000-\u001f\ud800-\udfff]/;

/** Up to this length writing character by character is faster than calls that do it at once. */
const SHORT = 80;

const QUOTE = 34;

/** As JSON.stringify writes a text. */
export function putString(ink: Ink, text: string, at: number): number {
  const { length } = text;
  if (length > SHORT) return putLong(ink, text, at);
  if (at + length + 2 > ink.size) ink.grow(at + length + 2);
  const { buffer } = ink;
  buffer[at] = QUOTE;
  for (let i = 0; i < length; i++) {
    const code = text.charCodeAt(i);
    if (code < 32 || code > 126 || code === QUOTE || code === 92) return putLong(ink, text, at);
    buffer[at + 1 + i] = code;
  }
  buffer[at + 1 + length] = QUOTE;
  return at + length + 2;
}

function putLong(ink: Ink, text: string, at: number): number {
  return putText(ink, NEEDS_ESCAPE.test(text) ? JSON.stringify(text) : `"${text}"`, at);
}

/** As graphql-js completes any leaf: by the type's own `serialize`. */
function serialized(type: GraphQLLeafType): PutLeaf {
  return (ink, value, at) => {
    if (isStrange(value)) throw IRREGULAR;
    const text = JSON.stringify(type.serialize(value) ?? undefined);
    if (text === undefined) throw IRREGULAR;
    return putText(ink, text, at);
  };
}

/** Whether graphql-js would do more with a value than complete it: there is none, it is waited for, called or thrown. */
export function isStrange(value: unknown): boolean {
  if (value === null || value === undefined || typeof value === 'function') return true;
  return (
    typeof value === 'object' && (value instanceof Error || typeof (value as { then?: unknown }).then === 'function')
  );
}

/** The usual values of a type are written at once, all others by the type's own `serialize`. */
export function leafOf(type: GraphQLLeafType): PutLeaf {
  const other = serialized(type);
  if (isEnumType(type)) {
    const names = new Map(type.getValues().map(({ name, value }) => [value as unknown, Buffer.from(`"${name}"`)]));
    return (ink, value, at) => {
      const name = names.get(value);
      return name === undefined ? other(ink, value, at) : put(ink, name, at);
    };
  }
  if (type === DateTimeISO) return instants(other);
  if (type === GraphQLString || type === GraphQLID) {
    return (ink, value, at) => (typeof value === 'string' ? putString(ink, value, at) : other(ink, value, at));
  }
  return PLAIN[type.name]?.(other) ?? other;
}

/** `2025-11-03 15:42:07.318` */
const LENGTH_OF_INSTANT = 23;

/** MySQL's text of an instant, as DateTimeISO shows it. */
function instants(other: PutLeaf): PutLeaf {
  return (ink, value, at) => {
    if (typeof value !== 'string' || value.length !== LENGTH_OF_INSTANT) return other(ink, value, at);
    if (at + 26 > ink.size) ink.grow(at + 26);
    const { buffer } = ink;
    for (let i = 0; i < LENGTH_OF_INSTANT; i++) {
      const code = value.charCodeAt(i);
      // Digits and what stands between them.
      if (code !== 32 && (code < 45 || code > 58)) return other(ink, value, at);
      buffer[at + 1 + i] = code;
    }
    buffer[at] = QUOTE;
    buffer[at + 11] = 84;
    buffer[at + 24] = 90;
    buffer[at + 25] = QUOTE;
    return at + 26;
  };
}

const TRUE = Buffer.from('true');
const FALSE = Buffer.from('false');

const PLAIN: Record<string, (other: PutLeaf) => PutLeaf> = {
  Int: (other) => (ink, value, at) =>
    ((value as number) | 0) === value ? putText(ink, String(value), at) : other(ink, value, at),
  Float: (other) => (ink, value, at) =>
    Number.isFinite(value) ? putText(ink, String(value), at) : other(ink, value, at),
  Boolean: (other) => (ink, value, at) => {
    if (value === true || value === 1) return put(ink, TRUE, at);
    return value === false || value === 0 ? put(ink, FALSE, at) : other(ink, value, at);
  },
};
