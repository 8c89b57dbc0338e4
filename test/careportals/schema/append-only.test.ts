import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../kit/test-database.ts';
import { openSession, type Session } from './session.ts';

/** What MySQL answers for SIGNAL SQLSTATE '45000'. */
const SIGNALLED = 1644;

const LOGS = {
  subscriptions_audit_log: `INSERT INTO subscriptions_audit_log
    (subscription_id, status, trigger_type, effect, actor, actor_role, source, hash)
    VALUES ('s', 'active', 'created', 'applied', 'a', 'support', 'test', REPEAT('0', 64))`,
  webhook_logs: "INSERT INTO webhook_logs (webhook_type, source_system, status) VALUES ('t', 'stripe', 'success')",
  error_logs: "INSERT INTO error_logs (error_type, error_message) VALUES ('t', 'm')",
};
const KEYS = { subscriptions_audit_log: 'log_id', webhook_logs: 'log_id', error_logs: 'error_id' };

let database: TestDatabase;
let admin: Session;

beforeAll(async () => {
  database = await createTestDatabase();
  admin = await openSession(database.adminUrl);
  await admin.run(...Object.values(LOGS));
});

afterAll(async () => {
  await admin.close();
  await database.drop();
});

describe.each(['subscriptions_audit_log', 'webhook_logs', 'error_logs'] as const)('%s', (log) => {
  const count = async () => (await admin.rows(`SELECT 1 FROM ${log}`)).length;
  const contents = () => admin.rows(`SELECT * FROM ${log} ORDER BY 1`);

  test('cannot be changed by the admin account, in whatever words', async () => {
    const key = KEYS[log];
    const before = await contents();
    const [first] = await admin.rows<Record<string, string>>(`SELECT ${key} AS id FROM ${log}`);
    const again = LOGS[log].replace('(', `(${key}, `).replace('VALUES (', `VALUES (${first?.id}, `);
    const statements = [
      `UPDATE ${log} SET public_id = REPEAT('f', 32)`,
      `UPDATE ${log} SET ${key} = ${key} + 1000`,
      `DELETE FROM ${log}`,
      `DELETE ${log} FROM ${log} JOIN subscription_status_transitions ON TRUE`,
      again.replace('INSERT', 'REPLACE'),
      `${again} ON DUPLICATE KEY UPDATE public_id = REPEAT('f', 32)`,
    ];
    for (const sql of statements) expect([sql, await admin.errorOf(sql)]).toEqual([sql, SIGNALLED]);
    expect(await contents()).toEqual(before);
  });

  test('can still be added to', async () => {
    const before = await count();
    await admin.run(LOGS[log]);
    expect(await count()).toBe(before + 1);
  });

  test('lets retention remove rows, but not change them, unless it is the audit log', async () => {
    await admin.run('SET @careportals_retention = 1');
    const changed = await admin.errorOf(`UPDATE ${log} SET public_id = REPEAT('f', 32) LIMIT 1`);
    const removed = await admin.errorOf(`DELETE FROM ${log} LIMIT 1`);
    await admin.run('SET @careportals_retention = NULL');
    expect(changed).toBe(SIGNALLED);
    expect(removed).toBe(log === 'subscriptions_audit_log' ? SIGNALLED : 0);
  });

  test('takes nothing but the number 1 for the mark of retention', async () => {
    await admin.run(LOGS[log]);
    for (const mark of ["'yes'", '0', '2', 'FALSE']) {
      await admin.run(`SET @careportals_retention = ${mark}`);
      expect([mark, await admin.errorOf(`DELETE FROM ${log}`)]).toEqual([mark, SIGNALLED]);
    }
    await admin.run('SET @careportals_retention = NULL');
  });
});

test("the application cannot use retention's mark", async () => {
  const app = await openSession(database.appUrl);
  await app.run('SET @careportals_retention = 1');
  const answers = await Promise.all(Object.keys(LOGS).map((log) => app.errorOf(`DELETE FROM ${log}`)));
  await app.close();
  expect(answers).toEqual([1142, 1142, 1142]);
});
