import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  type CustomerFacts,
  findOrCreateCustomer,
  type ResolvedCustomer,
} from '../../../src/modules/careportals/customers/find-or-create-customer.ts';
import { standInCustomerId } from '../../../src/modules/careportals/customers/stand-in-customer-id.ts';
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

function resolve(facts: Partial<CustomerFacts>, toldAt = NOW): Promise<ResolvedCustomer | null> {
  return inTransaction<Tables, ResolvedCustomer | null>(database.orm, (tx) =>
    findOrCreateCustomer(tx, { ...NOTHING, ...facts }, { toldAt, receivedAt: NOW }),
  );
}

async function row(customerId: string | undefined) {
  const sql = 'SELECT email, first_name, last_name, phone, created_at FROM customers WHERE customer_id = ?';
  const [found] = await database.orm.em.getConnection().execute<Record<string, unknown>[]>(sql, [customerId ?? '']);
  return found;
}

function insert(id: string, email: string, firstName: string | null = null) {
  const sql = "INSERT INTO customers (customer_id, email, first_name, created_at) VALUES (?, ?, ?, '2025-10-10')";
  return database.orm.em.getConnection().execute(sql, [id, email, firstName] as string[]);
}

/** A day of November 2025. */
function day(number: number): string {
  return `2025-11-${String(number).padStart(2, '0')} 00:00:00.000`;
}

describe('findOrCreateCustomer', () => {
  test('creates a customer under the id that was told, known by it and by the email from then on', async () => {
    const { id, email } = fresh();
    expect(await resolve({ careportalsId: id, email, firstName: 'Ada', phone: '+12125550100' })).toEqual({
      customerId: id,
      learned: [id, standInCustomerId(email)],
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
      learned: [standInCustomerId(second.email)],
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

  test('each of name, phone and email is what was told last, and created_at the first time of all', async () => {
    const { id, email } = fresh();
    await resolve({ careportalsId: id, email, firstName: 'Ada', lastName: 'Moss' }, day(10));
    await resolve({ careportalsId: id, email: `new.${email}`, firstName: 'Adele' }, day(12));
    await resolve({ careportalsId: id, firstName: 'Eve', lastName: 'Marsh', phone: '+12125550101' }, day(11));
    await resolve({ careportalsId: id, email, lastName: 'Old', knownSince: day(1) }, day(9));
    expect(await row(id)).toEqual({
      email: `new.${email}`,
      first_name: 'Adele',
      last_name: 'Marsh',
      phone: '+12125550101',
      created_at: day(1),
    });
  });

  test('a time that is told again is no change that anybody sees', async () => {
    const { id, email } = fresh();
    await resolve({ careportalsId: id, email, firstName: 'Ada' }, day(10));
    const sql = "UPDATE customers SET updated_at = '2025-11-10' WHERE customer_id = ?";
    await database.orm.em.getConnection().execute(sql, [id]);
    await resolve({ careportalsId: id, email, firstName: 'Ada' }, day(20));
    const [found] = await database.orm.em
      .getConnection()
      .execute('SELECT updated_at, told_at FROM customers WHERE customer_id = ?', [id]);
    expect(found).toEqual({ updated_at: day(10), told_at: { email: day(20), firstName: day(20) } });
  });

  test('finds a customer by an email that they no longer have', async () => {
    const { id, email } = fresh();
    await resolve({ careportalsId: id, email }, day(10));
    await resolve({ careportalsId: id, email: `new.${email}` }, day(11));
    const other = fresh();
    expect(await resolve({ careportalsId: other.id, email }, day(1))).toMatchObject({ customerId: id });
  });

  test('the id of one customer with the email of another leaves them two, and is written down once, ids only', async () => {
    const [one, two] = [fresh(), fresh()];
    await resolve({ careportalsId: one.id, email: one.email }, day(10));
    await resolve({ careportalsId: two.id, email: two.email }, day(10));
    for (const at of [day(11), day(12)]) {
      expect(await resolve({ careportalsId: one.id, email: two.email, firstName: 'Ada' }, at)).toEqual({
        customerId: one.id,
        learned: [],
      });
    }
    expect(await row(one.id)).toMatchObject({ email: one.email, first_name: 'Ada' });
    const [error, ...others] = await database.orm.em
      .getConnection()
      .execute<Record<string, unknown>[]>("SELECT * FROM error_logs WHERE error_type = 'customer_conflict'");
    expect(others).toEqual([]);
    expect(error).toMatchObject({ raw_data: { customerId: one.id, emailBelongsTo: two.id } });
    expect(JSON.stringify(error)).not.toContain('@');
  });

  test('finds a customer whom another program inserted without an alias, and learns the id', async () => {
    const { id, email } = fresh();
    await insert(id, email);
    expect(await resolve({ careportalsId: id })).toEqual({ customerId: id, learned: [id] });
  });

  test('what another program inserted counts as told when the row was made', async () => {
    const { id, email } = fresh();
    await insert(id, email, 'Ada');
    const learned = [id, standInCustomerId(`new.${email}`), standInCustomerId(email)];
    expect(await resolve({ careportalsId: id, email: `new.${email}` }, day(1))).toEqual({ customerId: id, learned });
    await resolve({ careportalsId: id, firstName: 'Eve', email: `old.${email}` }, '2025-10-01 00:00:00.000');
    expect(await row(id)).toMatchObject({ email: `new.${email}`, first_name: 'Ada' });
  });

  test('gives a customer known by email alone an id that tells nothing, and the true id becomes its alias', async () => {
    const { id, email } = fresh();
    const made = await Promise.all(Array.from({ length: 8 }, () => resolve({ email })));
    const customerId = made[0]?.customerId ?? '';
    expect(customerId).toMatch(/^unknown-[0-9a-f]{24}$/);
    expect(customerId).not.toContain(standInCustomerId(email).slice('email-'.length));
    expect(new Set(made.map((one) => one?.customerId))).toEqual(new Set([customerId]));
    expect(made.flatMap((one) => one?.learned)).toEqual([standInCustomerId(email)]);
    expect(await resolve({ careportalsId: id, email })).toEqual({ customerId, learned: [id] });
  });

  test('whoever was imported with an email in other case keeps it under one alias', async () => {
    const { id, email } = fresh();
    await insert(id, email.toUpperCase());
    expect(await resolve({ careportalsId: id, email }, day(1))).toMatchObject({ customerId: id });
    expect(await row(id)).toMatchObject({ email });
    expect(await resolve({ email: email.toUpperCase() }, day(2))).toEqual({ customerId: id, learned: [] });
  });

  test('whoever was imported is found by the email they had, also if the first event did not tell one', async () => {
    const { id, email } = fresh();
    await insert(id, email);
    await resolve({ careportalsId: id, firstName: 'Ada' }, day(10));
    await resolve({ careportalsId: id, email: `new.${email}` }, day(11));
    expect(await resolve({ careportalsId: fresh().id, email }, day(12))).toMatchObject({ customerId: id });
  });

  test('a former email that is another customer by now stays theirs', async () => {
    const [one, two] = [fresh(), fresh()];
    await resolve({ careportalsId: two.id, email: one.email }, day(10));
    await resolve({ careportalsId: two.id, email: two.email }, day(11));
    await insert(one.id, one.email);
    expect(await resolve({ careportalsId: one.id, email: `new.${one.email}` }, day(12))).toMatchObject({
      customerId: one.id,
    });
    expect(await resolve({ email: one.email }, day(13))).toMatchObject({ customerId: two.id });
  });

  test('creates nobody without an email', async () => {
    expect(await resolve({ careportalsId: fresh().id, firstName: 'Ada' })).toBeNull();
    expect(await resolve({})).toBeNull();
  });
});

/** What two bodies may say of one person, who has one id and two emails. */
const told = fc.record({
  at: fc.integer({ min: 1, max: 5 }).map(day),
  email: fc.constantFrom('a', 'b'),
  firstName: fc.constantFrom('Ada', 'Eve', null),
  lastName: fc.constantFrom('Moss', 'Marsh', null),
  phone: fc.constantFrom('+12125550100', '+12125550101', null),
  knownSince: fc.constantFrom(day(1), day(2), null),
});

test('whatever order tellings arrive in, and any number of times, the customer ends the same', async () => {
  const scrambled = fc
    .array(told, { minLength: 2, maxLength: 5 })
    .chain((all) => fc.tuple(fc.constant(all), fc.shuffledSubarray([...all, ...all], { minLength: 2 * all.length })));
  await fc.assert(
    fc.asyncProperty(scrambled, async ([tellings, others]) => {
      const after = async (all: typeof tellings) => {
        const { id, email } = fresh();
        for (const { at, ...facts } of all) {
          await resolve({ ...facts, careportalsId: id, email: `${facts.email}.${email}` }, at);
        }
        const found = await row(id);
        return { ...found, email: String(found?.email).slice(0, 1) };
      };
      expect(await after(others)).toEqual(await after(tellings));
    }),
    { numRuns: process.env.LONG_TESTS ? 500 : 15, seed: Number(process.env.TEST_SEED ?? 1) },
  );
}, 120_000);
