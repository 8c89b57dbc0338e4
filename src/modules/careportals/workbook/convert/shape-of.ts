/** Longest shape. */
const LENGTH = 24;

/**
 * What a value looks like without what it says: digits as 9, letters as a, everything else as it is, at most 24
 * characters. Fit for a terminal, whoever's the value is.
 */
export function shapeOf(text: string | null): string | null {
  if (text === null) return null;
  const shape = [...text.slice(0, 4 * LENGTH)].map(shapeOfCharacter).join('');
  return shape.length <= LENGTH ? shape : `${shape.slice(0, LENGTH - 1)}…`;
}

function shapeOfCharacter(character: string): string {
  if (/\p{N}/u.test(character)) return '9';
  if (/[\p{L}\p{M}]/u.test(character)) return 'a';
  if (/[\p{Z}\p{C}]/u.test(character)) return ' ';
  return character.length === 1 ? character : '?';
}
