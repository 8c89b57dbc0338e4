import type { Instant } from '../../../platform/database/instant.ts';
import { isRepeatOf, RetryLater } from '../../../platform/database/transaction.ts';
import { type CouponFacts, ensureCoupon } from '../catalog/ensure-coupon.ts';
import { ensureProduct, type ProductFacts } from '../catalog/ensure-product.ts';
import {
  type CustomerFacts,
  findOrCreateCustomer,
  type ResolvedCustomer,
} from '../customers/find-or-create-customer.ts';
import { type Address, recordAddress } from '../customers/record-address.ts';
import type { Tx } from '../tables.ts';
import { type KnownOrder, lockOrder } from './lock-order.ts';
import { mergeOrder, NOTHING_TOLD, type OrderColumns, type Recency, UNTOLD } from './merge-order.ts';
import { reportAmountMismatch } from './report-amount-mismatch.ts';

/** What a sender said of an order; null where it said nothing usable. Amounts in cents, instants in UTC. */
export interface OrderFacts {
  /** The number that customers see, as digits. */
  orderId: string | null;
  /** CarePortals' own id, 24 hexadecimal digits. */
  internalOrderId: string | null;
  customer: CustomerFacts;
  product: ProductFacts | null;
  coupon: CouponFacts | null;
  /** The order's ship-to text; a province alone where no more was said. */
  shipTo: Address | null;
  source: string | null;
  totalAmount: number | null;
  discountAmount: number | null;
  baseAmount: number | null;
  creditUsedAmount: number | null;
  /** A whole percentage when the type is `percent`, else cents. */
  discountReductionAmount: number | null;
  discountReductionType: string | null;
  pharmacy: string | null;
  shippedAt: Instant | null;
  trackingCode: string | null;
  trackingLink: string | null;
  createdAt: Instant | null;
}

export interface Telling {
  /** The sender's clock: what was told later stands, whatever arrives later. */
  toldAt: Instant;
  /** Whether this is the order's own announcement. An order built from anything less is marked as a stub. */
  isAnnouncement: boolean;
  /** Our clock. */
  receivedAt: Instant;
}

export type RecordedOrder =
  | { kind: 'created' | 'known'; order: KnownOrder; learned: string[]; recency: Recency }
  /** The order is unknown, and what was said does not suffice to build it. */
  | { kind: 'notEnough'; missing: 'id' | 'createdAt' | 'customer' };

/**
 * Brings an order to what was told of it: builds it if it is unknown and the facts suffice, else changes what was
 * told later than what is known. Rows are locked in one order everywhere: customer, catalogue and address, order.
 */
export async function recordOrder(tx: Tx, facts: OrderFacts, telling: Telling): Promise<RecordedOrder> {
  const orderId = await findOrder(tx, facts);
  const missing = orderId === null ? missingPart(facts) : null;
  if (missing !== null) return { kind: 'notEnough', missing };
  const customer = await findOrCreateCustomer(tx, facts.customer, telling.receivedAt);
  if (customer === null && orderId === null) return { kind: 'notEnough', missing: 'customer' };
  const told = await tellColumns(tx, facts, customer);
  const created = orderId === null ? await insertOrder(tx, facts, told, telling) : null;
  const recorded = created ?? (await changeOrder(tx, orderId ?? String(facts.orderId), facts, told, telling));
  await reportAmountMismatch(tx, recorded.order);
  return { ...recorded, learned: customer?.learned ?? [] };
}

/** By number first: it is the key that everything else refers to. */
async function findOrder(tx: Tx, { orderId, internalOrderId }: OrderFacts): Promise<string | null> {
  const orders = tx.selectFrom('orders').select('order_id');
  const byNumber = orderId && (await orders.where('order_id', '=', orderId).executeTakeFirst());
  if (byNumber) return byNumber.order_id;
  if (internalOrderId === null) return null;
  const byId = await orders.where('care_portals_internal_order_id', '=', internalOrderId).executeTakeFirst();
  return byId?.order_id ?? null;
}

function missingPart(facts: OrderFacts): 'id' | 'createdAt' | null {
  if (facts.orderId === null || facts.internalOrderId === null) return 'id';
  return facts.createdAt === null ? 'createdAt' : null;
}

/** Makes the rows that the order refers to, and gives the columns that were told. */
async function tellColumns(tx: Tx, facts: OrderFacts, customer: ResolvedCustomer | null): Promise<OrderColumns> {
  if (facts.product) await ensureProduct(tx, facts.product);
  if (facts.coupon) await ensureCoupon(tx, facts.coupon);
  const { shipTo } = facts;
  const isWhole = shipTo !== null && (shipTo.address1 ?? shipTo.city ?? shipTo.postalCode) !== null;
  return {
    customer_id: customer?.customerId ?? null,
    product_id: facts.product?.productId ?? null,
    coupon_code: facts.coupon?.couponCode ?? null,
    source: facts.source,
    total_amount: facts.totalAmount,
    discount_amount: facts.discountAmount,
    base_amount: facts.baseAmount,
    credit_used_amount: facts.creditUsedAmount,
    discount_reduction_amount: facts.discountReductionAmount,
    discount_reduction_type: facts.discountReductionType,
    pharmacy_assigned: facts.pharmacy,
    shipping_address_id: isWhole ? await recordAddress(tx, shipTo) : null,
    ship_to_address1: shipTo?.address1 ?? null,
    ship_to_address2: shipTo?.address2 ?? null,
    ship_to_city: shipTo?.city ?? null,
    ship_to_province_code: shipTo?.provinceCode ?? null,
    ship_to_postal_code: shipTo?.postalCode ?? null,
    ship_to_country_code: shipTo?.countryCode ?? null,
    shipped_at: facts.shippedAt,
    tracking_code: facts.trackingCode,
    tracking_link: facts.trackingLink,
  };
}

type Recorded = { kind: 'created' | 'known'; order: KnownOrder; recency: Recency };

/** Null if another delivery built the order a moment ago. */
async function insertOrder(tx: Tx, facts: OrderFacts, told: OrderColumns, telling: Telling): Promise<Recorded | null> {
  const columns = mergeOrder(NOTHING_TOLD, told, 'newer');
  const order = newOrder(facts, columns, telling);
  try {
    await tx
      .insertInto('orders')
      .values({
        ...withoutBlanks(columns),
        order_id: order.orderId,
        care_portals_internal_order_id: order.internalOrderId,
        customer_id: String(told.customer_id),
        is_stub: order.isStub ? 1 : 0,
        source_updated_at: order.sourceUpdatedAt,
        created_at: order.createdAt,
      })
      .execute();
  } catch (error) {
    if (isRepeatOf(error, 'PRIMARY')) return null;
    // The other delivery knows this order under another number: tried again, this one finds it by its id.
    throw isRepeatOf(error, 'idx_internal_order_id') ? new RetryLater(error) : error;
  }
  return { kind: 'created', order, recency: 'newer' };
}

function newOrder(facts: OrderFacts, columns: OrderColumns, telling: Telling): KnownOrder {
  return {
    orderId: String(facts.orderId),
    internalOrderId: String(facts.internalOrderId),
    columns,
    currentStatus: null,
    isStub: !telling.isAnnouncement,
    sourceUpdatedAt: telling.toldAt,
    createdAt: String(facts.createdAt),
  };
}

async function changeOrder(
  tx: Tx,
  orderId: string,
  facts: OrderFacts,
  told: OrderColumns,
  telling: Telling,
): Promise<Recorded> {
  const known = await lockOrder(tx, orderId);
  const recency = recencyOf(known.sourceUpdatedAt, telling.toldAt);
  const columns = mergeOrder(known.columns, told, recency);
  const changes = {
    ...changedColumns(known.columns, columns),
    ...(known.isStub && telling.isAnnouncement && { is_stub: 0 }),
    ...(recency === 'newer' && { source_updated_at: telling.toldAt }),
    ...(facts.createdAt !== null && facts.createdAt < known.createdAt && { created_at: facts.createdAt }),
  };
  if (Object.keys(changes).length > 0) {
    await tx.updateTable('orders').set(changes).where('order_id', '=', orderId).execute();
  }
  return { kind: 'known', order: { ...known, columns }, recency };
}

function recencyOf(knownAt: Instant | null, toldAt: Instant): Recency {
  if (knownAt === null || toldAt > knownAt) return 'newer';
  return toldAt === knownAt ? 'same' : 'older';
}

function changedColumns(before: OrderColumns, after: OrderColumns) {
  const stored = Object.entries(withoutBlanks(after));
  return Object.fromEntries(
    stored.filter(([column]) => {
      const name = column as keyof OrderColumns;
      return after[name] !== before[name];
    }),
  );
}

/** NOT NULL columns of which nothing was told hold what UNTOLD says. */
function withoutBlanks(columns: OrderColumns) {
  return {
    ...columns,
    source: columns.source ?? UNTOLD.source,
    total_amount: columns.total_amount ?? UNTOLD.total_amount,
    discount_amount: columns.discount_amount ?? UNTOLD.discount_amount,
    base_amount: columns.base_amount ?? UNTOLD.base_amount,
    credit_used_amount: columns.credit_used_amount ?? UNTOLD.credit_used_amount,
    discount_reduction_amount: columns.discount_reduction_amount ?? UNTOLD.discount_reduction_amount,
  };
}
