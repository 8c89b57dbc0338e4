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
 * @throws Error naming the migration that failed. MySQL commits DDL statement by statement: mend the cause, run again.
 */
export async function prepareDatabase(
  urls: { admin: string; app: string },
  plan: DatabasePlan,
): Promise<PreparedDatabase> {
  const admin = await connect({ url: urls.admin, entities: [], migrations: plan.migrations, poolSize: 1 });
  try {
    const applied = await admin.migrator.up();
    await ensureAccounts(admin, urls.app);
    await applyAccountPlan(admin, plan.accounts, { user: serverOf(urls.app).user, host: '%' }, ANALYST);
    return { applied: applied.map((migration) => migration.name) };
  } finally {
    await admin.close(true);
  }
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
    .execute("SELECT 1 FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name = 'mikro_orm_migrations'");
  if (table === undefined) return wanted;
  const done = await app.em.getConnection().execute<{ name: string }[]>('SELECT name FROM mikro_orm_migrations');
  const names = new Set(done.map((row) => row.name));
  return wanted.filter((name) => !names.has(name));
}
