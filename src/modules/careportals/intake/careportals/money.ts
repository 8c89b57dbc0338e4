const DECIMAL = /^([+-]?)(\d*)(?:\.(\d*))?(?:e([+-]?\d{1,3}))?$/i;
const LONGEST = 40;
const LARGEST_INT = 2_147_483_647n;

/**
 * Dollars as decimal text to integer cents, digit by digit: `149.5` is 14950. Half a cent rounds away from zero.
 * Null for what is no number, and for what an INT column cannot hold.
 */
export function dollarsToCents(text: string): number | null {
  return decimalTimes(text, 2);
}

/** A percentage as the whole number that is stored: `50` is 50, never 5000; `12.5` is 13. */
export function wholePercent(text: string): number | null {
  return decimalTimes(text, 0);
}

/** The decimal times 10^places, rounded half away from zero. */
function decimalTimes(text: string, places: number): number | null {
  const parts = text.length <= LONGEST ? DECIMAL.exec(text) : null;
  if (!parts) return null;
  const [, sign, whole = '', fraction = '', exponent = '0'] = parts;
  if (whole + fraction === '') return null;
  const size = shifted(BigInt(whole + fraction), Number(exponent) - fraction.length + places);
  if (size > LARGEST_INT) return null;
  return sign === '-' && size > 0n ? -Number(size) : Number(size);
}

function shifted(digits: bigint, shift: number): bigint {
  if (shift >= 0) return digits * 10n ** BigInt(shift);
  const divisor = 10n ** BigInt(-shift);
  return (digits * 2n + divisor) / (divisor * 2n);
}
