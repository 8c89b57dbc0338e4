import { before, from } from '../../../platform/read/filters.ts';
import { nodeColumns } from '../../../platform/read/node-id.ts';
import { type Condition, type Filter, type Source, tableColumns } from '../../../platform/read/source.ts';
import { fits, NOTHING } from '../../../platform/read/value.ts';
import { access } from '../access.ts';
import { isOfEmr, isStandIn } from './stand-in-customer-id.ts';

/** Rows of the customer whom any CarePortals id ever seen means. */
export function ofCustomer(field: string, sql: string): Filter {
  return { uses: [field], where: (customerId: string) => isCustomer(sql, customerId) };
}

/** The customer whom any CarePortals id ever seen means. */
export function isCustomer(sql: string, customerId: string): Condition {
  if (!fits('id', customerId) || isStandIn(customerId)) return NOTHING;
  const known = '(SELECT alias.customer_id FROM customer_aliases alias WHERE alias.careportals_id = ?)';
  return {
    sql: `${sql} = COALESCE(${known}, CONVERT(? USING ascii) COLLATE ascii_bin)`,
    params: [customerId, customerId],
  };
}

/** The id that the EMR knows: of a customer who came by email alone, one of those that they have learned since. */
const EMR_ID = `IF(${isOfEmr('c.customer_id')}, c.customer_id,
  (SELECT MIN(alias.careportals_id) FROM customer_aliases alias
    WHERE alias.customer_id = c.customer_id AND ${isOfEmr('alias.careportals_id')}))`;

export const customers: Source = {
  type: 'Customer',
  idPrefix: 'customer',
  from: ['customers c'],
  columns: {
    ...nodeColumns('customer', 'c'),
    ...tableColumns('c', {
      customerId: 'id',
      email: 'text',
      firstName: 'text',
      lastName: 'text',
      phone: 'text',
      createdAt: 'instant',
      updatedAt: 'instant',
    }),
    // What the address is made of; here, so that whoever may not see the address gets null.
    emrProfileUrl: { sql: EMR_ID, kind: 'id' },
  },
  key: 'customerId',
  sorts: ['createdAt', 'customerId', 'lastName', 'email'],
  filters: {
    customerId: ofCustomer('customerId', 'c.customer_id'),
    email: {
      uses: ['email'],
      where: (email: string) => ({ sql: 'c.email_lower = ?', params: [comparableEmail(email)] }),
    },
    phone: {
      uses: ['phone'],
      where: hasDigits,
    },
    createdFrom: from('createdAt', 'c.created_at'),
    createdBefore: before('createdAt', 'c.created_at'),
  },
  own: 'c.customer_id = ?',
  access: access.Customer,
};

/** Without a digit nothing is asked for, and a phone without digits is not what anybody looks for. */
function hasDigits(phone: string): Condition {
  const digits = phone.replaceAll(/\D/g, '');
  return digits === '' ? NOTHING : { sql: 'c.phone_digits = ?', params: [digits] };
}

/** An email as the unique key compares it: no white space, lower case. */
export function comparableEmail(email: string): string {
  return email.replaceAll(/\s/g, '').toLowerCase();
}
