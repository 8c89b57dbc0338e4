import { before, exactly, from } from '../../../platform/read/filters.ts';
import { nodeColumns } from '../../../platform/read/node-id.ts';
import { type Source, tableColumns } from '../../../platform/read/source.ts';
import { access } from '../access.ts';

export const refunds: Source = {
  type: 'Refund',
  idPrefix: 'refund',
  from: ['refunds r'],
  columns: {
    ...nodeColumns('refund', 'r'),
    ...tableColumns('r', {
      refundId: 'bigint',
      stripeRefundId: 'id',
      chargeId: 'id',
      paymentIntentId: 'id',
      amount: 'int',
      currency: 'text',
      reason: 'text',
      status: 'text',
      createdAt: 'instant',
      webhookReceivedAt: 'instant',
    }),
  },
  key: 'refundId',
  sorts: ['createdAt', 'refundId', 'amount'],
  filters: {
    stripeRefundId: exactly('stripeRefundId', 'r.stripe_refund_id', 'id'),
    chargeId: exactly('chargeId', 'r.charge_id', 'id'),
    paymentIntentId: exactly('paymentIntentId', 'r.payment_intent_id', 'id'),
    status: exactly('status', 'r.status', 'text'),
    reason: exactly('reason', 'r.reason', 'text'),
    createdFrom: from('createdAt', 'r.created_at'),
    createdBefore: before('createdAt', 'r.created_at'),
  },
  own: `EXISTS (SELECT 1 FROM payments paid JOIN orders mine ON mine.order_id = paid.order_id
    WHERE paid.charge_id = r.charge_id AND mine.customer_id = ?)`,
  access: access.Refund,
};
