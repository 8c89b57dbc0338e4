import type { RuleId } from '../../../src/modules/careportals/workbook/rules.ts';
import type { SheetName } from '../../../src/modules/careportals/workbook/sheet.ts';
import { number, type Short, time } from './converting.ts';

export type Cells = Record<string, Short>;
export type Expected = Record<string, unknown>;

/** What a rule finds: sheet, cells beside honest ones, the column, and what the line holds then. */
export const KEPT: [RuleId, SheetName, Cells, string, Expected][] = [
  [
    'hour-ambiguous',
    'order.updated',
    { 'Datetime Updated': time('2025-11-02 01:30:00') },
    'Datetime Updated',
    { status_updated_at: '2025-11-02 06:30:00.000' },
  ],
  [
    'hour-missing',
    'refund.created',
    { datetime: time('2025-03-09 02:30:00') },
    'datetime',
    { created_at: '2025-03-09 07:30:00.000' },
  ],
  ['hour-ambiguous', 'order.cancelled', { deleted_at: '11/02/2025, 01:30:00 AM' }, 'deleted_at', {}],
  ['phone-country-added', 'customers', { phone: 2125550142 }, 'phone', { phone: '+12125550142' }],
  ['phone-country-added', 'customers', { phone: '(212) 555-0142' }, 'phone', { phone: '+12125550142' }],
  ['phone-null', 'customers', { phone: 0 }, 'phone', { phone: null }],
  [
    'postal-zero-restored',
    'addresses',
    { address_id: 'fa5acbbbad3df7c75e39fd12b7d0cd4d', ...mill('6999-1234') },
    'postal_code',
    { postal_code: '06999-1234' },
  ],
  ['card-padded', 'payment_succesful', { card_last4: number('242.0') }, 'card_last4', { card_last4: '0242' }],
  ['card-padded', 'payment_succesful', { card_last4: 0 }, 'card_last4', { card_last4: '0000' }],
  ['active-blank', 'products', { active: null }, 'active', { active: 1 }],
  [
    'coupon-type-inferred',
    'coupons',
    { reduction_type: null, description: '50% off', reduction_amount: 50 },
    'reduction_type',
    { reduction_type: 'percent', reduction_amount: 50 },
  ],
  [
    'coupon-type-unknown',
    'coupons',
    { reduction_type: null, description: 'A gift' },
    'reduction_type',
    { reduction_type: 'unknown', reduction_amount: 10 },
  ],
  [
    'reduction-type-inferred',
    'order.created',
    { discount_reduction_amount: 50 },
    'discount_reduction_type',
    { discount_reduction_type: 'percent', discount_reduction_amount: 50 },
  ],
  [
    'reduction-type-inferred',
    'order.created',
    { discount_reduction_amount: 150 },
    'discount_reduction_type',
    { discount_reduction_type: 'dollar', discount_reduction_amount: 15_000 },
  ],
  [
    'reduction-type-unknown',
    'order.created',
    { discount_reduction_amount: 33 },
    'discount_reduction_type',
    { discount_reduction_type: 'unknown', discount_reduction_amount: 33 },
  ],
  [
    // Half of 100 dollars is 50 dollars: both fit.
    'reduction-type-unknown',
    'order.created',
    { base_amount: 100, discount_amount: 50, total_amount: 50, discount_reduction_amount: 50 },
    'discount_reduction_type',
    { discount_reduction_type: 'unknown', discount_reduction_amount: 50 },
  ],
  ['pharmacy-none', 'order.created', { pharmacy_assigned: 'N/A' }, 'pharmacy_assigned', { pharmacy_assigned: null }],
  [
    'address-link-empty',
    'order.created',
    { shipping_address_id: 'd41d8cd98f00b204e9800998ecf8427e' },
    'shipping_address_id',
    { shipping_address_id: null },
  ],
  ['cycle-blank', 'subscription.active', { Cycle: null }, 'Cycle', { cycle: 1 }],
  ['cycle-blank', 'subscription.paused', { Cycle: 0 }, 'Cycle', { cycle: 1 }],
  ['status-from-sheet', 'subscription.active', { Status: 'paused' }, 'Status', { status: 'active', state: 'active' }],
  ['status-from-sheet', 'subscription.active', { Status: null }, 'Status', { status: 'active' }],
  [
    'status-respelt',
    'order.updated',
    { updated_status: 'Awaiting Script' },
    'updated_status',
    { updated_status: 'awaiting_script' },
  ],
  [
    'status-respelt',
    'order.updated',
    { updated_status: 'canceled' },
    'updated_status',
    { updated_status: 'cancelled' },
  ],
  [
    'raw-data-as-text',
    'subscription.full_log',
    { 'Raw Data': '[object Object]' },
    'Raw Data',
    { raw_data: '[object Object]' },
  ],
  [
    'secrets-stripped',
    'subscription.full_log',
    { 'Raw Data': '{"customer":{"_id":"1","salt":"s"},"customer.hash":"h"}' },
    'Raw Data',
    { raw_data: { customer: { _id: '1' } } },
  ],
  [
    'secrets-stripped',
    'subscription.full_log',
    { 'Raw Data': '{"_id":"1","salt":"s",' },
    'Raw Data',
    { raw_data: null },
  ],
  ['template-artefact', 'customers', { first_name: '[object Object]' }, 'first_name', { first_name: null }],
  ['template-artefact', 'customers', { last_name: 'N/A' }, 'last_name', { last_name: null }],
  ['template-artefact', 'order.created', { product_id: '{{productId}}' }, 'product_id', { product_id: null }],
  ['value-dropped', 'order.created', { product_id: 'no id' }, 'product_id', { product_id: null }],
  ['value-dropped', 'products', { sale_price: 'cheap' }, 'sale_price', { sale_price: null }],
  ['value-dropped', 'products', { list_price: 30_000_000 }, 'list_price', { list_price: 0 }],
  ['value-dropped', 'addresses', { country_code: 'USA' }, 'country_code', { country_code: null }],
  ['value-dropped', 'subscription.active', { Cycle: 'two' }, 'Cycle', { cycle: 1 }],
  ['value-dropped', 'subscription.active', { 'Last Updated': 45_932 }, 'Last Updated', { updated_at: null }],
  ['value-dropped', 'addresses', { address2: time('2026-04-12') }, 'address2', { address2: null }],
  ['text-clipped', 'customers', { first_name: 'n'.repeat(101) }, 'first_name', { first_name: 'n'.repeat(100) }],
  ['email-spaces', 'customers', { email: ' ada @example.net' }, 'email', { email: 'ada@example.net' }],
  ['email-shape', 'customers', { email: 'ada at example.net' }, 'email', { email: 'adaatexample.net' }],
  ['address-other-recipe', 'addresses', { address1: '129 Juniper St.' }, 'address_id', {}],
  ['order-amounts-disagree', 'order.created', { credit_used_amount: 5 }, 'total_amount', { credit_used_amount: 500 }],
  ['time-in-future', 'order.created', { created_at: time('2026-01-15 07:11:00') }, 'created_at', {}],
];

/** A row that is refused for one reason: the column that is named. */
export const REFUSED: [RuleId, SheetName, Cells, string][] = [
  ['key-missing', 'products', { product_id: null, Short_name: 'N/A' }, 'product_id'],
  ['key-missing', 'customers', { customer_id: '[object Object]' }, 'customer_id'],
  ['key-shape', 'customers', { customer_id: '65f0', email: null }, 'customer_id'],
  ['key-shape', 'payment_succesful', { charge_id: 're_3SAbcdEfgh' }, 'charge_id'],
  ['key-shape', 'order.updated', { order_id: number('2417.5') }, 'order_id'],
  ['value-missing', 'customers', { email: '  ' }, 'email'],
  ['value-missing', 'payment_succesful', { amount: 'null' }, 'amount'],
  ['value-missing', 'refund.created', { charge_id: null, payment_intent_id: null }, 'charge_id'],
  ['value-unreadable', 'order.created', { customer_id: 'ada' }, 'customer_id'],
  ['value-unreadable', 'payment_succesful', { amount: '12 dollars' }, 'amount'],
  ['value-unreadable', 'payment_succesful', { amount: 21_474_836.48 }, 'amount'],
  ['value-unreadable', 'order.created', { created_at: 45_932.5 }, 'created_at'],
  ['value-unreadable', 'order.created', { created_at: time('1899-12-30 14:03:00') }, 'created_at'],
  ['value-unreadable', 'order.cancelled', { deleted_at: 'yesterday' }, 'deleted_at'],
  ['amount-negative', 'order.created', { total_amount: -1 }, 'total_amount'],
  ['amount-negative', 'order.created', { base_amount: number('-0.01') }, 'base_amount'],
  ['address-empty', 'addresses', { address_id: 'd41d8cd98f00b204e9800998ecf8427e' }, 'address_id'],
  ['future-status', 'order.updated', { 'Datetime Updated': time('2026-01-15 07:10:01') }, 'Datetime Updated'],
];

function mill(postal: string): Cells {
  return { address1: '77 Old Mill Rd', address2: null, city: 'St. Clair', province_code: 'CT', postal_code: postal };
}
