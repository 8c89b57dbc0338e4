import { before, from } from '../../../platform/read/filters.ts';
import { nodeColumns } from '../../../platform/read/node-id.ts';
import { type Condition, type Source, tableColumns } from '../../../platform/read/source.ts';
import { fits, NOTHING, param } from '../../../platform/read/value.ts';
import { access } from '../access.ts';
import { ofCustomer } from '../customers/customer.source.ts';

export const prescriptions: Source = {
  type: 'Prescription',
  idPrefix: 'prescription',
  from: ['prescriptions rx'],
  columns: {
    ...nodeColumns('prescription', 'rx'),
    ...tableColumns('rx', {
      prescriptionId: 'id',
      customerId: 'id',
      drugs: 'heavyJson',
      fulfillments: 'heavyJson',
      notes: 'text',
      createdAt: 'instant',
      updatedAt: 'instant',
    }),
  },
  key: 'prescriptionId',
  sorts: ['createdAt', 'prescriptionId', 'updatedAt'],
  filters: {
    customerId: ofCustomer('customerId', 'rx.customer_id'),
    orderId: { uses: [], where: servesOrder },
    createdFrom: from('createdAt', 'rx.created_at'),
    createdBefore: before('createdAt', 'rx.created_at'),
  },
  own: 'rx.customer_id = ?',
  access: access.Prescription,
};

function servesOrder(orderId: string): Condition {
  if (!fits('bigint', orderId)) return NOTHING;
  return {
    sql: `rx.prescription_id IN (SELECT served.prescription_id FROM prescription_orders served WHERE served.order_id = ?)`,
    params: [param('bigint', orderId)],
  };
}
