import { migrations } from '../migrations/index.ts';
import { modules } from './modules.ts';
import type { TokenSettings } from './platform/access/token.ts';
import type { Settings } from './platform/config.ts';
import { type ConnectOptions, connect, type Orm, serverOf } from './platform/database/connect.ts';
import { missingMigrations, prepareDatabase } from './platform/database/prepare-database.ts';
import { type DevelopmentSecrets, developmentSecrets } from './platform/development-secrets.ts';
import { dataFolderPath, openDataFolder, type PrivateMysql, startPrivateMysql } from './private-mysql/index.ts';

/** A database that is migrated and may be used, and what has to be closed afterwards. */
export interface OpenDatabase {
  orm: Orm;
  /** MySQL address of an account that may read the binary log, if there is one. */
  feedUrl: string | undefined;
  /** What it is, for people; without passwords. */
  description: string;
  /** The private MySQL, if DATABASE_URL named none. */
  mysql: PrivateMysql | null;
  /** Migrations that were run just now. */
  applied: string[];
  close(): Promise<void>;
}

/** The database has no schema, or an old one, and nobody gave an account that may change it. */
export class DatabaseNotReady extends Error {}

/**
 * DATABASE_URL, or else the private MySQL, brought up to date.
 * @param reading `readSeconds` as `connect` takes it.
 * @throws DatabaseNotReady, PrivateMysqlUnavailable
 */
export async function openDatabase(
  settings: Settings,
  onProgress: (line: string) => void,
  reading: Pick<ConnectOptions, 'readSeconds'> = {},
): Promise<OpenDatabase> {
  const mysql = settings.DATABASE_URL === undefined ? await startPrivate(settings, onProgress) : null;
  try {
    const app = mysql?.urls.app ?? settings.DATABASE_URL ?? '';
    const admin = mysql?.urls.admin ?? settings.DATABASE_ADMIN_URL;
    const applied = admin === undefined ? [] : (await prepareDatabase({ admin, app }, databasePlan())).applied;
    const orm = await connect({ url: app, entities: modules.flatMap((module) => [...module.entities]), ...reading });
    // Says at once whether the address is right. And closing the ORM ends the pool only if it was used through the ORM:
    // a command that reads through the pool alone would never exit.
    await orm.em.getConnection().execute('SELECT 1');
    const close = async () => {
      await orm.close(true);
      await mysql?.stop();
    };
    if (admin === undefined) await refuseIfIncomplete(orm, close);
    const feedUrl = mysql?.urls.feed ?? settings.DATABASE_FEED_URL;
    return { orm, feedUrl, description: describe(app, mysql), mysql, applied, close };
  } catch (error) {
    await mysql?.stop();
    throw mysql === null ? (unreachable(error) ?? error) : error;
  }
}

/** What MySQL, or the way to it, says to a wrong address, account or schema; the message names no password. */
const WRONG_ADDRESS = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'ETIMEDOUT',
  'ENOENT',
  'ER_ACCESS_DENIED_ERROR',
  'ER_BAD_DB_ERROR',
  'ER_DBACCESS_DENIED_ERROR',
]);

function unreachable(error: unknown): DatabaseNotReady | null {
  const { code, message } = error as { code?: unknown; message?: unknown };
  if (typeof code !== 'string' || !WRONG_ADDRESS.has(code)) return null;
  return new DatabaseNotReady(
    `The database at DATABASE_URL (or DATABASE_ADMIN_URL) does not let us in: ${String(message)}`,
  );
}

function startPrivate(settings: Settings, onProgress: (line: string) => void): Promise<PrivateMysql> {
  return startPrivateMysql({ dataDir: dataDirOf(settings), mysqld: settings.CAREPORTALS_MYSQLD, onProgress });
}

/** Where the private MySQL and development secrets live. */
function dataDirOf(settings: Settings): string {
  return settings.CAREPORTALS_DATA_DIR ?? dataFolderPath();
}

export function databasePlan() {
  const plans = modules.map((module) => module.accounts);
  const tables = Object.assign({}, ...plans.map((plan) => plan.tables)) as (typeof plans)[0]['tables'];
  const views = Object.assign({}, ...plans.map((plan) => plan.views)) as (typeof plans)[0]['views'];
  return { migrations, accounts: { tables, views } };
}

async function refuseIfIncomplete(orm: Orm, close: () => Promise<void>): Promise<void> {
  const missing = await missingMigrations(orm, migrations);
  if (missing.length === 0) return;
  await close();
  throw new DatabaseNotReady(
    `The database lacks ${missing.length} migration(s): ${missing.join(', ')}.\n` +
      'Give an account that may change the schema, for this start or once:\n' +
      '  DATABASE_ADMIN_URL=mysql://admin:password@host/schema npm start',
  );
}

function describe(url: string, mysql: PrivateMysql | null): string {
  const { host, port, dbName } = serverOf(url);
  if (mysql === null) return `MySQL at ${host}:${port}, schema ${dbName}`;
  return `private MySQL ${mysql.version} (${mysql.origin}) on 127.0.0.1:${mysql.port}, schema ${dbName}`;
}

/** The settings with development secrets where production would refuse to go without. */
export async function withDevelopmentSecrets(settings: Settings): Promise<Settings> {
  if (settings.NODE_ENV === 'production') return settings;
  const { path } = await openDataFolder(dataDirOf(settings));
  const secrets = await developmentSecrets(path);
  return filledIn(settings, secrets);
}

function filledIn(settings: Settings, secrets: DevelopmentSecrets): Settings {
  const filled = { ...settings };
  if (settings.AUTH_JWKS_URL === undefined) filled.AUTH_JWT_SECRET ??= secrets.jwt;
  if (settings.STRIPE_WEBHOOK_SECRETS.length === 0) filled.STRIPE_WEBHOOK_SECRETS = [secrets.stripeWebhook];
  if (settings.CAREPORTALS_WEBHOOK_SECRETS.length === 0) {
    filled.CAREPORTALS_WEBHOOK_SECRETS = [secrets.careportalsWebhook];
  }
  return filled;
}

export function tokenSettings(settings: Settings): TokenSettings {
  return {
    secret: settings.AUTH_JWT_SECRET ?? null,
    jwksUrl: settings.AUTH_JWKS_URL ?? null,
    issuer: settings.AUTH_ISSUER ?? null,
    audience: settings.AUTH_AUDIENCE ?? null,
  };
}
