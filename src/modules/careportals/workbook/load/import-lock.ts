import type { Pool, PoolConnection, RowDataPacket } from 'mysql2';
import type { Orm } from '../../../../platform/database/connect.ts';
import { isAway } from '../../../../platform/database/transaction.ts';
import { stoppedByMysql } from './load-stopped.ts';

/** One import or sync of a database at a time. */
export class AnotherImportRuns extends Error {
  constructor() {
    super('Another import or sync of this database runs. Wait until it has ended, or end it.');
    this.name = 'AnotherImportRuns';
  }
}

/** Named after the schema: a MySQL may serve several. At most 64 characters. Newer MySQLs have no SHA1. */
const NAME = "CONCAT('import ', LEFT(SHA2(DATABASE(), 256), 32))";

/** MySQL may take a moment to notice that a run was killed. */
const WAIT_SECONDS = 2;

/** A lock that lasts as long as the connection it was taken on: a run that is killed leaves none behind. */
export class ImportLock {
  readonly #pool: Pool;
  #connection: PoolConnection;

  private constructor(pool: Pool, connection: PoolConnection) {
    this.#pool = pool;
    this.#connection = connection;
  }

  /** @throws AnotherImportRuns; LoadStopped if the database is away. */
  static async take(orm: Orm): Promise<ImportLock> {
    const pool = (await orm.em.getConnection().getNativeClient()) as Pool;
    return new ImportLock(pool, await lockedConnection(pool));
  }

  /** After the database was away: takes it again. @throws AnotherImportRuns if somebody else was faster. */
  async renew(): Promise<void> {
    this.#connection.destroy();
    this.#connection = await lockedConnection(this.#pool);
  }

  /** A connection that died meanwhile took the lock with it. */
  async release(): Promise<void> {
    try {
      await asks(this.#connection, `SELECT RELEASE_LOCK(${NAME})`);
    } catch (error) {
      if (!isAway(error)) throw error;
    } finally {
      this.#connection.destroy();
    }
  }
}

async function lockedConnection(pool: Pool): Promise<PoolConnection> {
  const connection = await new Promise<PoolConnection>((resolve, reject) => {
    pool.getConnection((error, given) => (error ? reject(error) : resolve(given)));
  });
  // A connection that dies while nobody uses it says so by an event; the next statement of the run finds out by itself.
  connection.on('error', () => connection.destroy());
  try {
    // Nothing else is said on this connection, and a server with little patience would end it, and the lock with it.
    await asks(connection, 'SET wait_timeout = 604800');
    const [row] = await asks(connection, `SELECT GET_LOCK(${NAME}, ${WAIT_SECONDS}) AS taken`);
    if (Number(row?.taken) === 1) return connection;
    throw new AnotherImportRuns();
  } catch (error) {
    connection.destroy();
    throw stoppedByMysql(error);
  }
}

function asks(connection: PoolConnection, sql: string): Promise<RowDataPacket[]> {
  return new Promise((resolve, reject) => {
    connection.query<RowDataPacket[]>(sql, (error, rows) => (error ? reject(error) : resolve(rows)));
  });
}
