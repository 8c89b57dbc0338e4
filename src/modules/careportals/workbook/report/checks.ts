import { emptySheet, OUTCOMES, type SheetTally, type Tally } from '../load/tally.ts';
import type { RuleId } from '../rules.ts';
import type { SheetName } from '../sheet.ts';
import { dollars, grouped } from './numbers.ts';
import type { Check } from './report.ts';

/**
 * What can be said of a load by what was counted on the way, and therefore of a dry run as well.
 * @param fileRows rows of the whole file; null if the run was interrupted.
 */
export function checksOf(tally: Tally, fileRows: number | null): Check[] {
  return [
    rowsAccounted(tally, fileRows),
    sumOf(tally, 'payments-total', 'payment_succesful', 'payments'),
    sumOf(tally, 'refunds-total', 'refund.created', 'refunds'),
    foreignKeys(tally),
    noteOf(
      tally,
      'payment-not-order-total',
      ['payment-not-order-total'],
      'Payments that are not what their order costs',
    ),
    noteOf(
      tally,
      'subscription-once',
      ['subscription-in-two-sheets'],
      'Subscriptions that stand on two of the three sheets',
    ),
    noteOf(tally, 'future-dates', ['time-in-future', 'future-status'], 'Dates in the future'),
    noteOf(tally, 'email-shape', ['email-shape'], 'Emails that do not have the form of one'),
    noteOf(tally, 'negative-amounts', ['amount-negative'], 'Orders with an amount below zero, which were refused'),
    noteOf(
      tally,
      'order-amounts',
      ['order-amounts-disagree'],
      'Orders whose total is not price less discount and credit',
    ),
    addressRecipe(tally),
  ];
}

export function sheetTally({ sheets }: Tally, name: SheetName): SheetTally {
  return sheets[name] ?? emptySheet();
}

export function countOf({ rules }: Tally, wanted: readonly RuleId[]): number {
  return rules.reduce((count, { rule, count: more }) => (wanted.includes(rule) ? count + more : count), 0);
}

function rowsAccounted(tally: Tally, fileRows: number | null): Check {
  const sheets = Object.values(tally.sheets);
  const read = sheets.reduce((rows, sheet) => rows + sheet.read, 0);
  const adrift = sheets.filter((sheet) => sum(sheet.rows) !== sheet.read).length;
  const isWhole = fileRows === null || fileRows === read;
  return {
    id: 'rows-accounted',
    says: 'Of every row it is said what became of it',
    result: adrift === 0 && isWhole ? 'holds' : 'broken',
    count: read,
    expected: `${grouped(fileRows ?? read)} rows`,
    found: `${grouped(sheets.reduce((rows, sheet) => rows + sum(sheet.rows), 0))} rows`,
  };
}

function sumOf(tally: Tally, id: string, name: SheetName, what: string): Check {
  const { centsRead, cents } = sheetTally(tally, name);
  const apart = OUTCOMES.filter((outcome) => cents[outcome] !== 0).map(
    (outcome) => `${outcome} ${dollars(cents[outcome])}`,
  );
  return {
    id,
    says: `All ${what} of the workbook together, in dollars, are what was written, found, left waiting and refused`,
    result: sum(cents) === centsRead ? 'holds' : 'broken',
    count: centsRead,
    expected: dollars(centsRead),
    found: apart.length === 0 ? dollars(0) : apart.join(' + '),
  };
}

const DANGLING: readonly RuleId[] = [
  'order-without-customer',
  'payment-without-order',
  'refund-without-payment',
  'status-without-order',
  'cancellation-without-order',
  'log-without-subscription',
  'payment-link-waits',
];
const STOOD_IN: readonly RuleId[] = ['product-stubbed', 'coupon-stubbed', 'address-stubbed'];
const BLANK: readonly RuleId[] = ['address-link-empty', 'subscription-customer-unknown'];

function foreignKeys(tally: Tally): Check {
  const [waiting, stubs, blank] = [DANGLING, STOOD_IN, BLANK].map((rules) => countOf(tally, rules));
  const count = (waiting ?? 0) + (stubs ?? 0) + (blank ?? 0);
  return {
    id: 'foreign-keys',
    says: 'What a row points to is there, or the row waits, gets a stand-in, or points to nothing',
    result: count === 0 ? 'holds' : 'note',
    count,
    found: `${grouped(waiting ?? 0)} wait, ${grouped(stubs ?? 0)} stand-ins made, ${grouped(blank ?? 0)} point to nothing`,
  };
}

function noteOf(tally: Tally, id: string, rules: readonly RuleId[], says: string): Check {
  const count = countOf(tally, rules);
  return { id, says, result: count === 0 ? 'holds' : 'note', count };
}

function addressRecipe(tally: Tally): Check {
  const { read, rows } = sheetTally(tally, 'addresses');
  const other = countOf(tally, ['address-other-recipe']);
  const all = read - rows.duplicates - rows.rejected;
  const percent = all === 0 ? 100 : Math.floor(((all - other) / all) * 1_000) / 10;
  return {
    id: 'address-recipe',
    says: 'Addresses whose id is made from the address as the shop makes it today',
    result: other === 0 ? 'holds' : 'note',
    count: other,
    found: `${grouped(all - other)} of ${grouped(all)} (${percent} %)`,
  };
}

function sum(numbers: Record<string, number>): number {
  return Object.values(numbers).reduce((a, b) => a + b, 0);
}
