import type { Sheet, SheetName } from './sheet.ts';
import { addressesSheet } from './sheets/addresses.sheet.ts';
import { cancellationsSheet } from './sheets/cancellations.sheet.ts';
import { couponsSheet } from './sheets/coupons.sheet.ts';
import { customersSheet } from './sheets/customers.sheet.ts';
import { errorsSheet } from './sheets/errors.sheet.ts';
import { orderUpdatesSheet } from './sheets/order-updates.sheet.ts';
import { ordersSheet } from './sheets/orders.sheet.ts';
import { paymentsSheet } from './sheets/payments.sheet.ts';
import { productsSheet } from './sheets/products.sheet.ts';
import { questionsSheet } from './sheets/questions.sheet.ts';
import { refundsSheet } from './sheets/refunds.sheet.ts';
import { subscriptionLogSheet } from './sheets/subscription-log.sheet.ts';
import { activeSheet, cancelledSheet, pausedSheet } from './sheets/subscriptions.sheet.ts';

/** Every sheet, in the order in which they are loaded: what others refer to comes first. */
export const SHEETS: readonly Sheet<unknown>[] = [
  customersSheet,
  addressesSheet,
  productsSheet,
  couponsSheet,
  ordersSheet,
  paymentsSheet,
  refundsSheet,
  activeSheet,
  pausedSheet,
  cancelledSheet,
  orderUpdatesSheet,
  cancellationsSheet,
  questionsSheet,
  subscriptionLogSheet,
  errorsSheet,
];

const BY_NAME = new Map<SheetName, Sheet<unknown>>(SHEETS.map((sheet) => [sheet.name, sheet]));

export function sheetNamed(name: SheetName): Sheet<unknown> {
  const sheet = BY_NAME.get(name);
  if (sheet === undefined) throw new Error(`There is no sheet ${name}.`);
  return sheet;
}
