import { defineEntity } from '@mikro-orm/core';
import { column } from '../../../platform/database/column.ts';

export const Message = defineEntity({
  name: 'Message',
  tableName: 'messages',
  properties: {
    messageId: column.text().primary(),
    publicId: column.publicId(),
    customerId: column.text().nullable(),
    emrCustomerId: column.text().nullable(),
    channel: column.text().nullable(),
    inbound: column.flag().nullable(),
    senderName: column.text().nullable(),
    contactEmail: column.text().nullable(),
    subject: column.text().nullable(),
    content: column.text().nullable(),
    status: column.text().nullable(),
    createdAt: column.instant(),
    updatedAt: column.instant(),
    toldAt: column.json(),
  },
});
