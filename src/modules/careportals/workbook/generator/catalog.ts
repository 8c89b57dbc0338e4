import { copied, duplicate, type Form, rejected, repaired, withCells } from './form.ts';
import { dollars, float, whole } from './values.ts';

const PLANS = ['One month', 'Three months', 'Six months', 'Twelve months'];

export const products: Form = {
  sheet: 'products',
  columns: [
    'product_id',
    'Short_name',
    'label',
    'sub_label',
    'drug_name',
    'list_price',
    'sale_price',
    'sale_cycle_duration',
    'renewal_price',
    'renewal_cycle_duration',
    'active',
    'direct_cart_link',
  ],
  hasHeader: true,
  rows: 26,
  honest(set, index) {
    const price = 9_900 + set.random('price', index).below(300) * 100;
    const full = index % 6 !== 0;
    return {
      product_id: set.id24('product', index),
      Short_name: `PLAN${index + 1}`,
      label: full ? `Plan ${index + 1}` : null,
      sub_label: index % 2 === 0 ? PLANS[index % PLANS.length]! : null,
      drug_name: full ? `Compound ${index + 1}` : null,
      list_price: dollars(price),
      sale_price: full ? dollars(price - 4_950) : null,
      sale_cycle_duration: full ? float(90) : null,
      renewal_price: full ? dollars(price - 1_000) : null,
      renewal_cycle_duration: whole(30),
      active: float(index % 9 === 0 ? 0 : 1),
    };
  },
  oddities: [
    repaired(
      'active-blank',
      'active',
      3,
      withCells(() => ({ active: null })),
    ),
    repaired(
      'value-dropped',
      'sale_price',
      1,
      withCells(() => ({ sale_price: 'ask the pharmacy' })),
    ),
    rejected('key-missing', 'product_id', 1, () => ({ list_price: whole(0), renewal_cycle_duration: whole(30) })),
  ],
};

const CODES = ['WELCOME', 'LOYAL', 'FRIENDS', 'SPRING'];

export const coupons: Form = {
  sheet: 'coupons',
  columns: ['coupon_id', 'reduction_amount', 'reduction_type', 'description'],
  hasHeader: true,
  rows: CODES.length,
  honest(set, index) {
    const percent = index % 2 === 0;
    return {
      coupon_id: `${CODES[index]}${10 + set.number}`,
      reduction_amount: whole(percent ? 10 : 25),
      reduction_type: percent ? 'percent' : 'dollar',
      description: percent ? '10% off' : '$25 off your order',
    };
  },
  oddities: [
    repaired(
      'coupon-type-inferred',
      'reduction_type',
      1,
      withCells(() => ({ reduction_amount: whole(15), reduction_type: null, description: '15% off' })),
    ),
    repaired(
      'coupon-type-unknown',
      'reduction_type',
      1,
      withCells(() => ({ reduction_type: null, description: 'For friends of the house' })),
    ),
  ],
};

const QUESTIONS = ['goal', 'height', 'allergies', 'sleep', 'blood pressure', 'earlier treatment'];
const LETTERS = 'ABCDEFGHIJK'.split('');

/** Without a header: what the first row says was lost in its place, so there is one row more than people count. */
export const questions: Form = {
  sheet: 'questionnaire_structure',
  columns: LETTERS,
  hasHeader: false,
  rows: 146,
  honest(set, index) {
    const at = Date.UTC(2025, 4, 1 + Math.floor(index / QUESTIONS.length), 10, 0, index % 60);
    const number = index % QUESTIONS.length;
    const kind = index % 3 === 0 ? 'multiple-choice' : 'direct-text-string';
    const type = index % 3 === 0 ? 'string-array' : 'string-text';
    const cells = [
      `${new Date(at).toISOString().slice(0, 19).replace('T', ' ')} EDT`,
      'wlus',
      set.id24('questionnaire', Math.floor(index / QUESTIONS.length)),
      String(number),
      kind,
      type,
      `"${type}"`,
      index % 5 === 0 ? `"${QUESTIONS[number]}":[` : JSON.stringify([QUESTIONS[number]]),
      whole(1 + (index % 4)),
      'answers',
      `wlus|${number}|${kind}`,
    ];
    return Object.fromEntries(LETTERS.map((letter, column) => [letter, cells[column] ?? null]));
  },
  oddities: [duplicate('duplicate-same', 1, copied())],
};

/** There, and empty. */
export const errors: Form = {
  sheet: 'Subscription_Errors',
  columns: ['Timestamp', 'Error Type', 'Error Message', 'Raw Data', 'Trigger'],
  hasHeader: true,
  rows: 0,
  honest: () => ({}),
  oddities: [],
};
