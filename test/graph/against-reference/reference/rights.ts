export type Role = 'customer' | 'support' | 'analyst' | 'admin' | 'service';

/** Who asks; a customer by the id that the server itself uses for her. */
export interface Asker {
  role: Role;
  customerId: string | null;
}

/** Written from docs/access.md: what each role gets null for. */
const HIDDEN: Record<string, Record<string, string>> = {
  customer: {
    Address: 'address2',
    OrderStatusUpdate: 'actor note',
    SubscriptionAuditEntry: 'actor comment rawData',
  },
  support: { SubscriptionAuditEntry: 'rawData', WebhookLog: 'errorMessage' },
  analyst: {
    Customer: 'email firstName lastName phone emrProfileUrl',
    Address: 'addressId address1 address2 postalCode',
    Order: 'shipToAddress1 shipToAddress2 shipToPostalCode trackingCode trackingLink',
    OrderStatusUpdate: 'actor note',
    Payment: 'description',
    SubscriptionAuditEntry: 'actor reason comment rawData',
    Prescription: 'drugs fulfillments notes',
    Message: 'content subject senderName contactEmail emrProfileUrl',
    QuestionnaireResponse: 'answers',
    WebhookDelivery: 'note payload replayedBy waitingFor',
    WebhookLog: 'errorMessage payload',
  },
};

/** Types that a role may not ask for. Edges to them are empty. */
const CLOSED: Record<string, string[]> = {
  customer: ['WebhookDelivery', 'WebhookLog', 'ErrorLog', 'BulkJob', 'BulkItem'],
  support: ['ErrorLog'],
  analyst: ['ErrorLog', 'BulkJob', 'BulkItem'],
};

export function isHidden({ role }: Asker, type: string, field: string): boolean {
  return (HIDDEN[role]?.[type] ?? '').split(' ').includes(field);
}

/** Services have nothing to ask for in queries. */
export function isClosed({ role }: Asker, type: string): boolean {
  return role === 'service' || (CLOSED[role]?.includes(type) ?? false);
}
