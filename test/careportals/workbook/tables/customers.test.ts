import { afterAll, beforeAll, expect, test } from 'vitest';
import { standInCustomerId } from '../../../../src/modules/careportals/customers/stand-in-customer-id.ts';
import { customersTable } from '../../../../src/modules/careportals/workbook/tables/customers.table.ts';
import { plainQuery } from '../../../../src/platform/database/query.ts';
import { createTestDatabase, type TestDatabase } from '../../../kit/test-database.ts';
import { MapKnown } from '../known.ts';
import { dids, loadLines, newContext, rulesOf, STARTED_AT, settleLines } from '../load-lines.ts';
import { customerLine, id24 } from '../sample-lines.ts';

let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

function run(sql: string, params: unknown[] = []): Promise<Record<string, unknown>[]> {
  return database.orm.em.getConnection().execute(sql, params) as unknown as Promise<Record<string, unknown>[]>;
}

async function customerOf(id: string) {
  const [row] = await run('SELECT * FROM customers WHERE customer_id = ?', [id]);
  return row;
}

async function aliasesOf(customerId: string): Promise<unknown[]> {
  const rows = await run('SELECT careportals_id FROM customer_aliases WHERE customer_id = ?', [customerId]);
  return rows.map((row) => row.careportals_id).sort();
}

test('a new customer gets a row, an alias for the id and one for the email', async () => {
  const known = new MapKnown({ [id24('new')]: '2024-05-01 10:00:00.000' });
  const settled = await loadLines(database.orm, customersTable, [customerLine('new')], newContext('import', known));
  expect(dids(settled)).toEqual(['written']);
  expect(await customerOf(id24('new'))).toMatchObject({
    email: 'new@example.com',
    created_at: '2024-05-01 10:00:00.000',
    imported_at: STARTED_AT,
  });
  expect(await aliasesOf(id24('new'))).toEqual([id24('new'), standInCustomerId('new@example.com')].sort());
});

test('without an order a customer is known since the run', async () => {
  await loadLines(database.orm, customersTable, [customerLine('orderless')]);
  expect(await customerOf(id24('orderless'))).toMatchObject({ created_at: STARTED_AT });
});

test('the same line again is unchanged, and changes no row', async () => {
  await loadLines(database.orm, customersTable, [customerLine('again')]);
  const before = await customerOf(id24('again'));
  expect(dids(await loadLines(database.orm, customersTable, [customerLine('again')]))).toEqual(['unchanged']);
  expect(await customerOf(id24('again'))).toEqual(before);
});

test('a second id with the same email, in whatever case, is an alias of the first', async () => {
  const lines = [customerLine('one'), customerLine('two', { email: 'ONE@example.com', first_name: 'Other' })];
  const settled = await loadLines(database.orm, customersTable, lines);
  expect(dids(settled)).toEqual(['written', 'written']);
  expect(rulesOf(settled)).toEqual(['customer-same-email email']);
  expect(settled[1]?.line.customer_id).toBe(id24('one'));
  expect(await customerOf(id24('two'))).toBeUndefined();
  expect(await aliasesOf(id24('one'))).toEqual([id24('one'), id24('two'), standInCustomerId('one@example.com')].sort());
  const again = await loadLines(database.orm, customersTable, lines);
  expect(dids(again)).toEqual(['unchanged', 'unchanged']);
  expect(rulesOf(again)).toEqual(['customer-same-email email']);
});

test('a dry run knows the same of emails in earlier batches as a run', async () => {
  const context = newContext();
  const lines = [customerLine('dry'), customerLine('dry2', { email: 'Dry@example.com' })];
  const first = await settleLines(database.orm, customersTable, lines.slice(0, 1), context);
  const second = await settleLines(database.orm, customersTable, lines.slice(1), context);
  expect([...dids(first), ...dids(second)]).toEqual(['written', 'written']);
  expect(rulesOf(second)).toEqual(['customer-same-email email']);
  expect(context.known.customerOf(id24('dry2'))).toBe(id24('dry'));
  expect(await customerOf(id24('dry'))).toBeUndefined();
});

test('whoever has the email already is the customer, and keeps what others wrote', async () => {
  await run("INSERT INTO customers (customer_id, email, first_name) VALUES ('unknown-1', 'Met@example.com', 'Met')");
  const settled = await loadLines(database.orm, customersTable, [customerLine('met', { email: 'met@example.com' })]);
  expect(dids(settled)).toEqual(['filled']);
  expect(rulesOf(settled)).toEqual(['customer-same-email email']);
  expect(await customerOf('unknown-1')).toMatchObject({
    email: 'Met@example.com',
    first_name: 'Met',
    last_name: 'Person',
    phone: '+13055550100',
    imported_at: null,
  });
  expect(await aliasesOf('unknown-1')).toContain(id24('met'));
});

test('a second id of a customer changes nothing in their row, whichever run brings it', async () => {
  await loadLines(database.orm, customersTable, [customerLine('own')]);
  const second = customerLine('second', { email: 'own@example.com', last_name: 'Otherwise' });
  expect(dids(await loadLines(database.orm, customersTable, [second]))).toEqual(['written']);
  expect(dids(await loadLines(database.orm, customersTable, [second], newContext('sync')))).toEqual(['unchanged']);
  expect(await customerOf(id24('own'))).toMatchObject({ last_name: 'Person', imported_at: STARTED_AT });
});

test('a customer whom others made is known since their first order in the workbook', async () => {
  await run('INSERT INTO customers (customer_id, email, first_name, last_name, phone) VALUES (?, ?, ?, ?, ?)', [
    ...Object.values(customerLine('early')),
  ]);
  const known = new MapKnown({ [id24('early')]: '2023-01-01 00:00:00.000' });
  const settled = await loadLines(database.orm, customersTable, [customerLine('early')], newContext('import', known));
  expect(dids(settled)).toEqual(['filled']);
  expect(await customerOf(id24('early'))).toMatchObject({ created_at: '2023-01-01 00:00:00.000', imported_at: null });
});

test('import replaces nothing, sync replaces what the workbook wrote last', async () => {
  await loadLines(database.orm, customersTable, [customerLine('moved')]);
  const moved = customerLine('moved', { email: 'moved2@example.com', phone: null });
  const kept = await loadLines(database.orm, customersTable, [moved]);
  expect([dids(kept), kept[0]?.differs]).toEqual([['kept'], ['email', 'phone']]);
  expect(dids(await loadLines(database.orm, customersTable, [moved], newContext('sync')))).toEqual(['updated']);
  expect(await customerOf(id24('moved'))).toMatchObject({ email: 'moved2@example.com', phone: null });
  expect(await aliasesOf(id24('moved'))).toContain(standInCustomerId('moved2@example.com'));
  expect(dids(await loadLines(database.orm, customersTable, [moved], newContext('sync')))).toEqual(['unchanged']);
});

test('sync gives nobody the email of somebody else', async () => {
  await loadLines(database.orm, customersTable, [customerLine('left'), customerLine('right')]);
  const taking = customerLine('left', { email: 'right@example.com', last_name: 'Changed' });
  const settled = await loadLines(database.orm, customersTable, [taking], newContext('sync'));
  expect(dids(settled)).toEqual(['updated']);
  expect(await customerOf(id24('left'))).toMatchObject({ email: 'left@example.com', last_name: 'Changed' });
  expect(dids(await loadLines(database.orm, customersTable, [taking], newContext('sync')))).toEqual(['kept']);
});

test('what was told under an id before anybody knew it is the customer’s once a line brings the id', async () => {
  await run(
    `INSERT INTO messages (message_id, emr_customer_id, created_at, updated_at, told_at)
     VALUES ('m1', ?, '2025-01-01', '2025-01-01', '{}')`,
    [id24('writer')],
  );
  await loadLines(database.orm, customersTable, [customerLine('writer')]);
  expect(await run("SELECT customer_id FROM messages WHERE message_id = 'm1'")).toEqual([
    { customer_id: id24('writer') },
  ]);
});

test('what waits for a customer is due once a line brings them', async () => {
  await run(
    `INSERT INTO webhook_inbox (source_system, event_key, event_type, payload, status, waiting_for)
     VALUES ('careportals', 'k1', 'order.updated', '{}', 'parked', ?)`,
    [`customer:${id24('awaited')}`],
  );
  await loadLines(database.orm, customersTable, [customerLine('awaited')]);
  expect(await run("SELECT status FROM webhook_inbox WHERE event_key = 'k1'")).toEqual([{ status: 'pending' }]);
});

test('all customers come back as lines, each once', async () => {
  const lines: unknown[] = [];
  for await (const page of customersTable.pages(await plainQuery(database.orm), 'customers')) lines.push(...page);
  const [counted] = await run('SELECT COUNT(*) AS n FROM customers');
  expect(lines.length).toBe(Number(counted?.n));
  expect(lines).toContainEqual(customerLine('again'));
});
