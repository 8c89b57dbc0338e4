import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  type Address,
  type RecordedAddress,
  recordAddress,
} from '../../../src/modules/careportals/customers/record-address.ts';
import type { Tables } from '../../../src/modules/careportals/tables.ts';
import { inTransaction } from '../../../src/platform/database/transaction.ts';
import { createTestDatabase, type TestDatabase } from '../../kit/test-database.ts';

let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
});

afterAll(() => database.drop());

function write(address: Partial<Address>): Promise<RecordedAddress | null> {
  const blank = { address1: null, address2: null, city: null, provinceCode: null, postalCode: null, countryCode: null };
  return inTransaction<Tables, RecordedAddress | null>(database.orm, (tx) =>
    recordAddress(tx, { ...blank, ...address }),
  );
}

async function record(address: Partial<Address>): Promise<string | null> {
  return (await write(address))?.addressId ?? null;
}

async function row(id: string | null) {
  const sql =
    'SELECT address1, address2, city, province_code, postal_code, country_code FROM addresses WHERE address_id = ?';
  const [found] = await database.orm.em.getConnection().execute<object[]>(sql, [String(id)]);
  return found;
}

describe('recordAddress', () => {
  test('makes no row for an address with nothing in it', async () => {
    expect(await record({ address2: 'Apt 4' })).toBeNull();
  });

  test('ends the same whichever spelling arrives first, save the flat, which is the first one told', async () => {
    const a = { address1: '1 Elm St.', address2: 'Apt 1', city: 'Riverton', postalCode: '10999', countryCode: 'US' };
    const b = { address1: '1 elm street', address2: 'Apt 2', city: 'RIVERTON', postalCode: '10999' };
    const [first, again] = [await record(a), await record(b)];
    expect(first).toBe(again);
    expect(await row(first)).toEqual({
      address1: '1 Elm St.',
      address2: 'Apt 1',
      city: 'RIVERTON',
      province_code: null,
      postal_code: '10999',
      country_code: 'US',
    });
    const elsewhere = { postalCode: '20999' };
    const [second] = [await record({ ...b, ...elsewhere }), await record({ ...a, ...elsewhere })];
    expect(await row(second)).toMatchObject({
      address1: '1 Elm St.',
      address2: 'Apt 2',
      city: 'RIVERTON',
      country_code: 'US',
    });
  });

  test('leaves out a province that does not fit two letters', async () => {
    const id = await record({ address1: '2 Elm St', provinceCode: 'New York', countryCode: 'USA' });
    expect(await row(id)).toMatchObject({ province_code: null, country_code: null });
  });

  test('says whether it made or changed a row', async () => {
    const written = [
      { address1: '4 Elm St.' },
      { address1: '4 elm st' },
      { address1: '4 Elm Street' },
      { address1: '4 Elm St.' },
    ];
    const said = [];
    for (const address of written) said.push((await write(address))?.isWritten);
    expect(said).toEqual([true, false, false, false]);
    expect((await write({ address1: '4 Elm St.', countryCode: 'US' }))?.isWritten).toBe(true);
  });

  test('bears the same new address eight times at once', async () => {
    const ids = await Promise.all(Array.from({ length: 8 }, () => record({ address1: '3 Elm St', city: 'Riverton' })));
    expect(new Set(ids).size).toBe(1);
  });
});
