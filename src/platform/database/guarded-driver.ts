import { MySqlConnection, MySqlDriver } from '@mikro-orm/mysql';
import { CompiledQuery, type DatabaseConnection, type MysqlDialect, type TransactionSettings } from 'kysely';
import type { PoolOptions } from 'mysql2';

/**
 * Seconds that a session may be silent inside a transaction. A program that stands still, or a machine that vanishes,
 * keeps its connection and with it its row locks, for eight hours by MySQL's defaults. This is the lease on whatever a
 * transaction holds: when it is over MySQL rolls back, and others go on. Above any stall of ours that is no fault, and
 * so far below ten that another instance has taken over by then.
 */
const SILENCE_SECONDS = 7;

/** The first is patience with the next statement, the others with the rest of one and with the reader of an answer. */
const PATIENCE = ['wait_timeout', 'net_read_timeout', 'net_write_timeout'];

/** In one packet each: the guard costs no round trip. */
const BEGIN = `SET ${patience(SILENCE_SECONDS)}; BEGIN`;
const COMMIT = `COMMIT; SET ${patience('DEFAULT')}`;
const ROLLBACK = `ROLLBACK; SET ${patience('DEFAULT')}`;

/**
 * MySQL's driver with a guard on every transaction. Outside of them the server's own patience holds: a limit for idle
 * connections would have queries meet ones that MySQL has just closed, after any stall of this program.
 */
export class GuardedDriver extends MySqlDriver {
  protected override readonly connection = new GuardedConnection(this.config);
}

class GuardedConnection extends MySqlConnection {
  override async createKyselyDialect(overrides: PoolOptions): Promise<MysqlDialect> {
    const dialect = await super.createKyselyDialect(overrides);
    const createDriver = dialect.createDriver.bind(dialect);
    dialect.createDriver = () => Object.assign(createDriver(), guarded);
    return dialect;
  }
}

const guarded = {
  async beginTransaction(connection: DatabaseConnection, settings: TransactionSettings): Promise<void> {
    // They would have to be set beforehand, in a statement of their own.
    if (settings.isolationLevel || settings.accessMode) throw new Error('Transactions have the level of the session.');
    await send(connection, BEGIN);
  },
  commitTransaction: (connection: DatabaseConnection) => send(connection, COMMIT),
  rollbackTransaction: (connection: DatabaseConnection) => send(connection, ROLLBACK),
};

async function send(connection: DatabaseConnection, sql: string): Promise<void> {
  await connection.executeQuery(CompiledQuery.raw(sql));
}

function patience(seconds: number | 'DEFAULT'): string {
  return PATIENCE.map((name) => `${name} = ${seconds}`).join(', ');
}
