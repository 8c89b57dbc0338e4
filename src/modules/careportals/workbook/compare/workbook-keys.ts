import { saysCancelled } from '../../orders/record-cancellation.ts';
import { KeySet } from '../key-set.ts';
import type { CouponLine, LogLine, OrderLine, ProductLine, StatusLine, SubscriptionLine } from '../lines.ts';
import type { SheetName } from '../sheet.ts';
import { sheetNamed } from '../sheets.ts';
import type { Table } from '../table.ts';

const SUBSCRIPTIONS = ['subscription.active', 'subscription.paused', 'subscription.cancelled'] as const;

/** Keys of a workbook's rows by table, and keys that it merely names: stand-ins are made of those. */
export class WorkbookKeys {
  readonly #rows = new Map<Table<unknown>, KeySet>();
  readonly #named = new Map<SheetName, KeySet>();

  note(table: Table<unknown>, key: string): void {
    add(this.#rows, table, key);
  }

  name(sheet: SheetName, key: string): void {
    add(this.#named, sheet, key);
  }

  has(table: Table<unknown>, sheet: SheetName, key: string): boolean {
    return (this.#rows.get(table)?.has(key) ?? false) || (this.#named.get(sheet)?.has(key) ?? false);
  }
}

function add<Of>(sets: Map<Of, KeySet>, of: Of, key: string): void {
  const keys = sets.get(of) ?? new KeySet();
  sets.set(of, keys);
  keys.add(key, { ordinal: 0 });
}

/** What an import makes only because a row names it is no row that the workbook lacks. */
export function noteNames(keys: WorkbookKeys, sheet: SheetName, line: unknown): void {
  if (sheet === 'order.created') noteOrder(keys, line as OrderLine);
  if (sheet.startsWith('subscription.')) noteProduct(keys, (line as SubscriptionLine).product_id);
  // A line of the log whose subscription stands on no sheet is built into one by the worker.
  if (sheet === 'subscription.full_log') noteSubscription(keys, line as LogLine);
  if (sheet === 'order.updated' && saysCancelled((line as StatusLine).updated_status)) {
    keys.name('order.cancelled', sheetNamed('order.cancelled').keyOf(line));
  }
}

function noteOrder(keys: WorkbookKeys, { product_id, coupon_code, shipping_address_id }: OrderLine): void {
  noteProduct(keys, product_id);
  if (shipping_address_id !== null) keys.name('addresses', keyOf('addresses', { address_id: shipping_address_id }));
  if (coupon_code !== null) keys.name('coupons', keyOf('coupons', { coupon_code } satisfies Partial<CouponLine>));
}

function noteSubscription(keys: WorkbookKeys, { subscription_id }: LogLine): void {
  for (const sheet of SUBSCRIPTIONS) keys.name(sheet, keyOf(sheet, { subscription_id }));
}

function noteProduct(keys: WorkbookKeys, product_id: string | null): void {
  if (product_id !== null) keys.name('products', keyOf('products', { product_id } satisfies Partial<ProductLine>));
}

function keyOf(sheet: SheetName, key: object): string {
  return sheetNamed(sheet).keyOf(key);
}
