import { before, exactly, flag, from, present } from '../../../platform/read/filters.ts';
import { nodeColumns } from '../../../platform/read/node-id.ts';
import { type Source, tableColumns } from '../../../platform/read/source.ts';
import { access } from '../access.ts';
import { ofCustomer } from '../customers/customer.source.ts';

export const messages: Source = {
  type: 'Message',
  idPrefix: 'message',
  from: ['messages m'],
  columns: {
    ...nodeColumns('message', 'm'),
    ...tableColumns('m', {
      messageId: 'id',
      customerId: 'id',
      channel: 'text',
      inbound: 'flag',
      senderName: 'text',
      contactEmail: 'text',
      subject: 'text',
      content: 'heavyText',
      status: 'text',
      createdAt: 'instant',
      updatedAt: 'instant',
    }),
    // What the address is made of; here, so that whoever may not see the address gets null. A stand-in id leads nowhere.
    emrProfileUrl: {
      sql: `COALESCE(m.customer_id, IF(m.emr_customer_id REGEXP '^[0-9a-f]{24}$', m.emr_customer_id, NULL))`,
      kind: 'id',
    },
  },
  key: 'messageId',
  sorts: ['createdAt', 'messageId'],
  filters: {
    customerId: ofCustomer('customerId', 'm.customer_id'),
    hasCustomer: present('customerId', 'm.customer_id'),
    channel: exactly('channel', 'm.channel', 'text'),
    inbound: flag('inbound', 'm.inbound'),
    createdFrom: from('createdAt', 'm.created_at'),
    createdBefore: before('createdAt', 'm.created_at'),
  },
  own: 'm.customer_id = ?',
  access: access.Message,
};
