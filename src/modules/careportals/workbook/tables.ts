import type { SheetName } from './sheet.ts';
import type { Table } from './table.ts';
import { addressesTable } from './tables/addresses.table.ts';
import { cancellationsTable } from './tables/cancellations.table.ts';
import { couponsTable } from './tables/coupons.table.ts';
import { customersTable } from './tables/customers.table.ts';
import { errorsTable } from './tables/errors.table.ts';
import { orderUpdatesTable } from './tables/order-updates.table.ts';
import { ordersTable } from './tables/orders.table.ts';
import { paymentsTable } from './tables/payments.table.ts';
import { productsTable } from './tables/products.table.ts';
import { questionsTable } from './tables/questions.table.ts';
import { refundsTable } from './tables/refunds.table.ts';
import { subscriptionLogTable } from './tables/subscription-log.table.ts';
import { subscriptionsTable } from './tables/subscriptions.table.ts';

const TABLES: Record<SheetName, Table<unknown>> = {
  customers: customersTable,
  addresses: addressesTable,
  products: productsTable,
  coupons: couponsTable,
  'order.created': ordersTable,
  payment_succesful: paymentsTable,
  'refund.created': refundsTable,
  'subscription.active': subscriptionsTable,
  'subscription.paused': subscriptionsTable,
  'subscription.cancelled': subscriptionsTable,
  'order.updated': orderUpdatesTable,
  'order.cancelled': cancellationsTable,
  questionnaire_structure: questionsTable,
  'subscription.full_log': subscriptionLogTable,
  Subscription_Errors: errorsTable,
};

/** How lines of a sheet meet the database. */
export function tableOf(sheet: SheetName): Table<unknown> {
  return TABLES[sheet];
}
