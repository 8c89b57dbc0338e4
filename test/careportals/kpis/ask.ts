import { expect } from 'vitest';
import type { Expected } from './oracle.ts';

const FIGURE = '{ value coverage { rows outOf share } quality }';

/** Every figure with its coverage, by group. */
export const GROUPS = {
  totals: ['customers', 'orders', 'revenue'],
  finance: [
    'newOrders',
    'renewals',
    'cancellations',
    'grossRevenue',
    'refunds',
    'netRevenue',
    'refundRate',
    'averageOrderValue',
    'paymentSuccess',
  ],
  patients: ['activePatients', 'newPatients', 'provinces'],
  recurring: [
    'activeSubscriptions',
    'monthlyRecurringRevenue',
    'revenuePerSubscription',
    'monthlyChurn',
    'cancelledShare',
  ],
  adherence: ['adherence'],
  customerValue: [
    'monthlyRevenuePerCustomer',
    'predictedLifetimeValue',
    'lifetimeValue',
    'matureLifetimeValue',
    'matureShare',
    'renewalRate',
  ],
  stages: [
    'purchaseToScript',
    'scriptToShipment',
    'shipmentToShipped',
    'purchaseToShipped',
    'medianHoursToShip',
    'p90HoursToShip',
    'wentBack',
  ],
  refunds: ['fullyRefundedPayments', 'partlyRefundedPayments', 'timeToRefund'],
} as const;

export type Group = keyof typeof GROUPS;

export interface Figure {
  value: number | string | null;
  coverage: { rows: number; outOf: number; share: number | null };
  quality: string | null;
}

export type Figures = Record<string, Record<string, Figure>>;

/** The selection of one group on its type. */
export function selectionOf(group: Group): string {
  return GROUPS[group].map((name) => `${name} ${FIGURE}`).join(' ');
}

export const ALL_GROUPS = (Object.keys(GROUPS) as Group[])
  .map((group) => `${group} { asOf ${selectionOf(group)} }`)
  .join(' ');

export const KPIS = `query ($from: Date, $to: Date) { kpis(from: $from, to: $to) { from to ${ALL_GROUPS} } }`;

/** An answer in the oracle's form. */
export function asExpected(group: Record<string, unknown>): Record<string, Expected> {
  const figures = Object.entries(group).filter(([name]) => name !== 'asOf') as [string, Figure][];
  return Object.fromEntries(
    figures.map(([name, { value, coverage }]) => [name, [value, coverage.rows, coverage.outOf]]),
  );
}

export function roundedAll(group: Record<string, Expected>): Record<string, Expected> {
  return Object.fromEntries(
    Object.entries(group).map(([name, [value, rows, outOf]]) => [name, [rounded(value), rows, outOf]]),
  );
}

/** Two ways of dividing may differ in the last bits, and no rounding makes them equal: some values lie in the middle. */
function rounded(value: Expected[0]): Expected[0] {
  return typeof value === 'number' && !Number.isInteger(value) ? (expect.closeTo(value, 6) as number) : value;
}
