import type { OutCell } from '../../../../platform/xlsx/cell.ts';
import { emrId, orderNumber } from '../../intake/careportals/clean.ts';
import { plainNumber } from './numbers.ts';

/** An id of the EMR, or one of ours for a customer whom the EMR has not named yet. */
export function id24(text: string): string | null {
  return /^unknown-[0-9a-f]{24}$/.test(text) ? text : emrId(text);
}

/** MD5 as 32 hexadecimal digits, lower case. */
export function id32(text: string): string | null {
  return /^[0-9a-f]{32}$/i.test(text) ? text.toLowerCase() : null;
}

/** The number that customers see, as digits; sheets may hold `2417.0`. */
export function orderNumberOf(text: string): string | null {
  return orderNumber(plainNumber(text));
}

export const chargeId = stripeId('ch|py');
export const intentId = stripeId('pi');
export const refundId = stripeId('re|pyr');
export const stripeCustomerId = stripeId('cus');
export const paymentMethodId = stripeId('pm|card|src|ba');

function stripeId(prefixes: string): (text: string) => string | null {
  const shape = new RegExp(`^(?:${prefixes})_[A-Za-z0-9]{6,64}$`);
  return (text) => (shape.test(text) ? text : null);
}

export function orderCell(orderId: string): OutCell {
  return { number: orderId };
}
