const LETTERS = 26;
const A = 65;

/** The name of a column, counted from 0: A, B, … Z, AA, … */
export function columnLetters(index: number): string {
  const last = String.fromCharCode(A + (index % LETTERS));
  return index < LETTERS ? last : columnLetters(Math.floor(index / LETTERS) - 1) + last;
}

/** The column, counted from 0, of a cell's name such as `AB12`; -1 if it begins with no letter. */
export function columnOf(reference: string): number {
  let index = 0;
  for (let i = 0; i < reference.length; i++) {
    const letter = reference.charCodeAt(i) - A;
    if (letter < 0 || letter >= LETTERS) break;
    index = index * LETTERS + letter + 1;
  }
  return index - 1;
}
