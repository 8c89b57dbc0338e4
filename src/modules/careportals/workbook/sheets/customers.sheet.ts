import { readEmail } from '../convert/email-cell.ts';
import { id24 } from '../convert/ids.ts';
import { phoneCell, readPhone } from '../convert/phone-cell.ts';
import type { CustomerLine } from '../lines.ts';
import type { Sheet } from '../sheet.ts';
import { joined, needed } from './column.ts';

export const customersSheet: Sheet<CustomerLine> = {
  name: 'customers',
  tabs: ['customers'],
  required: true,
  hasHeader: true,
  columns: [
    needed('customer_id', 'id24'),
    needed('email', 'personal'),
    needed('first_name', 'personal'),
    needed('last_name', 'personal'),
    needed('phone', 'text'),
  ],
  read: (row) => ({
    customer_id: row.key('customer_id', id24),
    email: readEmail(row),
    first_name: row.text('first_name', 100),
    last_name: row.text('last_name', 100),
    phone: readPhone(row),
  }),
  write: (line) => [line.customer_id, line.email, line.first_name, line.last_name, phoneCell(line.phone)],
  keyOf: (line) => line.customer_id,
  moneyOf: () => '',
  restOf: (line) => joined(line.email, line.first_name, line.last_name, line.phone),
};
