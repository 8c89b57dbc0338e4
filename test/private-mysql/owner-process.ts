import { setTimeout as sleep } from 'node:timers/promises';
import { createConnection } from 'mysql2/promise';
import { startPrivateMysql } from '../../src/private-mysql/index.ts';

// A process that owns (or joins) a private MySQL as the server does: on a signal it first finishes its work.
const [dataDir = '', kind = ''] = process.argv.slice(2);
const mysqld = process.env.CAREPORTALS_MYSQLD;
const server = await startPrivateMysql({ dataDir, mysqld, throwaway: kind === 'throwaway' });

async function finish(): Promise<void> {
  await sleep(300);
  const connection = await createConnection(server.urls.admin);
  await connection.query('SELECT 1');
  await connection.end();
  console.log('drained');
  await server.stop();
  process.exit(0);
}

process.once('SIGINT', finish);
process.once('SIGTERM', finish);
server.exited.then(() => console.log('gone'));
setInterval(() => {}, 60_000);

// Last, since the test may answer with a signal at once.
const { owned, pid, port, socketPath, origin } = server;
console.log(JSON.stringify({ owned, pid, port, socketPath, origin }));
