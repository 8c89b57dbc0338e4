import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { migrations } from '../../../migrations/index.ts';
import { accountPlan } from '../../../src/modules/careportals/accounts.ts';
import { prepareDatabase } from '../../../src/platform/database/prepare-database.ts';
import { createTestDatabase, type TestDatabase } from '../../kit/test-database.ts';
import { openSession, type Session } from './session.ts';

const plan = { migrations, accounts: accountPlan };

let database: TestDatabase;
let admin: Session;

beforeAll(async () => {
  database = await createTestDatabase();
  admin = await openSession(database.adminUrl);
});

afterAll(async () => {
  await admin.close();
  await database.drop();
});

test('a start takes away every right in the schema that is not in the list, and leaves the listed ones', async () => {
  const before = await rights();
  await admin.run(
    "GRANT DELETE, DROP, TRIGGER ON orders TO 'careportals_app'@'%'",
    "GRANT UPDATE ON webhook_logs TO 'careportals_app'@'%'",
    "GRANT SELECT ON analyst_orders TO 'careportals_app'@'%'",
    "GRANT SELECT ON customers TO 'careportals_analyst'@'%'",
    "GRANT INSERT ON analyst_coupons TO 'careportals_analyst'@'%'",
    `GRANT SELECT, INSERT, UPDATE ON \`${escaped()}\`.* TO 'careportals_app'@'%'`,
    `GRANT SELECT ON \`${escaped()}\`.* TO 'careportals_analyst'@'%'`,
  );
  expect(await rights()).not.toEqual(before);
  await prepareDatabase({ admin: database.adminUrl, app: database.appUrl }, plan);
  expect(await rights()).toEqual(before);
});

test('an account that is both admin and application keeps its rights', async () => {
  const both = `t_${randomBytes(5).toString('hex')}`;
  await admin.run(
    `CREATE USER '${both}'@'%' IDENTIFIED BY '${both}'`,
    `GRANT ALL PRIVILEGES ON \`${escaped()}\`.* TO '${both}'@'%' WITH GRANT OPTION`,
    `GRANT CREATE USER ON *.* TO '${both}'@'%'`,
  );
  const address = new URL(database.appUrl);
  address.username = both;
  address.password = both;
  await prepareDatabase({ admin: address.href, app: address.href }, plan);
  const session = await openSession(address.href);
  const grants = await session.rows<Record<string, string>>('SHOW GRANTS');
  await session.close();
  // Makes the views the usual admin's again: MySQL keeps an account that a view needs.
  await prepareDatabase({ admin: database.adminUrl, app: database.appUrl }, plan);
  await admin.run(`DROP USER '${both}'@'%'`);
  const lines = grants.map((row) => Object.values(row)[0] ?? '');
  expect(lines.filter((line) => line.includes(' ON `'))).toEqual([
    `GRANT ALL PRIVILEGES ON \`${escaped()}\`.* TO \`${both}\`@\`%\` WITH GRANT OPTION`,
  ]);
});

test('a view that the list no longer has is closed to analysts', async () => {
  const { analyst_coupons: _, ...views } = accountPlan.views;
  await prepareDatabase(
    { admin: database.adminUrl, app: database.appUrl },
    { migrations, accounts: { ...accountPlan, views } },
  );
  const analyst = await openSession(database.analystUrl);
  const answers = [
    await analyst.errorOf('SELECT 1 FROM analyst_coupons'),
    await analyst.errorOf('SELECT 1 FROM analyst_orders'),
  ];
  await analyst.close();
  expect(answers).toEqual([1142, 0]);
});

/** The schema's name as a pattern that matches it alone. */
function escaped(): string {
  return database.schema.replaceAll('_', '\\_');
}

/** What both accounts may do in this schema, as they see it themselves. */
async function rights(): Promise<unknown[]> {
  const found: unknown[] = [];
  for (const url of [database.appUrl, database.analystUrl]) {
    const session = await openSession(url);
    const kinds = ['table_privileges', 'schema_privileges', 'column_privileges'].map((kind) =>
      session.rows(
        `SELECT * FROM information_schema.${kind} WHERE REPLACE(table_schema, '\\\\', '') = DATABASE() ORDER BY 1, 3, 4, 5`,
      ),
    );
    found.push(...(await Promise.all(kinds)).flat());
    await session.close();
  }
  return found;
}
