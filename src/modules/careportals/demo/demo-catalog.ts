import { createHash } from 'node:crypto';

export interface DemoProduct {
  productId: string;
  shortName: string | null;
  label: string | null;
  subLabel: string | null;
  drugName: string | null;
  /** Cents, like all prices here. */
  listPrice: number;
  salePrice: number | null;
  /** Orders that the first payment covers. */
  saleCycleDuration: number | null;
  renewalPrice: number | null;
  /** Days. */
  renewalCycleDuration: number | null;
  active: 0 | 1;
}

export interface DemoCoupon {
  code: string;
  /** Whole percent for a percentage, cents for a fixed amount. */
  amount: number;
  kind: 'percent' | 'dollar';
  /** What the row says; half of the real ones leave it blank. */
  type: string | null;
  description: string;
}

type Line = readonly [
  shortName: string,
  subLabel: string | null,
  drugName: string,
  listDollars: number,
  saleDollars: number,
  saleCycles: number,
  renewalDollars: number,
  renewalDays: number,
  active?: 0,
];

const SEMAGLUTIDE = 'Semaglutide';
const TIRZEPATIDE = 'Tirzepatide';

/** The often ordered ones first: see pickProduct. */
const LINES: readonly Line[] = [
  ['Sema starter', '4 weeks', `${SEMAGLUTIDE} 0.25 mg/0.5 mL`, 349, 299, 1, 299, 28],
  ['Tirz starter', '4 weeks', `${TIRZEPATIDE} 2.5 mg/0.5 mL`, 449, 399, 1, 449, 28],
  ['Sema 3 months', '12 weeks prepaid', `${SEMAGLUTIDE} 0.5 mg/0.5 mL`, 1047, 897, 3, 299, 28],
  ['Sema 0.5', '4 weeks', `${SEMAGLUTIDE} 0.5 mg/0.5 mL`, 349, 299, 1, 299, 28],
  ['Tirz 5', '4 weeks', `${TIRZEPATIDE} 5 mg/0.5 mL`, 499, 449, 1, 449, 28],
  ['Tirz 3 months', '12 weeks prepaid', `${TIRZEPATIDE} 5 mg/0.5 mL`, 1590, 1290, 3, 449, 28],
  ['Sema 1', '4 weeks', `${SEMAGLUTIDE} 1 mg/0.5 mL`, 399, 349, 1, 349, 28],
  ['Tirz 7.5', '4 weeks', `${TIRZEPATIDE} 7.5 mg/0.5 mL`, 549, 499, 1, 499, 28],
  ['Sema 1.7', '4 weeks', `${SEMAGLUTIDE} 1.7 mg/0.75 mL`, 449, 399, 1, 399, 28],
  ['Sema 6 months', '24 weeks prepaid', `${SEMAGLUTIDE} 1 mg/0.5 mL`, 1990, 1590, 6, 349, 28],
  ['Tirz 10', '4 weeks', `${TIRZEPATIDE} 10 mg/0.5 mL`, 599, 549, 1, 549, 28],
  ['Sema 2.4', '4 weeks', `${SEMAGLUTIDE} 2.4 mg/0.75 mL`, 499, 449, 1, 449, 28],
  ['Tirz 12.5', '4 weeks', `${TIRZEPATIDE} 12.5 mg/0.5 mL`, 649, 599, 1, 599, 28],
  ['Tirz 15', '4 weeks', `${TIRZEPATIDE} 15 mg/0.5 mL`, 699, 649, 1, 649, 28],
  ['Sema drops', null, `${SEMAGLUTIDE} oral 1 mg/mL`, 299, 249, 1, 249, 30],
  ['Tirz drops', null, `${TIRZEPATIDE} oral 4 mg/mL`, 379, 329, 1, 329, 30],
  ['Liraglutide pen', null, 'Liraglutide 6 mg/mL', 399, 349, 1, 349, 30],
  ['B12 monthly', null, 'Methylcobalamin 1 mg/mL', 99, 79, 1, 79, 30],
  ['Anti-nausea', null, 'Ondansetron 4 mg', 59, 49, 1, 49, 30],
  ['MIC booster', null, 'Methionine, inositol, choline', 119, 99, 1, 99, 30],
  ['Sema 2023 plan', null, `${SEMAGLUTIDE} 0.25 mg/0.5 mL`, 299, 249, 1, 249, 30, 0],
  ['Tirz 2023 plan', null, `${TIRZEPATIDE} 2.5 mg/0.5 mL`, 399, 349, 1, 349, 30, 0],
];

/** Made on the fly by the first order that named them: nobody has typed the rest yet. */
const UNREVIEWED: readonly (readonly [shortName: string | null, drugName: string | null, listDollars: number])[] = [
  ['Maintenance kit', `${SEMAGLUTIDE} 0.25 mg/0.5 mL`, 199],
  ['Travel kit', null, 39],
  ['NAD+ vial', 'Nicotinamide adenine dinucleotide 100 mg/mL', 249],
  [null, null, 149],
];

/** The same ids whatever the seed, so that every load orders from one catalogue. */
export const PRODUCTS: readonly DemoProduct[] = [
  ...LINES.map(([shortName, subLabel, drugName, list, sale, saleCycles, renewal, days, active = 1], i) => ({
    productId: productId(i),
    shortName,
    label: subLabel === null ? shortName : `${shortName} (${subLabel})`,
    subLabel,
    drugName,
    listPrice: list * 100,
    salePrice: sale * 100,
    saleCycleDuration: saleCycles,
    renewalPrice: renewal * 100,
    renewalCycleDuration: days,
    active: active as 0 | 1,
  })),
  ...UNREVIEWED.map(([shortName, drugName, list], i) => ({
    productId: productId(LINES.length + i),
    shortName,
    label: null,
    subLabel: null,
    drugName,
    listPrice: list * 100,
    salePrice: null,
    saleCycleDuration: null,
    renewalPrice: null,
    renewalCycleDuration: null,
    active: 1 as const,
  })),
];

export const COUPONS: readonly DemoCoupon[] = [
  { code: 'HALFSTART', amount: 50, kind: 'percent', type: 'percent', description: '50% off' },
  { code: 'WELCOME25', amount: 2_500, kind: 'dollar', type: 'dollar', description: '$25 off' },
  { code: 'FRIEND20', amount: 20, kind: 'percent', type: null, description: '20% off' },
  { code: 'LOYAL15', amount: 15, kind: 'percent', type: null, description: '15% off' },
];

/** What a coupon takes off, in cents. */
export function discountOf(coupon: DemoCoupon, baseCents: number): number {
  return coupon.kind === 'percent' ? Math.round((baseCents * coupon.amount) / 100) : Math.min(coupon.amount, baseCents);
}

function productId(index: number): string {
  return createHash('sha256').update(`demo product ${index}`).digest('hex').slice(0, 24);
}
