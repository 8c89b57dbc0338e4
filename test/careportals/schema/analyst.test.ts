import { afterAll, beforeAll, expect, test } from 'vitest';
import { accountPlan } from '../../../src/modules/careportals/accounts.ts';
import { createTestDatabase, type TestDatabase } from '../../kit/test-database.ts';
import { readSchema, type Schema } from './read-schema.ts';
import { openSession, type Session } from './session.ts';

const VIEWS = Object.keys(accountPlan.views);

let database: TestDatabase;
let schema: Schema;
let analyst: Session;

beforeAll(async () => {
  database = await createTestDatabase();
  schema = await readSchema(database.admin);
  analyst = await openSession(database.analystUrl);
});

afterAll(async () => {
  await analyst.close();
  await database.drop();
});

test('an analyst sees the analyst_ views and no table', async () => {
  const shown = (await analyst.rows<Record<string, string>>('SHOW TABLES')).map((row) => Object.values(row)[0]);
  expect(shown.toSorted()).toEqual(VIEWS.toSorted());
  expect(VIEWS.filter((name) => !name.startsWith('analyst_'))).toEqual([]);
  expect(Object.keys(schema.views).toSorted()).toEqual(VIEWS.toSorted());
});

test('an analyst can read no base table', async () => {
  for (const table of Object.keys(schema.tables)) {
    expect([table, await analyst.errorOf(`SELECT 1 FROM ${table}`)]).toEqual([table, 1142]);
  }
});

test.for(VIEWS)('an analyst reads %s and cannot write through it', async (view) => {
  const column = schema.views[view]?.split(', ')[0];
  expect(await analyst.errorOf(`SELECT * FROM ${view}`)).toBe(0);
  expect(await analyst.errorOf(`UPDATE ${view} SET ${column} = ${column}`)).toBe(1142);
  expect(await analyst.errorOf(`DELETE FROM ${view}`)).toBe(1142);
  expect(await analyst.errorOf(`INSERT INTO ${view} (${column}) VALUES (NULL)`)).toBe(1142);
  expect(await analyst.errorOf(`DROP VIEW ${view}`)).toBe(1142);
});

test('no view has a column for a person, a contact, a street, an answer or a payload', () => {
  const personal =
    /name|email|phone|address|street|city|postal_code|answer|payload|raw|comment|note|descr|actor|track|card_l|stripe|charge|message/;
  // A product's names, and the opaque half of an address's node id.
  const harmless = new Set([
    'analyst_products.short_name',
    'analyst_products.drug_name',
    'analyst_orders.address_public_id',
  ]);
  const columns = Object.entries(schema.views).flatMap(([view, names]) =>
    names.split(', ').map((name) => `${view}.${name}`),
  );
  const found = columns.filter((column) => personal.test(column.slice(column.indexOf('.'))));
  expect(new Set(found)).toEqual(harmless);
});

// The columns that analysts may read, with what a true row has there; every other text in the database says SECRET.
const OPEN = {
  status: "'open'",
  updated_status: "'open'",
  previous_status: "'open'",
  source: "'open'",
  currency: "'USD'",
};

test('nothing of a full set of rows reaches an analyst that is not listed as open', async () => {
  const admin = await openSession(database.adminUrl);
  await fillWithSecrets(admin);
  await admin.close();
  for (const view of VIEWS) {
    const rows = await analyst.rows(`SELECT * FROM ${view}`);
    expect([view, rows.length]).toEqual([view, 1]);
    expect([view, JSON.stringify(rows).includes('SECRET')]).toEqual([view, false]);
  }
});

/** One row in every table behind the views; every text column that is not open holds SECRET. */
async function fillWithSecrets(admin: Session): Promise<void> {
  const links: Record<string, Record<string, string>> = {
    customers: { email: "'SECRET@example.test'" },
    addresses: { province_code: "'NY'", country_code: "'US'", postal_code: "'123SECRET'" },
    products: { product_id: "'p1'", short_name: "'open'", label: "'open'", drug_name: "'open'" },
    coupons: { coupon_code: "'open'", reduction_type: "'open'" },
    orders: {
      ...{ order_id: '1', product_id: "'p1'", coupon_code: "'open'", discount_reduction_type: "'open'" },
      ...{
        pharmacy_assigned: "'open'",
        current_status: "'open'",
        customer_id: "'SECRET'",
        shipping_address_id: "'SECRET'",
      },
    },
    order_status_updates: { order_id: '1' },
    orders_cancelled: { order_id: '1' },
    payments: { order_id: '1', card_brand: "'open'", card_last4: "'0000'" },
    refunds: { reason: "'open'" },
    subscriptions: {
      ...{ subscription_id: "'SECRET'", state: "'active'", audit_head: 'NULL' },
      ...{ scheduled_action: "'cancel'", scheduled_at: "'2026-03-01'" },
    },
    subscriptions_active: { subscription_id: "'SECRET'", product_id: "'p1'", customer_id: "'SECRET'" },
    subscriptions_audit_log: { subscription_id: "'SECRET'", trigger_type: "'open'", effect: "'open'" },
  };
  for (const [table, values] of Object.entries(links)) await admin.run(insertSecrets(table, { ...OPEN, ...values }));
}

function insertSecrets(table: string, given: Record<string, string>): string {
  const columns = Object.entries(schema.tables[table]?.columns ?? {});
  const filled = columns.filter(([name, column]) => !column.generated && !column.extra && name !== 'public_id');
  const values = filled.map(([name, { type, null: nullable }]) => given[name] ?? sample(type, nullable));
  return `INSERT INTO ${table} (${filled.map(([name]) => name).join(', ')}) VALUES (${values.join(', ')})`;
}

function sample(type: string, nullable: string): string {
  if (type === 'JSON') return '\'"SECRET"\'';
  if (/^(VARCHAR|TEXT|CHAR\(\d\d)/.test(type)) return "'SECRET'";
  if (nullable === 'NULL') return 'NULL';
  return type.startsWith('DATETIME') ? 'NOW(3)' : '1';
}
