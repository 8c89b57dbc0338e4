import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CompiledQuery } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Tx } from '../../../src/modules/careportals/tables.ts';
import { LoadStopped } from '../../../src/modules/careportals/workbook/load/load-stopped.ts';
import { LostRace } from '../../../src/modules/careportals/workbook/lost-race.ts';
import type { Context, Settled, Table } from '../../../src/modules/careportals/workbook/table.ts';
import { tableOf } from '../../../src/modules/careportals/workbook/tables.ts';
import { OutcomeUnknown, RetryLater } from '../../../src/platform/database/transaction.ts';
import { createTestDatabase, type TestDatabase } from '../../kit/test-database.ts';
import { loadRows, outcomes, outcomesOf } from './loading.ts';
import { customer, folderForTest, people } from './small-workbook.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database?.drop());

/** The customers' table, with something that happens once it has written. */
function onceWritten(happens: (tx: Tx) => Promise<void>): { tableOf: typeof tableOf } {
  const customers: Table<unknown> = {
    ...tableOf('customers'),
    async write(tx: Tx, context: Context, settled: readonly Settled<unknown>[]) {
      await tableOf('customers').write(tx, context, settled);
      await happens(tx);
    },
  };
  return { tableOf: (sheet) => (sheet === 'customers' ? customers : tableOf(sheet)) };
}

/** Throws these, one a time, and then nothing. */
function inTurn(...errors: Error[]) {
  return async () => {
    const error = errors.shift();
    if (error !== undefined) throw error;
  };
}

const rows = { ...people(3), customers: [...people(3).customers, { ...customer(9), email: 'needle without shape' }] };

const customersIn = async () => {
  const [row] = await database.orm.em.getConnection().execute<{ n: unknown }[]>('SELECT COUNT(*) AS n FROM customers');
  return Number(row?.n);
};

describe('a batch of an import', { timeout: 60_000 }, () => {
  test('is given up when others never let it through; the same command goes on from there', async () => {
    const always = onceWritten(async () => {
      throw new LostRace();
    });
    const failed = loadRows(database, rows, always);
    await expect(failed).rejects.toBeInstanceOf(LoadStopped);
    await expect(failed).rejects.toThrow(/goes on where it stopped/);
    expect(await customersIn()).toBe(0);
    expect(Object.keys(outcomes(await loadRows(database, rows)))).toEqual(['written']);
  });

  test('names the error of MySQL and the rows, and no value of them', async () => {
    const refused = onceWritten(async (tx) => {
      await tx.executeQuery(
        CompiledQuery.raw("INSERT INTO customers (customer_id, email) VALUES (?, 'needle')", [null]),
      );
    });
    const error = await loadRows(database, rows, refused).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(LoadStopped);
    expect(String((error as Error).message)).toMatch(
      /sheet "customers", rows 2 to 5: error 1048 \(ER_BAD_NULL_ERROR\)/,
    );
    expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toMatch(/needle/i);
  });

  test('is settled again when others were faster, waits for a database that is away, and counts once', async () => {
    const list = join(await folderForTest(), 'list.jsonl');
    const trouble = [new LostRace(), new RetryLater(null), new LostRace(), new OutcomeUnknown(null)];
    const odd = { ...customer(29), email: 'needle without a shape' };
    const before = await customersIn();
    const others = { ...people(3), customers: [21, 22, 23].map(customer).concat(odd) };
    const report = await loadRows(database, others, { ...onceWritten(inTurn(...trouble)), list });
    expect(outcomesOf(report, 'customers')).toEqual({ written: 4 });
    expect(report.rules.find(({ rule }) => rule === 'email-shape')?.count).toBe(1);
    expect((await readFile(list, 'utf8')).match(/email-shape/g)).toHaveLength(1);
    expect(await customersIn()).toBe(before + 4);
  });
});
