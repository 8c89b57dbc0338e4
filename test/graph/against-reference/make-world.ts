import type { Query } from '../../../src/platform/database/query.ts';
import { Dice } from './dice.ts';
import { careRows } from './rows/care-rows.ts';
import { deliveryRows } from './rows/delivery-rows.ts';
import { orderRows } from './rows/order-rows.ts';
import { paymentRows } from './rows/payment-rows.ts';
import { peopleRows } from './rows/people-rows.ts';
import { subscriptionRows } from './rows/subscription-rows.ts';

export type Row = Record<string, unknown>;

/** Rows by table, in an order in which they can be inserted. */
export type Rows = Record<string, Row[]>;

/** A small world made by chance: nulls, equal sort values, shared things, and links of every kind. */
export async function makeWorld(query: Query, seed: number): Promise<void> {
  const dice = new Dice(seed);
  const made: Rows = {};
  for (const make of [peopleRows, orderRows, paymentRows, subscriptionRows, careRows, deliveryRows]) {
    const rows = make(dice, made);
    for (const [table, some] of Object.entries(rows)) await insert(query, table, some);
    Object.assign(made, rows);
  }
}

async function insert(query: Query, table: string, rows: Row[]): Promise<void> {
  const columns = Object.keys(rows[0] ?? {});
  const values = rows.map((row) => columns.map((column) => row[column]));
  await query(`INSERT INTO ${table} (${columns.join(', ')}) VALUES ?`, [values]);
}
