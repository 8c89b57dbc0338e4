import type { OutCell } from '../../../../platform/xlsx/cell.ts';
import { wholeNumber } from '../../intake/careportals/clean.ts';

const DECIMAL = /^([+-]?)(\d*)(?:\.(\d*))?(?:e([+-]?\d{1,3}))?$/i;
/** Most numbers are plain already. */
const PLAIN = /^[1-9]\d*$/;
/** Longer numbers are left as they are; nothing that is read here can hold them. */
const LONGEST = 40;

/** A number as people write it: `242.0` is 242, `1.5E3` is 1500, `-0` is 0. Anything else unchanged. */
export function plainNumber(text: string): string {
  if (PLAIN.test(text)) return text;
  const parts = DECIMAL.exec(text);
  if (!parts || text.length > LONGEST) return text;
  const [, sign, whole = '', fraction = '', exponent = '0'] = parts;
  const digits = whole + fraction;
  const point = whole.length + Number(exponent);
  if (digits === '' || Math.abs(point) > LONGEST) return text;
  const padded = digits.padStart(digits.length + Math.max(0, 1 - point), '0').padEnd(point, '0');
  const cut = Math.max(point, 1);
  const integer = padded.slice(0, cut).replace(/^0+(?=\d)/, '');
  const rest = padded.slice(cut).replace(/0+$/, '');
  const plain = rest === '' ? integer : `${integer}.${rest}`;
  return sign === '-' && plain !== '0' ? `-${plain}` : plain;
}

/** A whole number in the range of INT, be it written `2` or `2.0`. */
export function wholeOf(text: string): number | null {
  return wholeNumber(plainNumber(text));
}

export function wholeCell(value: number | null): OutCell {
  return value === null ? null : { number: String(value) };
}
