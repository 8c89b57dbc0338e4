/** The statuses that have a name of their own in the graph; every other text is shown as OTHER beside the raw text. */
export enum OrderStatus {
  PENDING = 'pending',
  AWAITING_PAYMENT = 'awaiting_payment',
  PROCESSING = 'processing',
  AWAITING_REQUIREMENTS = 'awaiting_requirements',
  AWAITING_REQUISITION = 'awaiting_requisition',
  AWAITING_RESULTS = 'awaiting_results',
  AWAITING_SCRIPT = 'awaiting_script',
  AWAITING_FULFILLMENT = 'awaiting_fulfillment',
  AWAITING_SHIPMENT = 'awaiting_shipment',
  SHIPPED = 'shipped',
  DELIVERED = 'delivered',
  COMPLETED = 'completed',
  CANCELLED = 'cancelled',
  REFUNDED = 'refunded',
  OTHER = 'other',
}

const NAMED = new Set<string>(Object.values(OrderStatus));

/** Longest status text that the table holds. */
export const STATUS_MAX_LENGTH = 50;

/** A status as it is stored: trimmed, lower case, spaces and dashes as `_`, "canceled" spelt with two l. Null if blank. */
export function normaliseStatus(text: string): string | null {
  const status = text
    .trim()
    .toLowerCase()
    .replaceAll(/[\s-]+/g, '_')
    .replace(/^canceled$/, 'cancelled')
    .slice(0, STATUS_MAX_LENGTH);
  return status === '' ? null : status;
}

/** The enum value for a stored status. The set is open: the EMR may send what it likes. */
export function orderStatusOf(stored: string | null): OrderStatus | null {
  if (stored === null) return null;
  return NAMED.has(stored) ? (stored as OrderStatus) : OrderStatus.OTHER;
}
