import type { Constructor, EntitySchema } from '@mikro-orm/core';
import { type Migration, Migrator } from '@mikro-orm/migrations';
import { MikroORM, type MySqlDriver } from '@mikro-orm/mysql';
import type { Pool } from 'mysql2';
import { GuardedDriver } from './guarded-driver.ts';

/** Seconds that one statement waits for a row lock before MySQL answers 1205. Its own default is 50. */
const LOCK_WAIT_SECONDS = 1;

/**
 * Seconds that one SELECT may take before MySQL stops it with 3024; it would go on after its client has left. Figures of
 * two years take 10 s at a million orders (docs/kpis.md). Writes and what locks rows have no such bound in MySQL.
 */
const READ_SECONDS = 60;

/**
 * MySQL's own default, whatever the server's is: strict, since a value that is cut short silently would not fit its
 * audit hash; and without NO_BACKSLASH_ESCAPES, because the driver escapes values with backslashes.
 */
const SQL_MODE =
  'ONLY_FULL_GROUP_BY,STRICT_TRANS_TABLES,NO_ZERO_IN_DATE,NO_ZERO_DATE,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION';

/** The driver's `timezone: 'Z'` tells only the JavaScript side; the session keeps its own zone until it is told. */
export const SESSION_SETTINGS =
  `SET time_zone = '+00:00', sql_mode = '${SQL_MODE}', transaction_isolation = 'READ-COMMITTED', ` +
  `innodb_lock_wait_timeout = ${LOCK_WAIT_SECONDS}`;

export interface ConnectOptions {
  /** `mysql://user:password@host:port/schema`, or with `?socketPath=/…` over a unix socket. */
  url: string;
  entities: readonly EntitySchema[];
  migrations?: Constructor<Migration>[];
  /** Most connections in the pool. */
  poolSize?: number;
  /** Seconds that one SELECT may take; 0 for a command that looks at whole tables. */
  readSeconds?: number;
}

export type Orm = MikroORM;

/** Opens the pool. Every connection speaks UTC and READ COMMITTED; BIGINT, DECIMAL and dates come as text. */
export async function connect(options: ConnectOptions): Promise<Orm> {
  const { url, entities, migrations = [], poolSize = 16, readSeconds = READ_SECONDS } = options;
  const { socketPath, ...server } = serverOf(url);
  const orm = await MikroORM.init({
    ...server,
    driver: GuardedDriver as typeof MySqlDriver,
    entities: [...entities],
    extensions: [Migrator],
    pool: { max: poolSize },
    // It would look for the schema at once, on a connection that nobody has told its settings yet.
    ensureDatabase: false,
    timezone: 'Z',
    // Several statements in one go are for writes that belong together (see in-one-round-trip); values are escaped by the driver.
    driverOptions: { socketPath, bigNumberStrings: true, connectTimeout: 5_000, multipleStatements: true },
    // MySQL commits DDL by itself, so a transaction around a migration would only pretend.
    migrations: { migrationsList: migrations, snapshot: false, transactional: false, allOrNothing: false },
    discovery: { warnWhenNoEntities: false },
    logger: () => undefined,
  });
  await settleSessions(orm, `${SESSION_SETTINGS}, max_execution_time = ${readSeconds * 1_000}`);
  return orm;
}

/** mysql2 runs a connection's commands in order, so this comes before whatever the connection was opened for. */
async function settleSessions(orm: Orm, settings: string): Promise<void> {
  const pool = (await orm.em.getConnection().getNativeClient()) as Pool;
  pool.on('connection', (connection) => {
    connection.query(settings, (error: Error | null) => error && connection.destroy());
  });
}

/** The parts of a `mysql://` address, percent-decoded. */
export function serverOf(url: string) {
  const parsed = new URL(url);
  return {
    host: parsed.hostname,
    port: parsed.port === '' ? 3306 : Number(parsed.port),
    user: decodeURIComponent(parsed.username),
    password: decodeURIComponent(parsed.password),
    dbName: decodeURIComponent(parsed.pathname.slice(1)),
    socketPath: parsed.searchParams.get('socketPath') ?? undefined,
  };
}
