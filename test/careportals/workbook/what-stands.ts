import { hash } from 'node:crypto';
import { SHEETS } from '../../../src/modules/careportals/workbook/sheets.ts';
import { tableOf } from '../../../src/modules/careportals/workbook/tables.ts';
import { plainQuery, type Query } from '../../../src/platform/database/query.ts';
import type { TestDatabase } from '../../kit/test-database.ts';

/** MySQL's checksum of every table but the one that says how far a run has come: equal if no row changed at all. */
export async function checksums(database: TestDatabase): Promise<Record<string, string>> {
  const query = await plainQuery(database.admin);
  const tables = await query<{ name: string }>(
    `SELECT TABLE_NAME AS name FROM information_schema.tables
      WHERE TABLE_SCHEMA = DATABASE() AND TABLE_TYPE = 'BASE TABLE' AND TABLE_NAME <> 'import_runs'`,
  );
  const rows = await query<{ Table: string; Checksum: unknown }>(
    `CHECKSUM TABLE ${tables.map(({ name }) => name).join(', ')}`,
  );
  return Object.fromEntries(rows.map(({ Table, Checksum }) => [Table.split('.')[1] ?? '', String(Checksum)]));
}

/** What a database says, whatever numbers and times of insertion MySQL gave: a digest a sheet, and counts of what else is made. */
export async function whatStands(database: TestDatabase): Promise<Record<string, string>> {
  const query = await plainQuery(database.orm);
  const stands: Record<string, string> = {};
  for (const { name } of SHEETS) stands[name] = await linesOf(query, name);
  for (const [table, columns] of Object.entries(BESIDE)) stands[table] = await digestOf(query, table, columns);
  return stands;
}

const BESIDE = {
  customer_aliases: 'careportals_id, customer_id',
  payment_orders: 'order_id',
  subscriptions_audit_log: 'subscription_id, trigger_type, effect, source, status',
  webhook_inbox: 'source_system, event_type, event_key, status, waiting_for',
  error_logs: 'error_type',
  order_status_updates: 'order_id, updated_status, status_updated_at, previous_status, changed_current',
};

async function linesOf(query: Query, sheet: (typeof SHEETS)[number]['name']): Promise<string> {
  const lines: string[] = [];
  for await (const page of tableOf(sheet).pages(query, sheet)) lines.push(...page.map((line) => JSON.stringify(line)));
  return digest(lines);
}

async function digestOf(query: Query, table: string, columns: string): Promise<string> {
  const rows = await query(`SELECT ${columns} FROM ${table}`);
  return digest(rows.map((row) => JSON.stringify(row)));
}

function digest(lines: readonly string[]): string {
  return `${lines.length} rows, ${hash('md5', [...lines].sort().join('\n'))}`;
}
