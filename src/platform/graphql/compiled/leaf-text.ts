import { GraphQLID, type GraphQLLeafType, GraphQLString, isEnumType } from 'graphql';
import { DateTimeISO } from '../scalars.ts';

/** Thrown where an answer cannot be written straight from the rows; one for all, since nobody reads where it came from. */
export const IRREGULAR = new Error('This answer is for plain execution.');

/** The JSON text of a leaf's value. @throws IRREGULAR, or what the type says of a value that is none of its own. */
type LeafText = (value: unknown) => string;

/** How values of a leaf type are written. */
export interface Leaf {
  /** What stands before and behind: a quote if the type's values are texts, or nothing. */
  quote: '"' | '';
  /** What stands between: so the writer joins quotes to what it writes anyway. @throws as LeafText */
  inner: LeafText;
}

/** What JSON writes differently: quotes, backslashes, control characters, and surrogates that may be alone. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for.
const NEEDS_ESCAPE = /["\\\u0000-\u001f\ud800-\udfff]/;

/** Below this length looking at each character is faster than the regular expression. */
const SHORT = 40;

/** What JSON.stringify makes of a text, without its quotes; for most texts that is the text itself. */
export function escaped(text: string): string {
  if (text.length > SHORT) return NEEDS_ESCAPE.test(text) ? stringified(text) : text;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code < 32 || code === 34 || code === 92 || (code >= 0xd800 && code <= 0xdfff)) return stringified(text);
  }
  return text;
}

function stringified(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}

/** As graphql-js completes any leaf: by the type's own `serialize`. */
function serialized(type: GraphQLLeafType): LeafText {
  return (value) => {
    if (isStrange(value)) throw IRREGULAR;
    const text = JSON.stringify(type.serialize(value) ?? undefined);
    if (text === undefined) throw IRREGULAR;
    return text;
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
export function leafOf(type: GraphQLLeafType): Leaf {
  const other = serialized(type);
  const plain = PLAIN[type.name];
  if (!isEnumType(type) && plain !== undefined) return { quote: '', inner: plain(other) };
  const inQuotes: LeafText = (value) => other(value).slice(1, -1);
  if (isEnumType(type)) {
    const names = new Map(type.getValues().map(({ name, value }) => [value as unknown, name]));
    return { quote: '"', inner: (value) => names.get(value) ?? inQuotes(value) };
  }
  if (type === DateTimeISO) return { quote: '"', inner: instants(inQuotes) };
  if (type !== GraphQLString && type !== GraphQLID) return { quote: '', inner: other };
  return { quote: '"', inner: (value) => (typeof value === 'string' ? escaped(value) : inQuotes(value)) };
}

/** What MySQL's text of an instant is made of; any other could be cut in the middle of a character. */
const OF_INSTANT = /^[\d: .-]*$/;

/** MySQL's text of an instant, as DateTimeISO shows it. */
function instants(other: LeafText): LeafText {
  return (value) => {
    if (typeof value !== 'string' || !OF_INSTANT.test(value)) return other(value);
    return `${value.slice(0, 10)}T${value.slice(11, 23)}Z`;
  };
}

const PLAIN: Record<string, (other: LeafText) => LeafText> = {
  Int: (other) => (value) => (((value as number) | 0) === value ? `${value}` : other(value)),
  Float: (other) => (value) => (Number.isFinite(value) ? `${value as number}` : other(value)),
  Boolean: (other) => (value) => {
    if (value === true || value === 1) return 'true';
    return value === false || value === 0 ? 'false' : other(value);
  },
};
