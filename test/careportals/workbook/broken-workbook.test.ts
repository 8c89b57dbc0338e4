import { describe, expect, it } from 'vitest';
import { BrokenWorkbook } from '../../../src/modules/careportals/workbook/broken-workbook.ts';
import type { Fault } from '../../../src/modules/careportals/workbook/finding.ts';
import { examineWorkbook } from '../../../src/modules/careportals/workbook/load/examine-workbook.ts';
import { workbookOf } from '../../../src/modules/careportals/workbook/read-workbook.ts';
import type { Converted, SheetName, Workbook } from '../../../src/modules/careportals/workbook/sheet.ts';
import { SHEETS, sheetNamed } from '../../../src/modules/careportals/workbook/sheets.ts';
import { fileOf, NOW, type Short } from './converting.ts';
import { HONEST } from './honest-rows.ts';

type Tabs = Record<string, (readonly Short[])[]>;

/** Every sheet with its header and one honest row. */
function honestTabs(): Tabs {
  return Object.fromEntries(
    SHEETS.map(({ name, columns, hasHeader }) => {
      const row = columns.map(({ header }) => HONEST[name][header] ?? null);
      return [name, hasHeader ? [columns.map(({ header }) => header), row] : [row]];
    }),
  );
}

function headerOf(name: SheetName): string[] {
  return sheetNamed(name).columns.map(({ header }) => header);
}

async function rowsOf(tabs: Tabs, name: SheetName): Promise<Converted<unknown>[]> {
  const workbook = await workbookOf(fileOf(tabs), NOW);
  return allOf(workbook.rows(sheetNamed(name)));
}

async function allOf<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}

async function faultsOf(tabs: Tabs, name: SheetName): Promise<Fault[]> {
  return (await rowsOf(tabs, name)).flatMap((row) => (row.kind === 'fault' ? [row.fault] : []));
}

async function messageOf(tabs: Tabs): Promise<string> {
  try {
    await workbookOf(fileOf(tabs), NOW);
  } catch (error) {
    if (error instanceof BrokenWorkbook) return error.message;
    throw error;
  }
  return 'no fault';
}

describe('a workbook is refused with every place that is wrong:', () => {
  it('each missing tab by its name, and the tabs that are there', async () => {
    const { customers, refunds: _, ...rest } = honestTabs();
    const { 'refund.created': __, ...tabs } = rest;
    const message = await messageOf({ ...tabs, Kunden: customers ?? [] });
    expect(message).toContain('sheet "customers": is missing; the workbook has "addresses"');
    expect(message).toContain('sheet "refund.created": is missing');
    expect(message).toContain('"Kunden"');
  });

  it('each missing column with the headers that are there', async () => {
    const tabs = honestTabs();
    tabs.customers = [['customer_id', 'E-mail', 'first_name', 'last_name', 'Telephone']];
    const message = await messageOf(tabs);
    expect(message).toContain(
      'sheet "customers", row 1, column email: is missing; the headers are "customer_id", "E-m',
    );
    expect(message).toContain('sheet "customers", row 1, column phone: is missing');
  });

  it('without a word of the first row where the headers are gone, for that is a person then', async () => {
    const tabs = honestTabs();
    tabs.customers = tabs.customers?.slice(1) ?? [];
    const message = await messageOf(tabs);
    expect(message).toContain('is the row of headers gone?');
    expect(message).not.toMatch(/ada|birch/i);
  });

  it('an empty sheet', async () => {
    expect(await messageOf({ ...honestTabs(), coupons: [] })).toContain('sheet "coupons": is empty');
    expect(
      await messageOf({
        ...honestTabs(),
        coupons: [
          [null, null],
          ['', ' '],
        ],
      }),
    ).toContain('"coupons": is empty');
  });

  it('twenty of them, and how many more there are', () => {
    const faults = Array.from({ length: 832 }, (_, n) => ({
      tab: 'payments',
      row: n + 2,
      column: 'amount',
      says: 'x',
    }));
    const lines = new BrokenWorkbook(faults).message.split('\n');
    expect(lines).toHaveLength(22);
    expect(lines[1]).toBe('  sheet "payments", row 2, column amount: x');
    expect(lines[21]).toBe('  and 812 more');
  });
});

it('a sheet of nothing but faults is read without keeping them', async () => {
  const workbook: Workbook = {
    sheetsFound: ['order.updated'],
    async *rows() {
      for (let ordinal = 1; ordinal <= 300_000; ordinal++) {
        const fault = { tab: 'order.updated', row: ordinal + 1, column: 'order_id', says: 'holds #REF!' };
        yield { ordinal, kind: 'fault', fault };
      }
    },
    close: async () => undefined,
  };
  const error = await examineWorkbook('no-such-file', workbook, SHEETS, {}).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(BrokenWorkbook);
  const { faults, total, message } = error as BrokenWorkbook;
  expect([faults.length, total]).toEqual([20, 300_000]);
  expect(message.split('\n').slice(1)).toEqual([
    ...faults.map(({ row }) => `  sheet "order.updated", row ${row}, column order_id: holds #REF!`),
    '  and 299980 more',
  ]);
});

describe('a cell that tells of a broken sheet is a fault:', () => {
  it('an error of a formula in a known column, and in no other', async () => {
    const tabs = honestTabs();
    tabs.coupons = [
      [...headerOf('coupons'), 'Unnamed: 8'],
      ['SAVE10', { is: 'error', code: '#REF!' }, 'percent', { is: 'error', code: '#N/A' }, null],
      ['SAVE20', 20, 'percent', '20% off', { is: 'error', code: '#REF!' }],
    ];
    expect(await faultsOf(tabs, 'coupons')).toEqual([
      { tab: 'coupons', row: 2, column: 'reduction_amount', says: expect.stringContaining('#REF!') },
      { tab: 'coupons', row: 2, column: 'description', says: expect.stringContaining('#N/A') },
    ]);
    expect((await rowsOf(tabs, 'coupons')).map(({ ordinal, kind }) => [ordinal, kind])).toEqual([
      [1, 'fault'],
      [1, 'fault'],
      [2, 'line'],
    ]);
  });

  it.each<[string, SheetName, string]>([
    ['a name', 'customers', 'first_name'],
    ['an id', 'order.created', 'customer_id'],
    ['the id of an address', 'order.created', 'shipping_address_id'],
    ['an id of Stripe', 'payment_succesful', 'charge_id'],
    ['a status', 'order.updated', 'updated_status'],
  ])('a number in place of %s', async (_what, name, column) => {
    for (const wrong of [
      { is: 'number', text: '4711.25' },
      { is: 'time', wall: '2025-10-07 00:00:00.000' },
    ] as const) {
      const tabs = honestTabs();
      tabs[name] = [headerOf(name), sheetNamed(name).columns.map(({ header }) => (header === column ? wrong : null))];
      const faults = await faultsOf(tabs, name);
      expect(faults).toMatchObject([{ tab: name, row: 2, column }]);
      expect(faults[0]?.says).toMatch(/^holds a (number|date) where .+ should be$/);
      expect(JSON.stringify(faults)).not.toMatch(/4711|2025/);
    }
  });
});

describe('a workbook is read', () => {
  it('with headers in any order and case, twice or unknown, after empty rows', async () => {
    const tabs = honestTabs();
    tabs.coupons = [
      [null],
      ['Unnamed: 3', ' DESCRIPTION ', 'Coupon_ID', 'reduction_type', 'Reduction_Amount', 'coupon_id'],
      [null, null, null],
      ['x', '10% off', 'SAVE10', 'percent', 10, 'OTHER'],
      ['', ' ', null],
      ['left over', null, null, null, null, null],
    ];
    const rows = await rowsOf(tabs, 'coupons');
    expect(rows).toMatchObject([
      { ordinal: 1, kind: 'line', row: 4, line: { coupon_code: 'SAVE10', reduction_amount: 10 } },
      { ordinal: 2, kind: 'rejected', finding: { row: 6, rule: 'key-missing', column: 'coupon_id' } },
    ]);
  });

  it('from both spellings of the payments, the usual one first, numbered through', async () => {
    const tabs = honestTabs();
    const [header = [], row = []] = tabs.payment_succesful ?? [];
    const second = row.map((short, index) => (index === 0 ? 'ch_3SOtherOther' : short));
    const both: Tabs = { Payment_Successful: [header, second], ...tabs };
    expect(
      (await rowsOf(both, 'payment_succesful')).map((one) => one.kind === 'line' && [one.ordinal, one.tab]),
    ).toEqual([
      [1, 'payment_succesful'],
      [2, 'Payment_Successful'],
    ]);
    expect(await messageOf({ ...tabs, payment_successful: [] })).toBe('no fault');
    const { payment_succesful: _, ...rest } = both;
    expect(await messageOf(rest)).toBe('no fault');
  });

  it('with its first question in the first row, or with none', async () => {
    expect(await rowsOf(honestTabs(), 'questionnaire_structure')).toMatchObject([{ kind: 'line', row: 1 }]);
    expect(await rowsOf({ ...honestTabs(), questionnaire_structure: [] }, 'questionnaire_structure')).toEqual([]);
  });

  it('with a header alone, without the tabs of errors, and with the other name of a column', async () => {
    const { Subscription_Errors: _, ...tabs } = honestTabs();
    tabs['order.cancelled'] = [
      ['order_id', 'deleted_datetime'],
      [2417, '10/08/2025, 02:03:04 PM'],
    ];
    tabs.products = tabs.products?.slice(0, 1) ?? [];
    const workbook = await workbookOf(fileOf(tabs), NOW);
    expect(workbook.sheetsFound).not.toContain('Subscription_Errors');
    expect(await allOf(workbook.rows(sheetNamed('products')))).toEqual([]);
    expect(await allOf(workbook.rows(sheetNamed('Subscription_Errors')))).toEqual([]);
    expect(await rowsOf(tabs, 'order.cancelled')).toMatchObject([{ line: { order_id: '2417' } }]);
  });
});
