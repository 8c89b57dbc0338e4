/**
 * Customers with all that hangs on them. Every text and id of the third one holds `p0003`, every node id of hers
 * `f00d0003`, every order number of hers begins with 3: so a test can tell whose a value is by looking at it.
 */
export function codeOf(person: number): string {
  return `p${String(person).padStart(4, '0')}`;
}

const TABLES = [
  'customers',
  'addresses',
  'products',
  'coupons',
  'orders',
  'updates',
  'cancellations',
  'payments',
  'refunds',
  'subscriptions',
  'audit',
  'responses',
  'webhooks',
  'errors',
  'bulkjobs',
  'bulkitems',
  'deliveries',
  'prescriptions',
  'messages',
] as const;

type Table = (typeof TABLES)[number];

export function publicId(person: number, table: Table, k = 1): string {
  const owner = `f00d${String(person).padStart(4, '0')}`;
  return `${owner}${String(TABLES.indexOf(table)).padStart(8, '0')}${String(k).padStart(16, '0')}`;
}

/** The node id of the k-th row of a person; what is shared by all (products, coupons, addresses) belongs to person 0. */
export function nodeIdOf(prefix: string, person: number, k = 1): string {
  const table = PREFIXES[prefix];
  if (table === undefined) throw new Error(`No table for ${prefix}`);
  return `${prefix}_${publicId(person, table, k)}`;
}

const PREFIXES: Record<string, Table> = {
  customer: 'customers',
  address: 'addresses',
  product: 'products',
  coupon: 'coupons',
  order: 'orders',
  status: 'updates',
  cancellation: 'cancellations',
  payment: 'payments',
  refund: 'refunds',
  subscription: 'subscriptions',
  audit: 'audit',
  response: 'responses',
  webhook: 'deliveries',
  webhooklog: 'webhooks',
  errorlog: 'errors',
  bulkjob: 'bulkjobs',
  bulkitem: 'bulkitems',
  prescription: 'prescriptions',
  message: 'messages',
};

export function orderNumber(person: number, k = 1): string {
  return String(person * 1_000 + k);
}

/** An instant of the tests' own day, as rows carry it. */
export function at(minute: number): string {
  return `2026-03-01 ${String(10 + Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}:00.000`;
}

/** Neighbours: persons 1 and 2 live in one building, as do 3 and 4. */
export function buildingOf(person: number): number {
  return Math.ceil(person / 2);
}

/** The address id that persons of a building share. */
export function addressIdOf(person: number): string {
  return `adde55${String(buildingOf(person)).padStart(26, '0')}`;
}

/** A customer's id in CarePortals. */
export function customerIdOf(person: number): string {
  return `cust-${codeOf(person)}`;
}

/** A subscription's id in CarePortals: the first is active, the second paused, the third cancelled. */
export function subscriptionIdOf(person: number, k = 1): string {
  return `sub-${codeOf(person)}-${k}`;
}
