import type { AddressInfo } from 'node:net';
import { createApp } from './app.ts';
import { isForPeople } from './commands/run-command.ts';
import { signToken } from './platform/access/token.ts';
import { BadSettings, isExplorable, readSettings, type Settings } from './platform/config.ts';
import { plainQuery } from './platform/database/query.ts';
import type { LiveState } from './platform/live/live.ts';
import { createLog } from './platform/log.ts';
import { seedOnce } from './seed-once.ts';
import { type OpenDatabase, openDatabase, tokenSettings, withDevelopmentSecrets } from './startup.ts';
import { untilAskedToStop } from './until-asked-to-stop.ts';

const MYSQL_GONE = 'the private MySQL is gone; its log is in the data folder';

/** How long ending may take, in milliseconds: a database that stands still would keep it for ever. */
const STOP_WITHIN_MS = 15_000;

/** `npm start`: a database, the schema, demo data once, the server; everything ends with it. */
try {
  await run();
} catch (error) {
  if (!isForPeople(error)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}

async function run(): Promise<void> {
  const settings = await withDevelopmentSecrets(readSettings(process.env));
  const database = await openDatabase(settings, say);
  try {
    await serve(settings, database);
  } finally {
    await database.close();
  }
}

async function serve(settings: Settings, database: OpenDatabase): Promise<void> {
  // Not earlier: until there is something to drain, a signal may simply end the process, and MySQL's guard with it.
  const stop = untilAskedToStop();
  const log = createLog(settings.LOG_LEVEL);
  const seeded = database.mysql === null ? null : await seedOnce(database.orm, say);
  const app = await createApp({
    settings: { ...settings, DATABASE_FEED_URL: database.feedUrl },
    tokens: tokenSettings(settings),
    orm: database.orm,
    log,
  });
  try {
    const port = await listen(app.server, settings);
    say(await banner(settings, database, { seeded, live: liveLine(app.live.state()), port, trusted: app.trusted }));
    const mysqlGone = database.mysql?.exited.then(() => MYSQL_GONE);
    const reason = await Promise.race(mysqlGone === undefined ? [stop] : [stop, mysqlGone]);
    say(`Stopping: ${reason}`);
    if (reason === MYSQL_GONE) process.exitCode = 1;
    setTimeout(giveUp, STOP_WITHIN_MS).unref();
  } finally {
    await app.close();
  }
}

/** What is under way is rolled back by MySQL, and taken up again by another instance or the next start. */
function giveUp(): void {
  process.stderr.write(
    `Not everything ended within ${STOP_WITHIN_MS / 1_000} s (does the database answer?); leaving.\n`,
  );
  process.exit(1);
}

function listen(server: Awaited<ReturnType<typeof createApp>>['server'], { PORT, HOST }: Settings): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      reject(error.code === 'EADDRINUSE' ? new BadSettings(`Port ${PORT} is taken. Set PORT to another one.`) : error);
    });
    server.listen(PORT, HOST, () => resolve((server.address() as AddressInfo).port));
  });
}

async function banner(
  settings: Settings,
  database: OpenDatabase,
  { seeded, live, port, trusted }: { seeded: string | null; live: string; port: number; trusted: number | null },
): Promise<string> {
  const at = `${settings.HOST}:${port}`;
  const query = await plainQuery(database.orm);
  const [counts] = await query<{ customers: string; orders: string }>(
    'SELECT (SELECT COUNT(*) FROM customers) AS customers, (SELECT COUNT(*) FROM orders) AS orders',
  );
  const token = await developmentToken(settings);
  const lines = {
    database: database.description,
    schema: database.applied.length > 0 ? `${database.applied.length} migration(s) run now` : 'up to date',
    data: seeded ?? `${counts?.customers} customers, ${counts?.orders} orders`,
    live,
    graph: `http://${at}/graphql and ws://${at}/graphql`,
    trusted:
      trusted === null ? 'any document is run' : `only the ${trusted} documents of ${settings.TRUSTED_DOCUMENTS}`,
    explorer:
      token === null || !isExplorable(settings) ? whyNoExplorer(settings) : `http://${at}/explorer#token=${token}`,
    webhooks: `http://${at}/webhooks/careportals/:event and http://${at}/webhooks/stripe`,
    token: token ?? 'none: made elsewhere (production, or AUTH_JWKS_URL)',
  };
  const rows = Object.entries(lines).map(([name, value]) => `  ${name.padEnd(10)}${value}`);
  return `\nCarePortals Graph is listening on ${at}\n${rows.join('\n')}\n`;
}

function whyNoExplorer({ TRUSTED_DOCUMENTS, EXPLORER, NODE_ENV }: Settings): string {
  if (TRUSTED_DOCUMENTS !== undefined) return 'off: it sends documents of its own, which are not trusted';
  if (EXPLORER === 'off') return 'off: EXPLORER=off';
  return NODE_ENV === 'production' ? 'off in production' : 'off';
}

function liveLine({ source, reason, lagMs }: LiveState): string {
  const known = `up to date ${Math.max(...Object.values(lagMs))} ms ago`;
  if (source === 'binary log') return `the binary log, ${known}`;
  const why = reason === null ? '' : ` (not the binary log: ${reason})`;
  return `tail read at the ends of the tables, ${known}${why}`;
}

function developmentToken(settings: Settings): Promise<string | null> {
  if (settings.NODE_ENV === 'production' || settings.AUTH_JWT_SECRET === undefined) return Promise.resolve(null);
  return signToken(tokenSettings(settings), { role: 'admin', lifetime: '12h' });
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
