import { Migration } from '@mikro-orm/migrations';
import { afterEach, expect, inject, test } from 'vitest';
import { migrations } from '../../../migrations/index.ts';
import { accountPlan } from '../../../src/modules/careportals/accounts.ts';
import { Random } from '../../../src/modules/careportals/demo/random.ts';
import { connect, type Orm } from '../../../src/platform/database/connect.ts';
import {
  type DatabasePlan,
  missingMigrations,
  prepareDatabase,
} from '../../../src/platform/database/prepare-database.ts';
import { addressOf, createEmptySchema, createTestDatabase } from '../../kit/test-database.ts';
import { ADD_STATUS, makeOrder, NOON } from './make-rows.ts';
import { openSession } from './session.ts';

const plan = { migrations, accounts: accountPlan };
const SEED = process.env.TEST_SEED ?? '1';

/** As an older program knew them; with rights on their list alone, for the others name tables of later ones. */
function firstOf(count: number): DatabasePlan {
  return {
    migrations: migrations.slice(0, count),
    accounts: { tables: { mikro_orm_migrations: 'readOnly' }, views: {} },
  };
}

const opened: { admin: Orm; schema: string }[] = [];

afterEach(async () => {
  for (const { admin, schema } of opened.splice(0)) {
    await admin.em.getConnection().execute(`DROP DATABASE ${schema}`);
    await admin.close(true);
  }
});

/** An empty schema with the admin account in it. */
async function emptySchema(): Promise<{ admin: Orm; adminUrl: string; appUrl: string; schema: string }> {
  const schema = await createEmptySchema();
  const adminUrl = addressOf(inject('mysql').admin, schema);
  const admin = await connect({ url: adminUrl, entities: [], migrations, poolSize: 1 });
  opened.push({ admin, schema });
  return { admin, adminUrl, appUrl: addressOf(inject('mysql').app, schema), schema };
}

/** Every table and trigger as MySQL would make it again, save the list of migrations itself. */
async function dump(admin: Orm): Promise<string[]> {
  const read = (sql: string) => admin.em.getConnection().execute<Record<string, string>[]>(sql);
  const tables = (await read("SHOW FULL TABLES WHERE Table_type = 'BASE TABLE'")).map((row) => Object.values(row)[0]);
  const made: string[] = [];
  for (const table of tables.filter((name) => name !== 'mikro_orm_migrations')) {
    // A later ALTER names the character set of a check's texts anew; they are the same ASCII.
    const sql = (await read(`SHOW CREATE TABLE ${table}`))[0]?.['Create Table'] ?? '';
    // And where the tables of the tests' MySQL are is named by some ALTERs only.
    made.push(sql.replaceAll(/_(utf8mb4|ascii)'/g, "'").replace(/ \/\*!50100 TABLESPACE `innodb_system` \*\//, ''));
  }
  for (const { Trigger } of await read('SHOW TRIGGERS')) {
    made.push((await read(`SHOW CREATE TRIGGER ${Trigger}`))[0]?.['SQL Original Statement'] ?? '');
  }
  return made;
}

function migrationAt(index: number, admin: Orm): Migration {
  const migration = migrations[index];
  if (!migration) throw new Error(`There is no migration ${index}.`);
  return new migration(admin.em.getDriver(), admin.config);
}

/** What a migration sends, without running it. */
async function statementsOf(index: number, admin: Orm): Promise<string[]> {
  const migration = migrationAt(index, admin);
  await migration.up();
  return migration.getQueries().map(String);
}

/** Runs the first `count` migrations; with 0 makes the list of migrations alone, as the first start does. */
async function upTo(admin: Orm, count: number): Promise<void> {
  await admin.migrator.getExecuted();
  if (count > 0) await admin.migrator.up({ to: migrationAt(count - 1, admin).name });
}

test('every migration goes up, down and up again to the same tables and triggers', async () => {
  const { admin } = await emptySchema();
  const stages = [await dump(admin)];
  for (const _ of migrations) {
    await upTo(admin, stages.length);
    stages.push(await dump(admin));
  }
  for (const stage of stages.slice(0, -1).reverse()) {
    await admin.migrator.down();
    expect(await dump(admin)).toEqual(stage);
  }
  await admin.migrator.up();
  expect(await dump(admin)).toEqual(stages.at(-1));
  expect(new Set(stages.map(String)).size).toBe(migrations.length + 1);
});

test(`a migration that was killed half way or before it was noted as done is finished by the next start (TEST_SEED=${SEED})`, async () => {
  const whole = await emptySchema();
  await whole.admin.migrator.up();
  const expected = await dump(whole.admin);
  // One schema sees every migration being killed, half way or at its end as it falls; with full counts both ways.
  const random = Random.from(SEED);
  const whens = process.env.LONG_TESTS === undefined ? [() => random.pick([0.5, 1])] : [() => 0.5, () => 1];
  for (const share of whens) {
    const { admin, adminUrl, appUrl } = await emptySchema();
    await upTo(admin, 0);
    for (const index of migrations.keys()) {
      const statements = await statementsOf(index, admin);
      const done = statements.slice(0, statements.length * share());
      for (const sql of done) await admin.em.getConnection().execute(sql);
      await prepareDatabase({ admin: adminUrl, app: appUrl }, firstOf(index + 1));
    }
    expect(await dump(admin)).toEqual(expected);
  }
});

test('two starts at once on an empty schema: one does the work, both succeed', async () => {
  const { adminUrl, appUrl } = await emptySchema();
  const urls = { admin: adminUrl, app: appUrl };
  const done = await Promise.all([
    prepareDatabase(urls, plan),
    prepareDatabase(urls, plan),
    prepareDatabase(urls, plan),
  ]);
  expect(done.map(({ applied }) => applied.length).toSorted()).toEqual([0, 0, migrations.length]);
});

test('tables of another program are refused, and left alone', async () => {
  const { admin, adminUrl, appUrl } = await emptySchema();
  await admin.em.getConnection().execute('CREATE TABLE customers (theirs INT)');
  const before = await dump(admin);
  await expect(prepareDatabase({ admin: adminUrl, app: appUrl }, plan)).rejects.toThrow(/customers.*empty schema/s);
  expect(await dump(admin)).toEqual(before);
});

test('a migration that fails is named', async () => {
  const { adminUrl, appUrl, drop } = await createTestDatabase();
  class Broken extends Migration {
    override name = '20990101000000_broken';
    override up(): void {
      this.addSql('CREATE TABLE broken (id INT, id INT)');
    }
  }
  const broken = { ...plan, migrations: [...migrations, Broken] };
  await expect(prepareDatabase({ admin: adminUrl, app: appUrl }, broken)).rejects.toThrow('20990101000000_broken');
  await drop();
});

test('the application sees with its own rights which migrations are missing', async () => {
  const { admin, adminUrl, appUrl } = await emptySchema();
  const urls = { admin: adminUrl, app: appUrl };
  const [before, after] = [firstOf(3), firstOf(5)];
  await prepareDatabase(urls, before);
  const app = await connect({ url: appUrl, entities: [] });
  const missing = await missingMigrations(app, after.migrations);
  await prepareDatabase(urls, after);
  const left = await missingMigrations(app, after.migrations);
  await app.close(true);
  expect(missing).toEqual([3, 4].map((index) => migrationAt(index, admin).name));
  expect(missing[0]).toBe('20261121090300_create_triggers');
  expect(left).toEqual([]);
});

test.runIf(process.env.LONG_TESTS)("a schema's own character set changes nothing", async () => {
  const usual = await emptySchema();
  await usual.admin.migrator.up();
  const { admin, adminUrl, appUrl, schema } = await emptySchema();
  await admin.em.getConnection().execute(`ALTER DATABASE ${schema} CHARACTER SET latin1`);
  await prepareDatabase({ admin: adminUrl, app: appUrl }, plan);
  expect(await dump(admin)).toEqual(await dump(usual.admin));
  const session = await openSession(appUrl);
  await makeOrder(session, 5001);
  await session.rows(ADD_STATUS, [5001, 'ärger', NOON]);
  await session.rows(ADD_STATUS, [5001, 'żółty', NOON]);
  const [order] = await session.rows('SELECT current_status FROM orders');
  await session.close();
  expect(order).toEqual({ current_status: 'żółty' });
});
