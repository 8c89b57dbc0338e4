import type { SheetName } from '../sheet.ts';

const TABLES: Record<SheetName, string> = {
  customers: 'customers',
  addresses: 'addresses',
  products: 'products',
  coupons: 'coupons',
  'order.created': 'orders',
  payment_succesful: 'payments',
  'refund.created': 'refunds',
  'subscription.active': 'subscriptions_active',
  'subscription.paused': 'subscriptions_paused',
  'subscription.cancelled': 'subscriptions_cancelled',
  'order.updated': 'order_status_updates',
  'order.cancelled': 'orders_cancelled',
  questionnaire_structure: 'questionnaire_responses',
  'subscription.full_log': 'subscriptions_audit_log',
  Subscription_Errors: 'error_logs',
};

/** In the order in which they are loaded. */
export const SHEET_NAMES = Object.keys(TABLES) as SheetName[];

/** The table that the rows of a sheet go to. */
export function tableNameOf(sheet: SheetName): string {
  return TABLES[sheet];
}
