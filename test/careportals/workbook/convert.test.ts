import { describe, expect, it, test } from 'vitest';
import { addressId } from '../../../src/modules/careportals/customers/address-id.ts';
import { faultsIn } from '../../../src/modules/careportals/workbook/convert/convert.ts';
import { RULES } from '../../../src/modules/careportals/workbook/rules.ts';
import type { SheetName } from '../../../src/modules/careportals/workbook/sheet.ts';
import { SHEETS, sheetNamed } from '../../../src/modules/careportals/workbook/sheets.ts';
import type { Cell } from '../../../src/platform/xlsx/cell.ts';
import { convert, number, time } from './converting.ts';
import { HONEST } from './honest-rows.ts';
import { type Cells, type Expected, KEPT, REFUSED } from './row-rules.ts';

function converted(sheet: SheetName, cells: Cells) {
  return convert(sheetNamed(sheet), { ...HONEST[sheet], ...cells });
}

/** Rules that were found, each with its column. */
function found(sheet: SheetName, cells: Cells): string[] {
  const result = converted(sheet, cells);
  if (result.kind === 'fault') return [];
  const findings = result.kind === 'line' ? result.findings : [result.finding];
  return findings.map(({ rule, column }) => `${rule} ${column}`);
}

function lineOf(sheet: SheetName, cells: Cells): unknown {
  const result = converted(sheet, cells);
  return result.kind === 'line' ? result.line : result;
}

describe('an honest row', () => {
  test.each(SHEETS.map(({ name }) => name))('of %s is taken as it is', (sheet) => {
    expect(found(sheet, {})).toEqual([]);
  });

  it('comes out in cents, UTC and ids', () => {
    expect(lineOf('order.created', {})).toEqual({
      order_id: '2417',
      care_portals_internal_order_id: '65f000000000000000000003',
      customer_id: '65f000000000000000000001',
      shipping_address_id: 'dcae0a74485b080275225f83558a04f4',
      product_id: '65f000000000000000000002',
      coupon_code: 'SAVE10',
      source: 'checkout',
      total_amount: 14_950,
      discount_amount: 14_950,
      base_amount: 29_900,
      credit_used_amount: 0,
      discount_reduction_amount: 0,
      discount_reduction_type: null,
      pharmacy_assigned: 'SevenCells',
      created_at: '2025-10-07 18:03:04.000',
    });
    expect(lineOf('payment_succesful', { description: 'Orders #2417, #2418, #2419' })).toMatchObject({
      linked_order_ids: ['2418', '2419'],
      card_last4: '4242',
      amount: 14_950,
      application_fee_amount: 150,
    });
    expect(lineOf('questionnaire_structure', {})).toMatchObject({
      created_at: '2025-10-07 18:03:04.000',
      question_index: 0,
      answers: { value: 'string-text' },
    });
  });
});

describe('of a row that is kept', () => {
  test.each(KEPT)('%s is found in %s %j', (rule, sheet, cells, column, expected) => {
    const others = [`email-shape ${column}`, `email-spaces ${column}`, `address-other-recipe address_id`];
    const rules = found(sheet, cells);
    expect(rules).toContain(`${rule} ${column}`);
    expect(rules.filter((one) => one !== `${rule} ${column}` && !others.includes(one))).toEqual([]);
    expect(lineOf(sheet, cells)).toMatchObject(expected);
  });
});

describe('a row is refused, with nothing else said of it:', () => {
  test.each(REFUSED)('%s in %s %j', (rule, sheet, cells, column) => {
    expect(found(sheet, cells)).toEqual([`${rule} ${column}`]);
  });
});

it('every rule of the row is found here', () => {
  const tried = new Set<string>([...KEPT, ...REFUSED].map(([rule]) => rule));
  const ofRows = Object.entries(RULES).filter(([, { stage }]) => stage === 'row');
  expect(ofRows.map(([rule]) => rule).filter((rule) => !tried.has(rule))).toEqual([]);
});

it('every rule says what happened, in a sentence', () => {
  const silent = Object.entries(RULES).filter(([, { says }]) => !/^[A-Z].{20,}\.$/.test(says));
  expect(silent).toEqual([]);
});

describe('nothing is found', () => {
  test.each<[string, SheetName, Cells, Expected]>([
    ['eleven digits with a country', 'customers', { phone: '1-212-555-0142' }, { phone: '+12125550142' }],
    ['a phone of another country', 'customers', { phone: '+447911123456' }, { phone: '+447911123456' }],
    [
      'a coupon of nothing, which has no type',
      'coupons',
      { reduction_type: null, description: null, reduction_amount: 0 },
      { reduction_type: null, reduction_amount: 0, description: '' },
    ],
    ['a Canadian code', 'addresses', quebec(), { postal_code: 'G1A 1A1' }],
    ['an Austrian code', 'addresses', abroad('AT', null, '1010'), { postal_code: '1010' }],
    ['an Australian code', 'addresses', abroad('AU', 'WA', '6000'), { postal_code: '6000' }],
    ['a code of nobody knows where', 'addresses', abroad(null, null, '8001'), { postal_code: '8001' }],
    ['a blank order reduction', 'order.created', { discount_reduction_amount: null }, { discount_reduction_amount: 0 }],
    ['an ended subscription', 'subscription.cancelled', { Status: 'Ended' }, { status: 'ended', state: 'cancelled' }],
    ['one l in cancelled', 'subscription.cancelled', { Status: 'Canceled' }, { status: 'cancelled' }],
    ['spaces around a status', 'order.updated', { updated_status: ' shipped ' }, { updated_status: 'shipped' }],
    ['a refund by its intent', 'refund.created', { charge_id: null }, { charge_id: '' }],
    ['noise of a binary fraction', 'refund.created', { amount: number('349.00000000000006') }, { amount: 34_900 }],
    ['half a cent of noise', 'refund.created', { amount: number('0.28499999999999998') }, { amount: 29 }],
    ['an exponent', 'refund.created', { amount: number('1.5E3') }, { amount: 150_000 }],
    ['a dollar coupon', 'coupons', { reduction_type: 'Dollars', reduction_amount: 12.5 }, { reduction_amount: 1_250 }],
    ['numbers in text columns', 'coupons', { coupon_id: number('2025.0') }, { coupon_code: '2025' }],
    ['a customer of ours', 'customers', { customer_id: `unknown-${'a1'.repeat(12)}` }, {}],
    ['ten minutes ahead', 'order.updated', { 'Datetime Updated': time('2026-01-15 07:10:00') }, {}],
    ['two kinds of yes', 'products', { active: true }, { active: 1 }],
    ['two kinds of no', 'products', { active: number('0.0') }, { active: 0 }],
    ['a source in words', 'order.created', { source: 'Subscription Cycle' }, { source: 'subscription_cycle' }],
    ['no source', 'order.created', { source: null }, { source: 'unknown' }],
    ['a name of Null', 'customers', { last_name: 'Null' }, { last_name: 'Null' }],
  ])('in %s', (_name, sheet, cells, expected) => {
    expect(lineOf(sheet, cells)).toMatchObject(expected);
    expect(found(sheet, cells)).toEqual([]);
  });
});

it('a finding says where, what was and what became', () => {
  const result = converted('customers', { phone: 2125550142 });
  expect(result).toMatchObject({
    findings: [
      {
        sheet: 'customers',
        tab: 'customers',
        row: 7,
        column: 'phone',
        rule: 'phone-country-added',
        was: '2125550142',
        became: '+12125550142',
      },
    ],
  });
});

it('names the error of a formula, and not what else such a cell may hold', () => {
  const sheet = sheetNamed('products');
  const cells: Cell[] = ['#REF!', null].map((code) => ({ is: 'error', code }));
  const layout = new Map([
    ['label', 0],
    ['drug_name', 1],
  ]);
  expect(faultsIn(sheet, layout, { tab: 'products', row: 7, ordinal: 1, cells })).toMatchObject([
    { column: 'label', says: expect.stringMatching(/^holds the error #REF!; mend/) },
    { column: 'drug_name', says: expect.stringMatching(/^holds an error; mend/) },
  ]);
});

it('tells repeats by key, and their money from the rest', () => {
  const sheet = sheetNamed('order.created');
  const changes: Cells[] = [{}, { credit_used_amount: 1 }, { source: 'api' }];
  const [one, dearer, other] = changes.map((cells) => lineOf('order.created', cells));
  expect([sheet.keyOf(dearer), sheet.keyOf(other)]).toEqual([sheet.keyOf(one), sheet.keyOf(one)]);
  expect([sheet.moneyOf(dearer) === sheet.moneyOf(one), sheet.restOf(dearer) === sheet.restOf(one)]).toEqual([
    false,
    true,
  ]);
  expect([sheet.moneyOf(other) === sheet.moneyOf(one), sheet.restOf(other) === sheet.restOf(one)]).toEqual([
    true,
    false,
  ]);
});

it('takes coupon codes that MySQL takes for one for one', () => {
  const keys = ['save10', 'SAVE10', 'Save10 '].map((code) =>
    sheetNamed('coupons').keyOf(lineOf('coupons', { coupon_id: code })),
  );
  expect(new Set(keys).size).toBe(1);
});

function abroad(country_code: string | null, province_code: string | null, postal_code: string): Cells {
  const address_id = addressId({
    address1: '1 Demo Way',
    city: 'Demo',
    provinceCode: province_code,
    postalCode: postal_code,
  });
  return {
    address_id,
    address1: '1 Demo Way',
    city: 'Demo',
    province_code,
    postal_code: number(postal_code),
    country_code,
  };
}

function quebec(): Cells {
  return {
    address_id: '72233981ebb1ae671e8b3bdb41ee57d7',
    address1: '4 Drv Park',
    city: 'Québec Hill',
    province_code: 'qc',
    postal_code: 'G1A 1A1',
    country_code: 'CA',
  };
}
