import { parseArgs } from 'node:util';
import { DATABASE, dataFolderPath, type PrivateMysqlStatus, privateMysqlStatus } from '../private-mysql/index.ts';

/** `npm run db:status [-- --json]`: leaves with 0 if the private MySQL runs, 3 if not, 1 if that cannot be told. */
const NOT_RUNNING = 3;

function describe(status: PrivateMysqlStatus): string {
  const places = [`  data folder  ${status.dataDir}`, `  log          ${status.logFile}`];
  if (!status.running) return [notRunning(status), ...(status.initialised ? places : [])].join('\n');
  return [
    `MySQL ${status.version} is running (process ${status.pid}, started by process ${status.ownerPid ?? 'unknown, which is gone'}).`,
    ...places,
    `  passwords    ${status.credentialsFile}`,
    `  socket       ${status.socketPath}`,
    `  TCP          127.0.0.1:${status.port}`,
    '',
    'To look inside with any MySQL client, take a password from the file above:',
    `  mysql --socket='${status.socketPath}' --user=careportals_admin --password ${DATABASE}`,
    `  mysql --host=127.0.0.1 --port=${status.port} --user=careportals_app --password ${DATABASE}`,
  ].join('\n');
}

function notRunning({ dataDir, ownerPid, initialised }: PrivateMysqlStatus): string {
  if (ownerPid !== undefined) return `MySQL is not running yet: process ${ownerPid} is starting it.`;
  if (!initialised) return `There is no private MySQL in ${dataDir} yet. Make and start it: npm start`;
  return 'MySQL is not running. Start it: npm start';
}

try {
  const { values } = parseArgs({ options: { json: { type: 'boolean', default: false } } });
  const status = await privateMysqlStatus(dataFolderPath());
  console.log(values.json ? JSON.stringify(status, null, 2) : describe(status));
  if (process.env.DATABASE_URL) console.error('Note: DATABASE_URL is set, so npm start uses that database instead.');
  if (!status.running) process.exitCode = NOT_RUNNING;
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
}
