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
import { mergeOrder } from './merge-order.ts';
import { hasStreet, NOTHING_TOLD, type OrderColumns, type StoredColumns, storedColumns } from './order-columns.ts';
import { reportAmountMismatch } from './report-amount-mismatch.ts';
import { reportOtherIdentity } from './report-other-identity.ts';

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

/** Keys of the rows that were made or changed beside the order; null where none was. */
export interface WrittenBeside {
  productId: string | null;
  couponCode: string | null;
  addressId: string | null;
}

export type RecordedOrder =
  | {
      kind: 'created' | 'known';
      order: KnownOrder;
      /** Null if the facts name nobody who is known. */
      customer: ResolvedCustomer | null;
      written: WrittenBeside;
      /** Something newer was told before. */
      isLate: boolean;
    }
  /** The order is unknown, and what was said does not suffice to build it. */
  | { kind: 'notEnough'; missing: 'id' | 'createdAt' | 'customer' };

/**
 * Brings an order to what was told of it: builds it if it is unknown and the facts suffice, else changes what nobody
 * has told later. Rows are locked in one order everywhere: customer, catalogue and address, order.
 */
export async function recordOrder(tx: Tx, facts: OrderFacts, telling: Telling): Promise<RecordedOrder> {
  const orderId = await findOrder(tx, facts);
  const missing = orderId === null ? missingPart(facts) : null;
  if (missing !== null) return { kind: 'notEnough', missing };
  const customer = await findOrCreateCustomer(tx, customerFactsOf(facts), telling);
  if (customer === null && orderId === null) return { kind: 'notEnough', missing: 'customer' };
  const { written, addressId } = await writeBeside(tx, facts, telling.toldAt);
  const said = saidColumns(facts, customer, addressId);
  const created = orderId === null ? await insertOrder(tx, facts, said, telling) : null;
  const recorded = created ?? (await changeOrder(tx, orderId ?? String(facts.orderId), facts, said, telling));
  await reportAmountMismatch(tx, recorded.order);
  await reportOtherIdentity(tx, recorded.order, facts);
  return { ...recorded, customer, written };
}

/** Whoever ordered was a customer by then. */
function customerFactsOf({ customer, createdAt }: OrderFacts): CustomerFacts {
  const times = [customer.knownSince, createdAt].filter((time) => time !== null).sort();
  return { ...customer, knownSince: times[0] ?? null };
}

/** By number first: it is the key that everything else refers to. */
async function findOrder(tx: Tx, { orderId, internalOrderId }: OrderFacts): Promise<string | null> {
  if (orderId === null && internalOrderId === null) return null;
  const orders = tx.selectFrom('orders').select('order_id');
  // Both in one question; an OR would not read two indexes.
  const known = await orders
    .where('order_id', '=', orderId ?? '0')
    .unionAll(orders.where('care_portals_internal_order_id', '=', internalOrderId ?? ''))
    .execute();
  return known.find((row) => row.order_id === orderId)?.order_id ?? known[0]?.order_id ?? null;
}

function missingPart(facts: OrderFacts): 'id' | 'createdAt' | null {
  if (facts.orderId === null || facts.internalOrderId === null) return 'id';
  return facts.createdAt === null ? 'createdAt' : null;
}

/** Makes the rows that the order refers to. */
async function writeBeside(tx: Tx, { product, coupon, shipTo }: OrderFacts, toldAt: Instant) {
  const wroteProduct = product !== null && (await ensureProduct(tx, product, toldAt));
  const wroteCoupon = coupon !== null && (await ensureCoupon(tx, coupon, toldAt));
  const address = shipTo !== null && hasStreet(shipToColumns(shipTo)) ? await recordAddress(tx, shipTo) : null;
  return {
    addressId: address?.addressId ?? null,
    written: {
      productId: wroteProduct ? product.productId : null,
      couponCode: wroteCoupon ? coupon.couponCode : null,
      addressId: address?.isWritten ? address.addressId : null,
    },
  };
}

function saidColumns(facts: OrderFacts, customer: ResolvedCustomer | null, addressId: string | null): OrderColumns {
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
    shipping_address_id: addressId,
    ...shipToColumns(facts.shipTo),
    shipped_at: facts.shippedAt,
    tracking_code: facts.trackingCode,
    tracking_link: facts.trackingLink,
  };
}

function shipToColumns(shipTo: Address | null) {
  return {
    ship_to_address1: shipTo?.address1 ?? null,
    ship_to_address2: shipTo?.address2 ?? null,
    ship_to_city: shipTo?.city ?? null,
    ship_to_province_code: shipTo?.provinceCode ?? null,
    ship_to_postal_code: shipTo?.postalCode ?? null,
    ship_to_country_code: shipTo?.countryCode ?? null,
  };
}

type Recorded = { kind: 'created' | 'known'; order: KnownOrder; isLate: boolean };

/** Null if another delivery built the order a moment ago. */
async function insertOrder(tx: Tx, facts: OrderFacts, said: OrderColumns, telling: Telling): Promise<Recorded | null> {
  const order = newOrder(facts, said, telling);
  try {
    await tx
      .insertInto('orders')
      .values({
        ...order.stored,
        told_at: JSON.stringify(order.told.at),
        order_id: order.orderId,
        care_portals_internal_order_id: order.internalOrderId,
        customer_id: String(said.customer_id),
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
  return { kind: 'created', order, isLate: false };
}

function newOrder(facts: OrderFacts, said: OrderColumns, telling: Telling): KnownOrder {
  const told = mergeOrder({ columns: NOTHING_TOLD, at: {} }, said, telling.toldAt);
  return {
    orderId: String(facts.orderId),
    internalOrderId: String(facts.internalOrderId),
    told,
    stored: storedColumns(told.columns),
    isStub: !telling.isAnnouncement,
    sourceUpdatedAt: telling.toldAt,
    createdAt: String(facts.createdAt),
  };
}

async function changeOrder(
  tx: Tx,
  orderId: string,
  facts: OrderFacts,
  said: OrderColumns,
  telling: Telling,
): Promise<Recorded> {
  const known = await lockOrder(tx, orderId);
  const order = afterTelling(known, facts, said, telling);
  const changes = changesBetween(known, order);
  if (changes !== null) await tx.updateTable('orders').set(changes).where('order_id', '=', orderId).execute();
  return { kind: 'known', order, isLate: telling.toldAt < (known.sourceUpdatedAt ?? '') };
}

function afterTelling(
  known: KnownOrder,
  { createdAt }: OrderFacts,
  said: OrderColumns,
  { toldAt, isAnnouncement }: Telling,
): KnownOrder {
  const told = mergeOrder(known.told, said, toldAt);
  return {
    ...known,
    told,
    stored: storedColumns(told.columns),
    isStub: known.isStub && !isAnnouncement,
    sourceUpdatedAt: toldAt > (known.sourceUpdatedAt ?? '') ? toldAt : known.sourceUpdatedAt,
    createdAt: createdAt !== null && createdAt < known.createdAt ? createdAt : known.createdAt,
  };
}

/** What to write; null if nothing. An imported row gets its times with it: what is assumed of them may change too. */
export function changesBetween(before: KnownOrder, after: KnownOrder) {
  const names = Object.keys(after.stored) as (keyof StoredColumns)[];
  const changed = names.filter((name) => after.stored[name] !== before.stored[name]);
  const [known, told_at] = [JSON.stringify(before.told.at), JSON.stringify(after.told.at)];
  const changes = {
    ...Object.fromEntries(changed.map((name) => [name, after.stored[name]])),
    ...(after.isStub !== before.isStub && { is_stub: 0 }),
    ...(after.sourceUpdatedAt !== before.sourceUpdatedAt && { source_updated_at: after.sourceUpdatedAt }),
    ...(after.createdAt !== before.createdAt && { created_at: after.createdAt }),
  };
  return Object.keys(changes).length === 0 && told_at === known ? null : { ...changes, told_at, imported_at: null };
}
