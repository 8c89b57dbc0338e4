import type { Query } from '../../../src/platform/database/query.ts';

type Text = string | null;

/** Whole tables, as they stand. */
export interface Tables {
  customers: { customer_id: string; created_at: string }[];
  addresses: { address_id: string; province_code: Text }[];
  products: {
    product_id: string;
    sale_cycle_duration: number | null;
    renewal_price: number | null;
    renewal_cycle_duration: number | null;
  }[];
  orders: {
    order_id: string;
    customer_id: string;
    product_id: Text;
    source: string;
    total_amount: number;
    ship_to_province_code: Text;
    shipping_address_id: Text;
    created_at: string;
  }[];
  order_status_updates: { order_id: string; updated_status: string; status_updated_at: string }[];
  orders_cancelled: { order_id: string }[];
  payments: {
    payment_id: string;
    charge_id: string;
    order_id: string;
    amount: number;
    currency: string;
    status: string;
    created_at: string;
  }[];
  payment_orders: { payment_id: string; order_id: string }[];
  refunds: {
    charge_id: string;
    amount: number;
    currency: string;
    status: string;
    reason: Text;
    created_at: string;
  }[];
  subscriptions: {
    subscription_id: string;
    customer_id: Text;
    product_id: Text;
    state: string;
    created_at: string;
    updated_at: Text;
  }[];
  subscriptions_audit_log: {
    log_id: string;
    subscription_id: string;
    status: string;
    previous_status: Text;
    updated_at: Text;
    webhook_received_at: string;
  }[];
}

const PLAIN = [
  'customers',
  'addresses',
  'products',
  'orders',
  'order_status_updates',
  'orders_cancelled',
  'payments',
  'payment_orders',
  'refunds',
  'subscriptions_audit_log',
] as const;

export async function readTables(query: Query): Promise<Tables> {
  const tables: Partial<Record<keyof Tables, unknown>> = {};
  for (const table of PLAIN) tables[table] = await query(`SELECT * FROM ${table}`);
  tables.subscriptions = (
    await Promise.all(['active', 'paused', 'cancelled'].map((state) => query(`SELECT * FROM subscriptions_${state}`)))
  ).flat();
  return tables as Tables;
}
