import type { Query } from '../../../../platform/database/query.ts';

/** At most 50 characters; a code is not cut, for it would be another one. */
export function couponCode(text: string): string | null {
  return [...text].length <= 50 ? text : null;
}

/** By character, what MySQL takes it for: `à` for `A`, `½` for `1⁄2`, what is invisible for nothing. */
let letters: ReadonlyMap<string, string> | null = null;

const PLAIN = /^[ -~]*$/;
/** MySQL weighs all characters beyond the first 65,536 alike, and unlike U+FFFD. */
const BEYOND = '·FFFD';

/**
 * The code as the table's key compares it: without case, accents, invisible characters and trailing blanks. `save10`,
 * `SAVE10 ` and `Sàve10` are one.
 * @throws Error for a code that is not plain ASCII before `learnLetters` was called.
 */
export function foldedCode(code: string): string {
  const folded = PLAIN.test(code) ? code.toUpperCase() : [...code].map(lettersOf).join('');
  return folded.replace(/ +$/, '');
}

function lettersOf(character: string): string {
  if (letters === null) throw new Error('Call learnLetters before codes are compared: MySQL has not been asked yet.');
  if (character.length > 1) return BEYOND;
  // Half of a pair reaches MySQL as U+FFFD.
  const sent = character.isWellFormed() ? character : '\uFFFD';
  return letters.get(sent) ?? sent;
}

interface Weighed {
  character: string;
  /** Four hexadecimal digits for each letter that it counts as, eight for a letter that counts as nothing but itself. */
  weight: string;
}

/**
 * Asks MySQL, once a process, how it weighs characters. No table of ours and no Unicode of Node's would do: of two codes
 * that are one to MySQL alone the second could never be inserted, and the import never go on (error 1062).
 */
export async function learnLetters(query: Query): Promise<void> {
  if (letters !== null) return;
  const rows = await query<Weighed>(
    `SELECT asked.k AS \`character\`, HEX(WEIGHT_STRING(asked.k)) AS weight FROM JSON_TABLE(?, '$[*]'
      COLUMNS (k VARCHAR(1) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci PATH '$')) asked`,
    [JSON.stringify(ASKED.flatMap(([first, last]) => charactersOf(first, last)))],
  );
  const plain = new Map<string, string>();
  for (const { character, weight } of rows) if (PLAIN.test(character)) plain.set(weight, character.toUpperCase());
  const spelt = rows.map(({ character, weight }) => [character, spell(weight, plain)] as const);
  letters = new Map(spelt.filter(([character, letters]) => character !== letters));
}

/** Between these lie ideographs, Hangul and private characters: each of them counts as itself alone. */
const ASKED = [
  [0, 0x33ff],
  [0xa000, 0xabff],
  [0xf900, 0xffff],
] as const;

function charactersOf(first: number, last: number): string[] {
  return Array.from({ length: last - first + 1 }, (_, index) => String.fromCharCode(first + index));
}

function spell(weight: string, plain: ReadonlyMap<string, string>): string {
  const parts = weight.match(/(?:FB[48C][01])?.{4}/g) ?? [];
  return parts.map((part) => plain.get(part) ?? (part.length === 8 ? itself(part) : `·${part}`)).join('');
}

/** Whose weight it is: the last bit of the first half and all but the first of the second are its number. */
function itself(weight: string): string {
  const [lead, trail] = [Number.parseInt(weight.slice(0, 4), 16), Number.parseInt(weight.slice(4), 16)];
  return String.fromCharCode(((lead & 1) << 15) | (trail & 0x7fff));
}
