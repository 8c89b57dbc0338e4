import type { Level } from '../../platform/access/caller.ts';
import type { Access } from '../../platform/read/source.ts';

/**
 * Who sees what: the one table that decides reading, filtering, sorting and searching alike.
 * A hidden field is null; filtering or sorting by it is FORBIDDEN. Of a redacted one the free values are left out.
 * A row that is not the customer's is absent.
 * A service with scope `feed` follows all live changes and sees of them, and of what they lead to, what an analyst sees.
 */
export const access = {
  Customer: rights({ customer: 'own', analyst: ['email', 'firstName', 'lastName', 'phone', 'emrProfileUrl'] }),
  Address: rights({
    customer: 'own',
    // Apartments of a building share an address row, so its second line may be a neighbour's.
    customerHides: ['address2'],
    // The id is a hash of the street: whoever has a list of streets could look it up.
    analyst: ['addressId', 'address1', 'address2', 'postalCode'],
  }),
  Product: rights({ customer: 'all' }),
  Coupon: rights({ customer: 'own' }),
  Order: rights({
    customer: 'own',
    analyst: ['shipToAddress1', 'shipToAddress2', 'shipToPostalCode', 'trackingCode', 'trackingLink'],
  }),
  OrderStatusUpdate: rights({ customer: 'own', customerHides: ['actor', 'note'], analyst: ['actor', 'note'] }),
  OrderCancellation: rights({ customer: 'own' }),
  Payment: rights({ customer: 'own', analyst: ['description'] }),
  Refund: rights({ customer: 'own' }),
  CareSubscription: rights({ customer: 'own' }),
  SubscriptionAuditEntry: rights({
    customer: 'own',
    customerHides: ['actor', 'comment', 'rawData'],
    supportHides: ['rawData'],
    analyst: ['actor', 'reason', 'comment', 'rawData'],
  }),
  BulkJob: staffOnly(),
  BulkItem: staffOnly(),
  Prescription: {
    ...rights({ customer: 'own', analyst: ['drugs', 'fulfillments', 'notes'] }),
    feed: none(),
  },
  Message: {
    ...rights({
      customer: 'own',
      analyst: ['content', 'subject', 'senderName', 'contactEmail', 'emrProfileUrl'],
    }),
    feed: none(),
  },
  QuestionnaireResponse: rights({ customer: 'own', analyst: ['answers'] }),
  WebhookDelivery: rights({
    customer: 'none',
    supportRedacts: ['payload'],
    // It may name a customer by an id that is known nowhere else yet.
    analyst: ['note', 'payload', 'replayedBy', 'waitingFor'],
  }),
  WebhookLog: rights({
    customer: 'none',
    supportHides: ['errorMessage'],
    supportRedacts: ['payload'],
    analyst: ['errorMessage', 'payload'],
  }),
  ErrorLog: { ...rights({ customer: 'none' }), support: none(), analyst: none(), feed: none() },
} satisfies Record<string, Record<Level, Access>>;

function rights(of: {
  customer: Access['rows'];
  customerHides?: string[];
  supportHides?: string[];
  supportRedacts?: string[];
  /** What is null for an analyst. */
  analyst?: string[];
}): Record<Level, Access> {
  const hiddenFromAnalysts = of.analyst ?? [];
  return {
    customer: { rows: of.customer, hidden: of.customerHides ?? [] },
    support: { rows: 'all', hidden: of.supportHides ?? [], redacted: of.supportRedacts ?? [] },
    analyst: { rows: 'all', hidden: hiddenFromAnalysts },
    admin: { rows: 'all', hidden: [] },
    feed: { rows: 'reached', hidden: hiddenFromAnalysts },
    none: none(),
  };
}

/** For those who may change subscriptions other than their own. */
function staffOnly(): Record<Level, Access> {
  return { ...rights({ customer: 'none' }), analyst: none(), feed: none() };
}

function none(): Access {
  return { rows: 'none', hidden: [] };
}
