import { realpath } from 'node:fs/promises';
import { createConnection, type RowDataPacket } from 'mysql2/promise';
import { ACCOUNTS, type Credentials } from './credentials.ts';

/**
 * The version of the server at this socket, if it is the one of `data` and lets us in; undefined if nothing answers.
 * @throws if something answers that is not our server
 */
export async function ping(socketPath: string, credentials: Credentials, data: string): Promise<string | undefined> {
  const rows = await askServer(socketPath, credentials);
  if (!rows) return undefined;
  const [row] = rows;
  const serves = await realpath(String(row?.data));
  if (serves !== data) throw new Error(`The MySQL at ${socketPath} serves ${serves}, not ${data}.`);
  return /^\d+\.\d+\.\d+/.exec(String(row?.version))?.[0] ?? String(row?.version);
}

const NOBODY_THERE = [
  'ENOENT',
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'PROTOCOL_CONNECTION_LOST',
  'ER_SERVER_SHUTDOWN',
];

async function askServer(socketPath: string, { root }: Credentials): Promise<RowDataPacket[] | undefined> {
  try {
    const connection = await createConnection({
      socketPath,
      user: ACCOUNTS.root,
      password: root,
      connectTimeout: 5_000,
    });
    const [rows] = await connection.query<RowDataPacket[]>('SELECT @@version AS version, @@datadir AS data');
    await connection.end();
    return rows;
  } catch (error) {
    if (NOBODY_THERE.includes((error as NodeJS.ErrnoException).code ?? '')) return undefined;
    if ((error as NodeJS.ErrnoException).code === 'ER_ACCESS_DENIED_ERROR') {
      throw new Error(
        `The MySQL at ${socketPath} refuses the password of ${ACCOUNTS.root}. ` +
          'The credentials file belongs to other data: put the right one back, or start afresh with npm run db:reset',
      );
    }
    throw error;
  }
}
