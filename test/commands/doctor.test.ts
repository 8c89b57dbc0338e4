import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { asAdmin, makePeople, orderNumber } from '../kit/people.ts';
import { runProgram } from '../kit/run-program.ts';
import { createTestDatabase, type TestDatabase } from '../kit/test-database.ts';

let database: TestDatabase;
let dataDir: string;
beforeAll(async () => {
  database = await createTestDatabase();
  dataDir = await mkdtemp(join(tmpdir(), 'cp-doctor-'));
  await makePeople(await asAdmin(database), 2);
});
afterAll(async () => {
  await rm(dataDir, { recursive: true, force: true });
  await database?.drop();
});

const doctor = (url: string) =>
  runProgram('commands/doctor', ['--audit'], { DATABASE_URL: url, CAREPORTALS_DATA_DIR: dataDir }).ended;

describe('npm run doctor', () => {
  test('ends by itself beside a MySQL that goes on running, and names a status that is not the newest', async () => {
    await database.admin.em
      .getConnection()
      .execute("UPDATE orders SET current_status = 'x' WHERE order_id = ?", [orderNumber(1)]);
    const { code, stdout } = await doctor(database.appUrl);
    expect(code).toBe(1);
    expect(stdout).toMatch(/^WRONG {2}current status: 1 order/m);
  });

  test('says in a sentence that a database does not let it in, without the password', async () => {
    const wrong = new URL(database.appUrl);
    wrong.password = 'not-the-password';
    const { code, stderr } = await doctor(wrong.href);
    expect(code).toBe(1);
    expect(stderr).toContain('does not let us in');
    expect(stderr).not.toContain('not-the-password');
  });
});
