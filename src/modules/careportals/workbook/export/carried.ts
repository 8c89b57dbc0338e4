import type { OutCell } from '../../../../platform/xlsx/cell.ts';
import { convertCells } from '../convert/convert.ts';
import { KeySet } from '../key-set.ts';
import type { OrderLine, PaymentLine } from '../lines.ts';
import { RULES } from '../rules.ts';
import type { Sheet, SheetName } from '../sheet.ts';
import { secondOf } from '../tables/same-line.ts';
import { tableOf } from '../tables.ts';

/** What of the database is not in the workbook, or not as it is, and how often. */
export interface LeftOut {
  sheet: SheetName;
  why: string;
  count: number;
}

export interface CarriedRow<Line = unknown> {
  line: Line;
  cells: readonly OutCell[];
}

/** A row that must be carried before another one can be. */
interface Parent {
  sheet: SheetName;
  called: string;
  key: string;
}

const ORDER: Parent = { sheet: 'order.created', called: 'order', key: 'order_id' };

const PARENTS: Partial<Record<SheetName, Parent>> = {
  'order.created': { sheet: 'customers', called: 'customer', key: 'customer_id' },
  payment_succesful: ORDER,
  'refund.created': { sheet: 'payment_succesful', called: 'payment', key: 'charge_id' },
  'order.updated': ORDER,
  'order.cancelled': ORDER,
  'subscription.full_log': { sheet: 'subscription.active', called: 'subscription', key: 'subscription_id' },
};

/** What besides its key a row must have for itself. */
const UNIQUE: Partial<Record<SheetName, (line: never) => string | null>> = {
  customers: ({ email }: { email: string }) => email.toLowerCase(),
  'order.created': (line: OrderLine) => line.care_portals_internal_order_id,
  payment_succesful: ({ status, payment_intent_id }: PaymentLine) =>
    status === 'succeeded' ? payment_intent_id : null,
};

const BLANKED = 'raw data that a cell cannot hold was left blank';
const ANOTHER_HOUR = 'the hour that comes twice in autumn is written without saying which of the two it is';

type Values = Record<string, unknown>;

/**
 * Decides what of the database's rows goes into the workbook: what an import would take back, as it would take it. Each
 * line is written, read as an import reads it, and written again; so the file says what the database will say that it is
 * imported into.
 */
export class Carried {
  readonly #now: Date;
  /** By table: the three sheets of subscriptions share one. */
  readonly #keys = new Map<unknown, KeySet>();
  readonly #others = new Map<SheetName, KeySet>();
  readonly #leftOut = new Map<string, LeftOut>();

  constructor(now: Date) {
    this.#now = now;
  }

  /** The row as it will be read, and its cells; null if it is left out. */
  carry<Line>(sheet: Sheet<Line>, line: Line): CarriedRow<Line> | null {
    const converted = convertCells(sheet, sheet.write(line), this.#now);
    if (converted.kind === 'fault') return this.#leave(sheet.name, converted.fault.says);
    if (converted.kind === 'rejected') return this.#leave(sheet.name, RULES[converted.finding.rule].says);
    const why = this.#obstacle(sheet, converted.line);
    if (why !== null) return this.#leave(sheet.name, why);
    this.#compare(sheet.name, line as Values, converted.line as Values);
    return { line: converted.line, cells: sheet.write(converted.line) };
  }

  leftOut(): LeftOut[] {
    return [...this.#leftOut.values()];
  }

  #obstacle<Line>(sheet: Sheet<Line>, line: Line): string | null {
    const { name } = sheet;
    const parent = PARENTS[name];
    if (parent !== undefined && !this.#keysOf(parent.sheet).has(this.#keyOf(parent, line as Values))) {
      return `its ${parent.called} is not in the workbook`;
    }
    const other = UNIQUE[name]?.(line as never) ?? null;
    const taken = 'another row of the workbook is the same';
    if (other !== null && this.#others.get(name)?.has(other)) return taken;
    if (this.#keysOf(name).add(sheet.keyOf(line), { ordinal: 0 }) !== null) return taken;
    if (other !== null) this.#othersOf(name).add(other, { ordinal: 0 });
    return null;
  }

  /** As the parent's sheet makes its keys. */
  #keyOf({ key }: Parent, line: Values): string {
    return String(line[key]);
  }

  #keysOf(sheet: SheetName): KeySet {
    return entryOf(this.#keys, tableOf(sheet));
  }

  #othersOf(sheet: SheetName): KeySet {
    return entryOf(this.#others, sheet);
  }

  #compare(sheet: SheetName, line: Values, carried: Values): void {
    const names = Object.keys(line);
    const isBlanked = (name: string) => ['raw_data', 'answers'].includes(name) && carried[name] === null;
    if (names.some((name) => isBlanked(name) && line[name] != null)) this.#leave(sheet, BLANKED);
    if (names.some((name) => isOtherTime(name, line[name], carried[name]))) this.#leave(sheet, ANOTHER_HOUR);
  }

  #leave(sheet: SheetName, why: string): null {
    const known = this.#leftOut.get(`${sheet}|${why}`);
    if (known !== undefined) known.count++;
    else this.#leftOut.set(`${sheet}|${why}`, { sheet, why, count: 1 });
    return null;
  }
}

function isOtherTime(name: string, one: unknown, other: unknown): boolean {
  if (!name.endsWith('_at') || typeof one !== 'string' || typeof other !== 'string') return false;
  return secondOf(one) !== secondOf(other);
}

function entryOf<Key>(sets: Map<Key, KeySet>, key: Key): KeySet {
  const known = sets.get(key);
  if (known !== undefined) return known;
  const set = new KeySet();
  sets.set(key, set);
  return set;
}
