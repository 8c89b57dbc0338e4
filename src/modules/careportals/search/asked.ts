/** What somebody typed into the search box, read in each way in which it can be meant. */
export interface Asked {
  /** Without spaces at the ends, and runs of them made one; with either apostrophe if it has one. */
  texts: string[];
  /** As it could be an id: one word, without the `#` that people put before an order number. Null if it is no one word. */
  id: string | null;
  /** Its digits if it looks like a phone number, else null. */
  phone: string | null;
  /** First name and last name as they could be meant, likelier first; empty if it is one word. */
  names: { first: string; last: string }[];
}

/** What phones and word processors make of an apostrophe, and what else looks like one. */
const APOSTROPHES = /[’‘ʼ´`′]/g;
/** Longer than anything that can be found. */
const LONGEST = 255;
const PHONE = /^\+?[\d\s().-]+$/;
/** Nobody has more, and each more is two more ways to read it. */
const MOST_WORDS = 4;

/** Null if nothing can be found by it. */
export function readAsked(typed: string): Asked | null {
  const text = typed.trim().replaceAll(/\s+/g, ' ').replaceAll(APOSTROPHES, "'");
  if (text === '' || text.length > LONGEST) return null;
  const word = text.replace(/^#/, '');
  // Nobody knows how a name was typed when it was stored.
  const texts = text.includes("'") ? [text, text.replaceAll("'", '’')] : [text];
  return {
    texts,
    id: word.includes(' ') ? null : word,
    phone: PHONE.test(text) ? text.replaceAll(/\D/g, '') : null,
    names: texts.flatMap(namesIn),
  };
}

/** `Ada Lovelace`, `Lovelace, Ada` or `Lovelace Ada`; of more words any may begin the last name. */
function namesIn(text: string): Asked['names'] {
  const [last = '', first = '', ...others] = text.split(/\s?,\s?/);
  if (first !== '') return last !== '' && others.length === 0 ? [{ first, last }] : [];
  const words = text.split(' ');
  if (words.length > MOST_WORDS) return [];
  const splits = words.slice(1).map((_, k) => [words.slice(0, k + 1).join(' '), words.slice(k + 1).join(' ')] as const);
  return [
    ...splits.map(([before, after]) => ({ first: before, last: after })),
    ...splits.map(([before, after]) => ({ first: after, last: before })),
  ];
}
