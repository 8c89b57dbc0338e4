import type { Query } from '../../../../platform/database/query.ts';
import { ADDED_TO, rowsSince } from '../load/added-rows.ts';
import type { Tally } from '../load/tally.ts';
import type { SheetName } from '../sheet.ts';
import { sheetTally } from './checks.ts';
import { dollars, grouped } from './numbers.ts';
import type { Check } from './report.ts';

/** The same questions, asked of MySQL after a load. */
export async function askMysql(query: Query, tally: Tally): Promise<Check[]> {
  return [
    await rowsThere(query, tally),
    sumThere(tally, 'payments-total', 'payment_succesful', 'payments'),
    sumThere(tally, 'refunds-total', 'refund.created', 'refunds'),
    await noneOf(query, 'orders-without-customer', 'Orders whose customer is not there', ORDERS_WITHOUT_CUSTOMER),
    await noneOf(query, 'orders-without-address', 'Orders whose address is not there', ORDERS_WITHOUT_ADDRESS),
    paymentsOfAnotherAmount(tally),
    await noneOf(query, 'subscription-once', 'Subscriptions that are on none of the three tables', NOWHERE),
  ];
}

const ORDERS_WITHOUT_CUSTOMER = `SELECT COUNT(*) AS counted FROM orders o
  LEFT JOIN customers c ON c.customer_id = o.customer_id WHERE c.customer_id IS NULL`;

const ORDERS_WITHOUT_ADDRESS = `SELECT COUNT(*) AS counted FROM orders o
  LEFT JOIN addresses a ON a.address_id = o.shipping_address_id
  WHERE o.shipping_address_id IS NOT NULL AND a.address_id IS NULL`;

const NOWHERE = `SELECT COUNT(*) AS counted FROM subscriptions s
  LEFT JOIN subscriptions_active a ON a.subscription_id = s.subscription_id
  LEFT JOIN subscriptions_paused p ON p.subscription_id = s.subscription_id
  LEFT JOIN subscriptions_cancelled c ON c.subscription_id = s.subscription_id
  WHERE a.subscription_id IS NULL AND p.subscription_id IS NULL AND c.subscription_id IS NULL`;

/** Rows with keys of their own were asked for batch by batch; tables that are only added to must have grown enough. */
async function rowsThere(query: Query, tally: Tally): Promise<Check> {
  let [expected, found] = [0, 0];
  for (const { database } of Object.values(tally.sheets)) {
    expected += database.expected;
    found += database.rows;
  }
  for (const [sheet, added] of Object.entries(ADDED_TO)) {
    const { written } = sheetTally(tally, sheet as SheetName).rows;
    const rows = await rowsSince(query, added, tally.newestBefore[added.table] ?? '0');
    expected += written;
    // Others may have added some meanwhile.
    found += Math.min(rows, written);
  }
  return {
    id: 'rows-accounted',
    says: 'Rows that were written or found are in the database',
    result: expected === found ? 'holds' : 'broken',
    count: found,
    expected: `${grouped(expected)} rows`,
    found: `${grouped(found)} rows`,
  };
}

function sumThere(tally: Tally, id: string, sheet: SheetName, what: string): Check {
  const { cents, expectedCents, otherAmounts } = sheetTally(tally, sheet).database;
  const differs = cents === expectedCents ? 'holds' : 'broken';
  return {
    id,
    says:
      otherAmounts === 0
        ? `The ${what} of this workbook add up to the same in the database`
        : `The ${what} of this workbook add up to the same in the database, but for ${grouped(otherAmounts)} that stay as they are there`,
    result: differs === 'broken' && otherAmounts > 0 ? 'note' : differs,
    count: cents,
    expected: dollars(expectedCents),
    found: dollars(cents),
  };
}

async function noneOf(query: Query, id: string, says: string, sql: string): Promise<Check> {
  const [row] = await query<{ counted: unknown }>(sql);
  const count = Number(row?.counted);
  return { id, says, result: count === 0 ? 'holds' : 'broken', count };
}

function paymentsOfAnotherAmount(tally: Tally): Check {
  const count = sheetTally(tally, 'payment_succesful').database.notOrderTotal;
  const says = 'Payments of this workbook that are not what their order costs in the database';
  return { id: 'payment-not-order-total', says, result: count === 0 ? 'holds' : 'note', count };
}
