import type { OutCell } from '../../../../platform/xlsx/cell.ts';
import { dollarsToCents } from '../../intake/careportals/money.ts';
import { plainNumber } from './numbers.ts';

/** Digits that a spreadsheet's number holds for certain; what comes after is the noise of binary fractions. */
const CERTAIN_DIGITS = 15;
const DECIMALS = 10;

/** Dollars as decimal text to cents. Null for what is no number and for what an INT cannot hold. */
export function dollarsOf(text: string): number | null {
  return dollarsToCents(withoutNoise(plainNumber(text)));
}

/** 349.00000000000006 is 349, and 0.28499999999999998 is 0.285: half a cent, which is rounded up. */
function withoutNoise(text: string): string {
  const parts = /^(-?)(\d+)\.(\d+)$/.exec(text);
  if (!parts) return text;
  const [, sign = '', whole = '', fraction = ''] = parts;
  const significant = (whole + fraction).replace(/^0+/, '').length;
  if (significant <= CERTAIN_DIGITS || fraction.length <= DECIMALS) return text;
  const up = fraction.charAt(DECIMALS) >= '5' ? 1n : 0n;
  const rounded = String(BigInt(whole + fraction.slice(0, DECIMALS)) + up).padStart(DECIMALS + 1, '0');
  return `${sign}${rounded.slice(0, -DECIMALS)}.${rounded.slice(-DECIMALS)}`;
}

/** Cents as a cell of dollars: 14950 is 149.5. */
export function dollarsCell(cents: number | null): OutCell {
  if (cents === null) return null;
  const digits = String(Math.abs(cents)).padStart(3, '0');
  const fraction = digits.slice(-2).replace(/0+$/, '');
  const dollars = digits.slice(0, -2) + (fraction === '' ? '' : `.${fraction}`);
  return { number: cents < 0 ? `-${dollars}` : dollars };
}
