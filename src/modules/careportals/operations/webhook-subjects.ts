import type { Reader, Row } from '../../../platform/read/reader.ts';
import type { ManyEdge, Source } from '../../../platform/read/source.ts';
import { coupons } from '../catalog/coupon.source.ts';
import { products } from '../catalog/product.source.ts';
import { addresses } from '../customers/address.source.ts';
import { customers } from '../customers/customer.source.ts';
import { messages } from '../messages/message.source.ts';
import { orders } from '../orders/order.source.ts';
import { orderCancellations, orderStatusUpdates } from '../orders/order-status-update.source.ts';
import { payments } from '../payments/payment.source.ts';
import { refunds } from '../payments/refund.source.ts';
import { prescriptions } from '../prescriptions/prescription.source.ts';
import { questionnaireResponses } from '../questionnaires/questionnaire-response.source.ts';
import { auditEntries, subscriptions } from '../subscriptions/subscription.source.ts';
import { webhookDeliveries, webhookSubjects } from './webhook-delivery.source.ts';

/** Rows that one delivery may name; real ones name a dozen. */
const MOST_SUBJECTS = 200;

/** A kind of row that deliveries are applied to, and the field that holds its own key. */
export interface SubjectKind {
  source: Source;
  key: string;
  /** How its deliveries are found if not by that key. */
  edge?: Partial<ManyEdge>;
}

/** The key is hidden from some, who may yet see the deliveries. */
const BY_ADDRESS: Partial<ManyEdge> = {
  // Said to MySQL, because by itself it would convert the other side, and read the deliveries of all addresses.
  join: `JOIN webhook_subjects applied ON applied.inbox_id = i.inbox_id AND applied.subject_type = 'Address'
    JOIN addresses applied_to
      ON CONVERT(applied_to.address_id USING utf8mb4) COLLATE utf8mb4_0900_bin = applied.subject_id`,
  by: 'applied_to.public_id',
  parentKey: 'publicId',
  kind: 'id',
};

const KINDS: SubjectKind[] = [
  { source: customers, key: 'customerId' },
  { source: orders, key: 'orderId' },
  { source: orderStatusUpdates, key: 'updateId' },
  { source: orderCancellations, key: 'cancellationId' },
  { source: payments, key: 'paymentId' },
  { source: refunds, key: 'refundId' },
  { source: subscriptions, key: 'subscriptionId' },
  { source: auditEntries, key: 'logId' },
  { source: prescriptions, key: 'prescriptionId' },
  { source: messages, key: 'messageId' },
  { source: questionnaireResponses, key: 'responseId' },
  { source: products, key: 'productId' },
  { source: coupons, key: 'couponCode' },
  { source: addresses, key: 'addressId', edge: BY_ADDRESS },
];

/** By the type's name, as the inbox stores it. */
export const subjectKinds: ReadonlyMap<string, SubjectKind> = new Map(KINDS.map((kind) => [kind.source.type, kind]));

/** From a row of a kind to the deliveries that were applied to it. */
export function webhooksEdge({ source, key, edge }: SubjectKind): ManyEdge {
  return {
    name: `${source.type}.webhooks`,
    to: webhookDeliveries,
    join: `JOIN webhook_subjects applied ON applied.inbox_id = i.inbox_id AND applied.subject_type = '${source.type}'`,
    by: 'applied.subject_id',
    parentKey: key,
    kind: 'exact',
    ...edge,
  };
}

const subjectsOfDelivery: ManyEdge = {
  name: 'WebhookDelivery.subjects',
  to: webhookSubjects,
  by: 'ws.inbox_id',
  parentKey: 'inboxId',
  kind: 'bigint',
};

/** The rows that a delivery was applied to, as nodes, without those that the caller may not see or that are gone. */
export async function subjectsOf(reader: Reader, delivery: Row): Promise<Row[]> {
  const order = { field: 'key', descending: false };
  const named = await reader.toMost(subjectsOfDelivery, delivery, order, MOST_SUBJECTS);
  const nodes = await Promise.all(
    named.map(({ subjectType, subjectId }) => subjectNode(reader, String(subjectType), String(subjectId))),
  );
  return nodes.filter((node) => node !== null);
}

/** One such row; null if there is none of this key, or none that the caller may see. */
export async function subjectNode(reader: Reader, type: string, id: string): Promise<Row | null> {
  const kind = subjectKinds.get(type);
  if (kind === undefined) return null;
  const row = await reader.toOne(kind.source, kind.key, id);
  return row === null ? null : { ...row, __typename: type };
}
