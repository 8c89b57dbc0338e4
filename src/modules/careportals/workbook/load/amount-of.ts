import type { PaymentLine, RefundLine } from '../lines.ts';
import type { SheetName } from '../sheet.ts';

/** Cents of a payment or refund, whose sums are watched; 0 for anything else. */
export function amountOf(sheet: SheetName, line: unknown): number {
  if (sheet !== 'payment_succesful' && sheet !== 'refund.created') return 0;
  return (line as PaymentLine | RefundLine).amount;
}
