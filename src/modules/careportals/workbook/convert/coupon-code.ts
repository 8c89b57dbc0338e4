/** At most 50 characters; a code is not cut, for it would be another one. */
export function couponCode(text: string): string | null {
  return [...text].length <= 50 ? text : null;
}

/**
 * The code as the table's key compares it: without case, accents, invisible characters and trailing blanks, and all
 * beyond the first 65,536 characters alike. `save10`, `SAVE10 ` and `Sàve10` are one.
 */
export function foldedCode(code: string): string {
  return code
    .replaceAll(/[\u{10000}-\u{10FFFF}]/gu, '\uFFFD')
    .normalize('NFKD')
    .replaceAll(/[\p{M}\u200B-\u200F\u2060\uFEFF]/gu, '')
    .toUpperCase()
    .replaceAll('Σ', 'σ')
    .toLowerCase()
    .trimEnd();
}
