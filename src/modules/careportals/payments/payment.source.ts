import { before, exactly, from } from '../../../platform/read/filters.ts';
import { nodeColumns } from '../../../platform/read/node-id.ts';
import { type Source, tableColumns } from '../../../platform/read/source.ts';
import { access } from '../access.ts';

export const payments: Source = {
  type: 'Payment',
  idPrefix: 'payment',
  from: ['payments y'],
  columns: {
    ...nodeColumns('payment', 'y'),
    ...tableColumns('y', {
      paymentId: 'bigint',
      chargeId: 'id',
      paymentIntentId: 'id',
      orderId: 'bigint',
      stripeCustomerId: 'id',
      paymentMethodId: 'id',
      amount: 'int',
      currency: 'text',
      cardLast4: 'text',
      cardBrand: 'text',
      status: 'text',
      description: 'text',
      applicationFeeAmount: 'int',
      createdAt: 'instant',
      webhookReceivedAt: 'instant',
    }),
  },
  key: 'paymentId',
  sorts: ['createdAt', 'paymentId', 'amount'],
  filters: {
    orderId: exactly('orderId', 'y.order_id', 'bigint'),
    chargeId: exactly('chargeId', 'y.charge_id', 'id'),
    paymentIntentId: exactly('paymentIntentId', 'y.payment_intent_id', 'id'),
    stripeCustomerId: exactly('stripeCustomerId', 'y.stripe_customer_id', 'id'),
    status: exactly('status', 'y.status', 'text'),
    createdFrom: from('createdAt', 'y.created_at'),
    createdBefore: before('createdAt', 'y.created_at'),
  },
  own: 'EXISTS (SELECT 1 FROM orders mine WHERE mine.order_id = y.order_id AND mine.customer_id = ?)',
  access: access.Payment,
};
