import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { ACCOUNTS, type Credentials, DATABASE, newCredentials, writeCredentials } from './credentials.ts';
import type { DataFolder } from './data-folder.ts';
import { initialiseOptions } from './mysqld-options.ts';
import { type MysqldProgram, mysqldEnvironment } from './mysqld-program.ts';

const run = promisify(execFile);

/**
 * Makes MySQL's files, the accounts and the empty database, if they are not there. The folder gets its name when all of
 * it is done, so a killed initialisation leaves nothing that looks finished. Call it under the folder's lock.
 */
export async function initialiseDataFolder(
  folder: DataFolder,
  program: MysqldProgram,
  onProgress: (line: string) => void,
): Promise<void> {
  if (existsSync(folder.mysql)) return;
  onProgress(`Initialising the database in ${folder.path}`);
  await removeLeftovers(folder);
  const draft = await mkdtemp(`${folder.mysql}.initialising-`);
  const credentials = newCredentials();
  await createFiles(program, draft, credentials);
  await writeCredentials(folder, credentials);
  await rename(join(draft, 'data'), folder.mysql);
  await rm(draft, { recursive: true });
}

async function removeLeftovers(folder: DataFolder): Promise<void> {
  const leftovers = (await readdir(folder.path)).filter((name) =>
    name.startsWith(`${basename(folder.mysql)}.initialising-`),
  );
  for (const name of leftovers) await rm(join(folder.path, name), { recursive: true, maxRetries: 5, retryDelay: 200 });
}

async function createFiles(program: MysqldProgram, draft: string, credentials: Credentials): Promise<void> {
  const [file, ...first] = program.command;
  const at = { data: join(draft, 'data'), initFile: join(draft, 'accounts.sql') };
  await mkdir(at.data, { mode: 0o700 });
  // mysqld reads one statement per line here.
  await writeFile(at.initFile, `${accountStatements(credentials).join(';\n')};\n`, { mode: 0o600 });
  try {
    const options = ['--no-defaults', ...program.fileOptions, ...initialiseOptions(at)];
    await run(file, [...first, ...options], { env: mysqldEnvironment(), timeout: 120_000 });
  } catch (error) {
    const { stderr = '', message } = error as { stderr?: string; message: string };
    const lines = stderr.split('\n').filter((line) => line.includes('[ERROR]'));
    throw new Error(`mysqld could not initialise ${at.data}:\n${lines.slice(0, 5).join('\n') || message}`);
  } finally {
    await rm(at.initFile);
  }
}

/** Rights of the application's accounts come later, from the one list that the administrator's account applies. */
function accountStatements(credentials: Credentials): string[] {
  const identified = (account: keyof typeof ACCOUNTS, host: string) =>
    `'${ACCOUNTS[account]}'@'${host}' IDENTIFIED BY '${credentials[account]}'`;
  const admin = `'${ACCOUNTS.admin}'@'localhost'`;
  return [
    `ALTER USER ${identified('root', 'localhost')}`,
    `CREATE DATABASE ${DATABASE} CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci`,
    `CREATE USER ${identified('admin', 'localhost')}`,
    `GRANT CREATE USER, RELOAD, PROCESS, SHOW DATABASES, REPLICATION CLIENT, REPLICATION SLAVE ON *.* TO ${admin} WITH GRANT OPTION`,
    `GRANT SYSTEM_VARIABLES_ADMIN, CONNECTION_ADMIN ON *.* TO ${admin}`,
    // Covers the database and further ones beside it, such as those of tests.
    `GRANT ALL PRIVILEGES ON \`careportals\\_%\`.* TO ${admin} WITH GRANT OPTION`,
    `GRANT SELECT ON performance_schema.* TO ${admin}`,
    `CREATE USER ${identified('app', '%')}`,
    `CREATE USER ${identified('analyst', '%')}`,
    `CREATE USER ${identified('feed', '%')}`,
    `GRANT REPLICATION SLAVE, REPLICATION CLIENT ON *.* TO '${ACCOUNTS.feed}'@'%'`,
  ];
}
