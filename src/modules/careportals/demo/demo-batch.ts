import type { Insertable } from 'kysely';
import type { Tables } from '../tables.ts';

/** The tables that demo data fills, in the order in which foreign keys let rows in. */
export const DEMO_TABLES = [
  'products',
  'coupons',
  'customers',
  'customer_aliases',
  'addresses',
  'orders',
  'payments',
  'payment_orders',
  'refunds',
  'order_status_updates',
  'orders_cancelled',
  'subscriptions',
  'subscriptions_active',
  'subscriptions_paused',
  'subscriptions_cancelled',
  'subscriptions_audit_log',
  'questionnaire_responses',
  'webhook_logs',
  'error_logs',
] as const;

export type DemoTable = (typeof DEMO_TABLES)[number];

/** A row as it is inserted, by column name. All rows of one table name the same columns in the same order. */
export type DemoRow<Table extends DemoTable> = Insertable<Tables[Table]>;

/** Which orders a charge pays for; MySQL gives the payment its number, so this names it by charge. */
export interface ChargedOrder {
  charge_id: string;
  order_id: string;
}

/** Rows that belong together and are committed together. */
export type DemoBatch = {
  [Table in Exclude<DemoTable, 'payment_orders'>]: DemoRow<Table>[];
} & { payment_orders: ChargedOrder[] };

export function emptyBatch(): DemoBatch {
  return Object.fromEntries(DEMO_TABLES.map((table) => [table, []])) as unknown as DemoBatch;
}
