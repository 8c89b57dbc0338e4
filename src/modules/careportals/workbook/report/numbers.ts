/** Digits in groups of three. */
export function grouped(number: number): string {
  return number.toLocaleString('en-US');
}

/** Cents as dollars: `1,234.50`. */
export function dollars(cents: number): string {
  const [whole = '0', rest = '00'] = (Math.abs(cents) / 100).toFixed(2).split('.');
  return `${cents < 0 ? '-' : ''}${Number(whole).toLocaleString('en-US')}.${rest}`;
}
