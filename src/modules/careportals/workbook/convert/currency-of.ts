/** Three letters, upper case. */
export function currencyOf(text: string): string | null {
  return /^[a-z]{3}$/i.test(text) ? text.toUpperCase() : null;
}
