import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  type CustomerFacts,
  findOrCreateCustomer,
  type ResolvedCustomer,
} from '../../../src/modules/careportals/customers/find-or-create-customer.ts';
import type { Tables } from '../../../src/modules/careportals/tables.ts';
import { inTransaction } from '../../../src/platform/database/transaction.ts';
import { createTestDatabase, type TestDatabase } from '../../kit/test-database.ts';

let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
});

afterAll(() => database.drop());

const NOW = '2026-03-01 12:00:00.000';
const NOTHING: CustomerFacts = {
  careportalsId: null,
  email: null,
  firstName: null,
  lastName: null,
  phone: null,
  knownSince: null,
};

let made = 0;

/** An id and an email that no other test uses. */
function fresh() {
  made += 1;
  return { id: String(made).padStart(24, '0'), email: `person.${made}@example.org` };
}

function resolve(facts: Partial<CustomerFacts>): Promise<ResolvedCustomer | null> {
  return inTransaction<Tables, ResolvedCustomer | null>(database.orm, (tx) =>
    findOrCreateCustomer(tx, { ...NOTHING, ...facts }, NOW),
  );
}

async function row(customerId: string | undefined) {
  const sql = 'SELECT email, first_name, last_name, phone, created_at FROM customers WHERE customer_id = ?';
  const [found] = await database.orm.em.getConnection().execute<object[]>(sql, [customerId ?? '']);
  return found;
}

describe('findOrCreateCustomer', () => {
  test('creates a customer under the id that was told, known by it from then on', async () => {
    const { id, email } = fresh();
    expect(await resolve({ careportalsId: id, email, firstName: 'Ada', phone: '+12125550100' })).toEqual({
      customerId: id,
      learned: [id],
    });
    expect(await resolve({ careportalsId: id })).toEqual({ customerId: id, learned: [] });
    expect(await row(id)).toEqual({
      email,
      first_name: 'Ada',
      last_name: null,
      phone: '+12125550100',
      created_at: NOW,
    });
  });

  test('goes by id before email, and a second id of a known email becomes an alias', async () => {
    const [first, second] = [fresh(), fresh()];
    await resolve({ careportalsId: first.id, email: first.email });
    expect(await resolve({ careportalsId: second.id, email: first.email.toUpperCase() })).toEqual({
      customerId: first.id,
      learned: [second.id],
    });
    expect(await resolve({ careportalsId: second.id, email: second.email })).toEqual({
      customerId: first.id,
      learned: [],
    });
  });

  test('keeps two people apart whose emails differ only by an accent', async () => {
    const { id, email } = fresh();
    const other = fresh();
    await resolve({ careportalsId: id, email: `jose${email}` });
    expect(await resolve({ careportalsId: other.id, email: `jos\u00e9${email}` })).toMatchObject({
      customerId: other.id,
    });
  });

  test('fills blanks, overwrites nothing, and moves created_at only back', async () => {
    const { id, email } = fresh();
    await resolve({ careportalsId: id, email, firstName: 'Ada' });
    await resolve({ careportalsId: id, firstName: 'Eve', lastName: 'Moss', knownSince: '2025-11-01 00:00:00.000' });
    await resolve({
      careportalsId: id,
      lastName: 'Other',
      phone: '+12125550101',
      knownSince: '2025-12-01 00:00:00.000',
    });
    expect(await row(id)).toMatchObject({
      first_name: 'Ada',
      last_name: 'Moss',
      phone: '+12125550101',
      created_at: '2025-11-01 00:00:00.000',
    });
  });

  test('finds a customer whom another program inserted without an alias, and learns the id', async () => {
    const { id, email } = fresh();
    await database.orm.em
      .getConnection()
      .execute('INSERT INTO customers (customer_id, email) VALUES (?, ?)', [id, email]);
    expect(await resolve({ careportalsId: id })).toEqual({ customerId: id, learned: [id] });
  });

  test('gives a customer known by email alone a stand-in id, and the true id becomes its alias', async () => {
    const { id, email } = fresh();
    const standIn = await resolve({ email });
    expect(standIn).toMatchObject({ customerId: expect.stringMatching(/^email-[0-9a-f]{24}$/), learned: [] });
    expect(await resolve({ careportalsId: id, email })).toEqual({ customerId: standIn?.customerId, learned: [id] });
  });

  test('creates nobody without an email', async () => {
    expect(await resolve({ careportalsId: fresh().id, firstName: 'Ada' })).toBeNull();
    expect(await resolve({})).toBeNull();
  });
});
