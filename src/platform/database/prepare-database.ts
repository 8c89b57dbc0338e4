import type { Constructor } from '@mikro-orm/core';
import type { Migration } from '@mikro-orm/migrations';
import { connect, type Orm, serverOf } from './connect.ts';
import { type AccountPlan, applyAccountPlan } from './grants.ts';

export interface DatabasePlan {
  migrations: Constructor<Migration>[];
  accounts: AccountPlan;
}

export interface PreparedDatabase {
  /** Names of the migrations that this call ran. */
  applied: string[];
}

/**
 * Brings the schema up to date and gives the accounts their rights.
 * @param urls.admin may create tables, triggers, views and accounts; @param urls.app the account that the server runs as.
 * Several processes may call it at once: one works, the others wait for it.
 * @throws Error naming the migration that failed. MySQL commits DDL statement by statement, and every statement of a
 * migration bears being repeated: mend the cause, run again. Error if the schema holds tables of another program.
 */
export async function prepareDatabase(
  urls: { admin: string; app: string },
  plan: DatabasePlan,
): Promise<PreparedDatabase> {
  const admin = await connect({ url: urls.admin, entities: [], migrations: plan.migrations, poolSize: 1 });
  try {
    await waitForTurn(admin);
    await refuseForeignTables(admin);
    const applied = await migrate(admin);
    await ensureAccounts(admin, urls.app);
    await applyAccountPlan(admin, plan.accounts, { user: serverOf(urls.app).user, host: '%' }, ANALYST);
    return { applied };
  } finally {
    await admin.close(true);
  }
}

/** One by one, because the error of a failed migration does not say whose it is. */
async function migrate(admin: Orm): Promise<string[]> {
  const names = (await admin.migrator.getPending()).map(({ name }) => name);
  for (const name of names) {
    await admin.migrator.up({ migrations: [name] }).catch((error: Error) => {
      throw new Error(`Migration ${name} failed: ${error.message}`, { cause: error });
    });
  }
  return names;
}

/** Seconds to wait for another process that is preparing the same schema. */
const TURN_SECONDS = 60;

/** The lock belongs to the pool's only connection and goes with it. Its name may have 64 letters; a schema's may too. */
async function waitForTurn(admin: Orm): Promise<void> {
  const sql = "SELECT GET_LOCK(CONCAT('prepare_', LEFT(SHA2(DATABASE(), 256), 48)), ?) AS mine";
  const [lock] = await admin.em.getConnection().execute<{ mine: number | string | null }[]>(sql, [TURN_SECONDS]);
  if (Number(lock?.mine) === 1) return;
  throw new Error(
    `Another process has been preparing this schema for ${TURN_SECONDS} s. Wait for it, or end it, and start again.`,
  );
}

/** A migration skips tables that are there, so the tables of somebody else would pass for ours. */
async function refuseForeignTables(admin: Orm): Promise<void> {
  const rows = await admin.em.getConnection().execute<Record<string, string>[]>('SHOW TABLES');
  const tables = rows.map((row) => String(Object.values(row)[0]));
  if (tables.length === 0 || tables.includes('mikro_orm_migrations')) return;
  throw new Error(
    `The schema has ${tables.length} tables that this program did not make (${tables.slice(0, 3).join(', ')} …). ` +
      'Name an empty schema in DATABASE_URL and DATABASE_ADMIN_URL.',
  );
}

const ANALYST = { user: 'careportals_analyst', host: '%' };

/** Accounts that are already there keep their password; the analyst's is locked until an operator gives it one. */
async function ensureAccounts(admin: Orm, appUrl: string): Promise<void> {
  const { user, password } = serverOf(appUrl);
  const run = (sql: string, params: string[]) => admin.em.getConnection().execute(sql, params);
  await run('CREATE USER IF NOT EXISTS ?@? IDENTIFIED BY ?', [user, '%', password]);
  await run('CREATE USER IF NOT EXISTS ?@? ACCOUNT LOCK', [ANALYST.user, ANALYST.host]);
}

/** Names of the migrations that the schema still lacks, asked with the application's own rights. */
export async function missingMigrations(app: Orm, all: Constructor<Migration>[]): Promise<string[]> {
  const wanted = all.map((migration) => new migration(app.em.getDriver(), app.config).name ?? migration.name);
  const [table] = await app.em
    .getConnection()
    .execute(
      "SELECT 1 FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name = 'mikro_orm_migrations'",
    );
  if (table === undefined) return wanted;
  const done = await app.em.getConnection().execute<{ name: string }[]>('SELECT name FROM mikro_orm_migrations');
  const names = new Set(done.map((row) => row.name));
  return wanted.filter((name) => !names.has(name));
}
