import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runProgram } from '../kit/run-program.ts';
import { createTestDatabase, type TestDatabase } from '../kit/test-database.ts';

let database: TestDatabase;
let folder: string;
beforeAll(async () => {
  database = await createTestDatabase();
  folder = await mkdtemp(join(tmpdir(), 'cp-export-'));
  const connection = database.orm.em.getConnection();
  await connection.execute(
    "INSERT INTO customers (customer_id, email, first_name) VALUES ('5f0000000000000000000001', 'needle@example.net', 'Needle')",
  );
  await connection.execute("INSERT INTO customers (customer_id, email) VALUES ('needle', 'other@example.net')");
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
  await database?.drop();
});

const run = (...args: string[]) =>
  runProgram('commands/export', args, { DATABASE_URL: database.appUrl, CAREPORTALS_DATA_DIR: folder }).ended;

describe('npm run export', { timeout: 60_000 }, () => {
  test('writes a file for its owner, counts what it left out, and shows nobody’s data', async () => {
    const file = join(folder, 'out.xlsx');
    const { code, stdout, stderr } = await run(file);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^ {2}customers +1$/m);
    expect(stdout).toMatch(/^ {2}customers, 1 times: /m);
    expect(stdout + stderr).not.toMatch(/needle/i);
    expect((await stat(file)).mode & 0o777).toBe(0o600);

    const again = await run(file);
    expect([again.code, again.stdout]).toEqual([1, '']);
    expect(again.stderr).toContain('is there already. Give another name, or --replace.');
  });

  // Each is a program of its own; that nothing is left behind is tried without one, where the file is.
  test.runIf(process.env.LONG_TESTS)('says why a file cannot be made, and leaves none behind', async () => {
    const { code, stderr } = await run(join(folder, 'no such folder', 'out.xlsx'));
    expect(code).toBe(1);
    expect(stderr).toContain('its folder is not there');
    expect(stderr).not.toContain('    at ');
    expect((await readdir(folder)).filter((name) => name.includes('unfinished'))).toEqual([]);
  });

  test.runIf(process.env.LONG_TESTS)('ends with 2 if it is called wrongly', async () => {
    expect((await run('one.xlsx', 'two.xlsx')).code).toBe(2);
  });
});
