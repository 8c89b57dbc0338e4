import { randomBytes } from 'node:crypto';
import { inject } from 'vitest';
import { migrations } from '../../migrations/index.ts';
import { accountPlan } from '../../src/modules/careportals/accounts.ts';
import { entities } from '../../src/modules/careportals/tables.ts';
import { connect, type Orm } from '../../src/platform/database/connect.ts';
import { prepareDatabase } from '../../src/platform/database/prepare-database.ts';
import { scriptOf } from './schema-template.ts';

/** A migrated schema of its own on the run's MySQL. The addresses name the schema, save `feedUrl`: the feed enters none. */
export interface TestDatabase {
  /** Connected as the application. */
  orm: Orm;
  /** Connected as the account that migrates; without entities: `admin.em.getConnection().execute(sql, params)`. */
  admin: Orm;
  adminUrl: string;
  appUrl: string;
  analystUrl: string;
  feedUrl: string;
  schema: string;
  /** Closes both connections; the schema stays. */
  drop(): Promise<void>;
}

/** The first schema of this process, which stays as it was made; the others are made like it. */
let template: Promise<string> | null = null;

/**
 * Makes a schema `careportals_t_…` as a start of the server would. It is not dropped: the whole MySQL is thrown away, and
 * dropping a hundred schemas takes as long as many tests.
 */
export async function createTestDatabase(): Promise<TestDatabase> {
  const urls = inject('mysql');
  template ??= makeTemplate();
  const script = await template;
  const schema = await createEmptySchema();
  const adminUrl = addressOf(urls.admin, schema);
  const appUrl = addressOf(urls.app, schema);
  const analystUrl = addressOf(urls.analyst, schema);
  const admin = await connect({ url: adminUrl, entities: [], poolSize: 2 });
  await admin.em.getConnection().execute(script);
  await prepareDatabase({ admin: adminUrl, app: appUrl }, { migrations, accounts: accountPlan });
  const orm = await connect({ url: appUrl, entities });
  const drop = async () => {
    await orm.close(true);
    await admin.close(true);
  };
  return { orm, admin, adminUrl, appUrl, analystUrl, feedUrl: urls.feed, schema, drop };
}

async function makeTemplate(): Promise<string> {
  const urls = inject('mysql');
  const schema = await createEmptySchema();
  const adminUrl = addressOf(urls.admin, schema);
  await prepareDatabase({ admin: adminUrl, app: addressOf(urls.app, schema) }, { migrations, accounts: accountPlan });
  const admin = await connect({ url: adminUrl, entities: [], poolSize: 1 });
  const script = await scriptOf(admin);
  await admin.close(true);
  return script;
}

/** A schema with nothing in it, for tests of the migrations themselves. The admin account may drop it. */
export async function createEmptySchema(): Promise<string> {
  const schema = `careportals_t_${randomBytes(5).toString('hex')}`;
  const admin = await connect({ url: inject('mysql').admin, entities: [], poolSize: 1 });
  await admin.em.getConnection().execute(`CREATE DATABASE ${schema}`);
  await admin.close(true);
  return schema;
}

/** The same account and server, another schema. */
export function addressOf(url: string, schema: string): string {
  const address = new URL(url);
  address.pathname = `/${schema}`;
  return address.href;
}
