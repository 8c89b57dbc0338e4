/** What waits of a payment that was written: an order that its description names besides, and nobody knows yet. */
export interface PaymentLink {
  charge_id: string;
  link_order_id: string;
  /** That named the order. */
  description: string | null;
}

export function isPaymentLink(line: object): line is PaymentLink {
  return 'link_order_id' in line;
}
