import { invalidCursor } from '../graphql/faults.ts';

/**
 * A place in a feed: every row up to `head` was delivered, save those in `holes`, whose transactions were not known to
 * be over. Row numbers are given out before commit, so a lower number can appear after a higher one.
 */
export interface FeedPosition {
  head: bigint;
  /** In any order. A list is never changed once it is here. */
  holes: readonly bigint[];
}

const LARGEST = 9_223_372_036_854_775_807n;

/** The feed's letter, the head, the highest hole, and from there the step down to each next one; all hexadecimal. */
const CURSOR = /^[a-z]\.(0|[1-9a-f][0-9a-f]{0,15})(\.[1-9a-f][0-9a-f]{0,15}){0,500}$/;

/** Holes that a cursor can name: it has to fit into a header, `Last-Event-ID`. */
const MOST_NAMED = 500;

/**
 * As clients keep it: opaque text, the same for every instance. Some hundred holes at a busy time stay short; with more
 * than it can name it stands below the first that it cannot, and so repeats more.
 * @param letter of the feed whose numbers these are.
 */
export function encodePosition(position: FeedPosition, letter: string): string {
  const { head, holes } = position.holes.length > MOST_NAMED ? lowered(position.holes) : position;
  return Buffer.from(`${letter}.${head.toString(16)}${textOf(holes)}`, 'latin1').toString('base64url');
}

const loweredOnes = new WeakMap<readonly bigint[], FeedPosition>();

function lowered(holes: readonly bigint[]): FeedPosition {
  const known = loweredOnes.get(holes);
  if (known !== undefined) return known;
  const rising = holes.toSorted((a, b) => (a < b ? -1 : 1));
  const position = { head: (rising[MOST_NAMED] ?? 1n) - 1n, holes: rising.slice(0, MOST_NAMED) };
  loweredOnes.set(holes, position);
  return position;
}

/** @throws INVALID_CURSOR if it is none that we gave for this feed. */
export function decodePosition(cursor: string, letter: string): FeedPosition {
  const text = Buffer.from(cursor, 'base64url').toString('latin1');
  if (!CURSOR.test(text) || !text.startsWith(letter)) throw invalidCursor();
  const [head = 0n, ...steps] = text
    .split('.')
    .slice(1)
    .map((part) => BigInt(`0x${part}`));
  const holes: bigint[] = [];
  for (const step of steps) holes.push(holes.length === 0 ? step : (holes.at(-1) ?? 0n) - step);
  // What is not exactly what we would write was made by somebody else.
  const position = { head, holes };
  const isOurs = head <= LARGEST && holes.every((hole) => hole > 0n && hole <= head);
  if (!isOurs || encodePosition(position, letter) !== cursor) throw invalidCursor();
  return position;
}

const texts = new WeakMap<readonly bigint[], string>();

/** Many rows in a row share one list of holes, so its text is kept. */
function textOf(holes: readonly bigint[]): string {
  const known = texts.get(holes);
  if (known !== undefined) return known;
  const falling = holes.toSorted((a, b) => (a < b ? 1 : -1));
  const steps = falling.map((hole, i) => (i === 0 ? hole : (falling[i - 1] ?? 0n) - hole));
  const text = steps.map((step) => `.${step.toString(16)}`).join('');
  texts.set(holes, text);
  return text;
}
