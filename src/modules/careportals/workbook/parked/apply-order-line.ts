import type { Instant } from '../../../../platform/database/instant.ts';
import type { Outcome } from '../../../../platform/inbox/delivery.ts';
import { productWithId } from '../../catalog/ensure-product.ts';
import { linkLearnedCustomer } from '../../intake/careportals/link-learned-customer.ts';
import { type OrderFacts, recordOrder } from '../../orders/record-order.ts';
import type { Tx } from '../../tables.ts';
import { BEFORE_ALL } from '../../told-at.ts';
import type { OrderLine } from '../lines.ts';
import type { ApplyLine } from './apply-line.ts';

/** Builds the order of a line whose customer was not known, or fills what nobody has told of it since. */
export const applyOrderLine: ApplyLine<OrderLine> = async (tx, line, { receivedAt, cause }) => {
  const isKnown = await isThere(tx, line.order_id);
  const told = { toldAt: isKnown ? BEFORE_ALL : line.created_at, isAnnouncement: true, receivedAt };
  const recorded = await recordOrder(tx, factsOf(line), told);
  if (recorded.kind === 'notEnough') return waiting(line);
  const { order, customer } = recorded;
  await complete(tx, line, order.orderId, recorded.kind === 'created' ? receivedAt : null);
  const linked = customer === null ? [] : await linkLearnedCustomer(tx, cause, customer.customerId, customer.learned);
  const names = isKnown ? [] : [`order:${order.orderId}`, `order-internal:${order.internalOrderId}`];
  const unparks = [...names, ...(customer?.learned ?? []).map((id) => `customer:${id}`)];
  return { kind: 'done', subjects: [{ type: 'Order', id: order.orderId }, ...linked], unparks };
};

/** With its customer known it can be built; another may build it as well. */
function waiting({ order_id, customer_id }: OrderLine): Outcome {
  const note = 'Its customer is not known';
  return { kind: 'parked', waitingFor: `order:${order_id}`, orWaitingFor: `customer:${customer_id}`, note };
}

async function isThere(tx: Tx, orderId: string): Promise<boolean> {
  const row = await tx.selectFrom('orders').select('order_id').where('order_id', '=', orderId).executeTakeFirst();
  return row !== undefined;
}

/** What recordOrder has no word for: the sheet names an address by its id alone, and the order is the import's. */
async function complete(tx: Tx, line: OrderLine, orderId: string, importedAt: Instant | null): Promise<void> {
  const address = await tx
    .selectFrom('addresses')
    .select('address_id')
    .where('address_id', '=', line.shipping_address_id ?? '')
    .executeTakeFirst();
  if (address !== undefined) {
    await tx
      .updateTable('orders')
      .set({ shipping_address_id: address.address_id })
      .where('order_id', '=', orderId)
      .where('shipping_address_id', 'is', null)
      .execute();
  }
  if (importedAt === null) return;
  await tx.updateTable('orders').set({ imported_at: importedAt }).where('order_id', '=', orderId).execute();
}

function factsOf(line: OrderLine): OrderFacts {
  const hasReduction = line.discount_reduction_type !== null || line.discount_reduction_amount !== 0;
  const { coupon_code: couponCode, product_id } = line;
  return {
    orderId: line.order_id,
    internalOrderId: line.care_portals_internal_order_id,
    customer: {
      careportalsId: line.customer_id,
      email: null,
      firstName: null,
      lastName: null,
      phone: null,
      knownSince: line.created_at,
    },
    product: product_id === null ? null : productWithId(product_id),
    coupon: couponCode === null ? null : { couponCode, reductionAmount: null, reductionType: null },
    shipTo: null,
    source: line.source === 'unknown' ? null : line.source,
    totalAmount: line.total_amount,
    discountAmount: line.discount_amount,
    baseAmount: line.base_amount,
    creditUsedAmount: line.credit_used_amount,
    discountReductionAmount: hasReduction ? line.discount_reduction_amount : null,
    discountReductionType: line.discount_reduction_type,
    pharmacy: line.pharmacy_assigned,
    shippedAt: null,
    trackingCode: null,
    trackingLink: null,
    createdAt: line.created_at,
  };
}
