import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Tx } from '../../../src/modules/careportals/tables.ts';
import type { Report } from '../../../src/modules/careportals/workbook/report/report.ts';
import type { Context, Settled, Table } from '../../../src/modules/careportals/workbook/table.ts';
import { tableOf } from '../../../src/modules/careportals/workbook/tables.ts';
import { createTestDatabase, type TestDatabase } from '../../kit/test-database.ts';
import { loadRows, outcomesOf } from './loading.ts';
import { customer, folderForSuite, people } from './small-workbook.ts';
import { whatStands } from './what-stands.ts';

const base = people(9);
const [, second] = base.addresses;

/** The third and the seventh address have the key of the second, which no table of ours knows to be one. */
const rows = {
  ...base,
  addresses: base.addresses.map((row, index) =>
    index === 2 || index === 6 ? { ...row, address1: second?.address1 ?? null } : row,
  ),
  customers: [...base.customers, { ...customer(10), email: 'needle without shape' }],
};

const folder = folderForSuite();
let database: TestDatabase;
let other: TestDatabase;
let report: Report;
beforeAll(async () => {
  [database, other] = [await makeDatabase(), await makeDatabase()];
});
afterAll(() => Promise.all([database?.drop(), other?.drop()]));

async function makeDatabase(): Promise<TestDatabase> {
  const made = await createTestDatabase();
  await made.admin.em.getConnection().execute('ALTER TABLE addresses ADD UNIQUE KEY idx_of_test (address1)');
  return made;
}

test('a row whose key MySQL alone takes for another’s is refused by itself; all others are loaded', async () => {
  report = await loadRows(database, rows, { list: join(folder.path, 'whole.jsonl') });
  expect(outcomesOf(report, 'addresses')).toEqual({ written: 7, rejected: 2 });
  expect(outcomesOf(report, 'order.created')).toEqual({ written: 9 });
  const refused = report.rules.filter(({ level }) => level === 'rejected');
  expect(refused.map(({ rule, sheet, examples }) => [rule, sheet, examples.map(({ row }) => row)])).toEqual([
    ['key-taken', 'addresses', [4, 8]],
  ]);
  expect([...report.checks, ...(report.database ?? [])].filter(({ result }) => result === 'broken')).toEqual([]);
});

test('a run that is cut short among such rows goes on, and says what an uninterrupted one says', async () => {
  const addresses = stoppingAt(3);
  const list = join(folder.path, 'cut.jsonl');
  const stopped = loadRows(other, rows, {
    tableOf: (sheet) => (sheet === 'addresses' ? addresses : tableOf(sheet)),
    list,
  });
  await expect(stopped).rejects.toThrow('Cut short');
  const again = await loadRows(other, rows, { list });
  expect(again.resumed).toBe(true);
  expect(again.sheets).toEqual(report.sheets);
  expect(again.rules).toEqual(report.rules);
  expect(again.database).toEqual(report.database);
  expect(await readFile(list, 'utf8')).toBe(await readFile(join(folder.path, 'whole.jsonl'), 'utf8'));
  expect(await whatStands(other)).toEqual(await whatStands(database));
});

/** The table of addresses, until it has written so often. */
function stoppingAt(times: number): Table<unknown> {
  let written = 0;
  return {
    ...tableOf('addresses'),
    async write(tx: Tx, context: Context, settled: readonly Settled<unknown>[]) {
      await tableOf('addresses').write(tx, context, settled);
      if (++written === times) throw new Error('Cut short');
    },
  };
}
