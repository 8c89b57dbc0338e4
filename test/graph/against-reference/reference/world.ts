import type { Query } from '../../../../src/platform/database/query.ts';

/** A row as the table holds it: columns by their own names, instants and large numbers as text. */
export type Row = Record<string, unknown>;

/** Whole tables by their names, read once. `care_subscriptions` are the three tables, each row beside its spine. */
export type World = Record<string, Row[]>;

const TABLES = [
  'customers',
  'customer_aliases',
  'addresses',
  'products',
  'coupons',
  'orders',
  'order_status_updates',
  'orders_cancelled',
  'payments',
  'payment_orders',
  'refunds',
  'subscriptions',
  'subscriptions_active',
  'subscriptions_paused',
  'subscriptions_cancelled',
  'subscription_reasons',
  'subscriptions_audit_log',
  'bulk_jobs',
  'bulk_items',
  'prescriptions',
  'prescription_orders',
  'messages',
  'questionnaire_responses',
  'webhook_inbox',
  'webhook_subjects',
  'webhook_logs',
  'error_logs',
];

export async function readWorld(query: Query): Promise<World> {
  const world: World = {};
  for (const table of TABLES) world[table] = await query<Row>(`SELECT * FROM ${table}`);
  const details = ['active', 'paused', 'cancelled'].flatMap((state) => world[`subscriptions_${state}`] ?? []);
  world.care_subscriptions = details.map((row) => ({
    ...find(world, 'subscriptions', 'subscription_id', row),
    ...row,
  }));
  return world;
}

function find(world: World, table: string, column: string, like: Row): Row | undefined {
  return world[table]?.find((row) => row[column] === like[column]);
}

/** Rows of a table that have this value in a column. */
export function rowsWith(world: World, table: string, column: string, value: unknown): Row[] {
  if (value === null || value === undefined) return [];
  return (world[table] ?? []).filter((row) => String(row[column]) === String(value));
}

/** The customer whom any id that CarePortals ever used means. What stands for an email means nobody. */
export function customerMeant(world: World, id: string): string | null {
  if (id.startsWith('email-')) return null;
  const [alias] = rowsWith(world, 'customer_aliases', 'careportals_id', id);
  return String(alias?.customer_id ?? id);
}
