import { ensureProduct, productWithId } from '../../catalog/ensure-product.ts';
import { findCustomer } from '../../customers/find-customer.ts';
import { subscriptionStatusOf } from '../../intake/careportals/read-subscription.ts';
import { applySubscriptionEvent } from '../../subscriptions/apply-subscription-event.ts';
import type { Tx } from '../../tables.ts';
import type { LogLine } from '../lines.ts';
import type { ApplyLine } from './apply-line.ts';

/** Takes a line of the log as the event that it notes: so a subscription that stands in no sheet comes to be. */
export const applyLogLine: ApplyLine<LogLine> = async (tx, line, { cause }) => {
  const { subscription_id: subscriptionId, product_id: productId, received_at } = line;
  const updatedAt = line.updated_at ?? received_at;
  const isNewProduct = productId !== null && (await ensureProduct(tx, productWithId(productId), updatedAt));
  const told = { ...cause, actor: 'careportals', source: 'import' as const, at: received_at };
  const logId = await applySubscriptionEvent(tx, told, {
    subscriptionId,
    triggerType: line.trigger_type,
    status: subscriptionStatusOf(line.status) ?? subscriptionStatusOf(line.trigger_type),
    customerId: await ownId(tx, line.emr_customer_id),
    emrCustomerId: line.emr_customer_id,
    productId,
    cycle: line.cycle,
    nextCycleDate: null,
    phases: null,
    createdAt: line.created_at,
    updatedAt,
    heardAt: received_at,
    rawData: line.raw_data,
  });
  const subjects = [
    { type: 'CareSubscription', id: subscriptionId },
    { type: 'SubscriptionAuditEntry', id: logId },
    ...(isNewProduct && productId !== null ? [{ type: 'Product', id: productId }] : []),
  ];
  return { kind: 'done', subjects };
};

async function ownId(tx: Tx, careportalsId: string | null): Promise<string | null> {
  if (careportalsId === null) return null;
  return (await findCustomer(tx, { careportalsId, email: null }))?.customer.customerId ?? null;
}
