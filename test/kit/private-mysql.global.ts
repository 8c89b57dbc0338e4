import { cp, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createConnection } from 'mysql2/promise';
import type { TestProject } from 'vitest/node';
import { type DataFolder, dataFolder, openDataFolder } from '../../src/private-mysql/data-folder.ts';
import { findMysqld } from '../../src/private-mysql/find-mysqld.ts';
import { type AccountUrls, startPrivateMysql } from '../../src/private-mysql/index.ts';
import { initialiseDataFolder } from '../../src/private-mysql/initialise-data-folder.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** mysql:// addresses of the run's throw-away server, by account. */
    mysql: AccountUrls;
    /** A data folder that is initialised and was never started, to be copied: initialising takes seconds. */
    dataFolder: string;
  }
}

/** Inside of it, so that it goes with it whatever happens. */
async function copyOf({ path, mysql, credentials }: DataFolder): Promise<string> {
  const copy = dataFolder(join(path, 'initialised'));
  await mkdir(copy.path, { mode: 0o700 });
  await cp(mysql, copy.mysql, { recursive: true });
  await cp(credentials, copy.credentials);
  return copy.path;
}

/** One throw-away MySQL for the whole run, gone with all its files at the end. Tests: `inject('mysql').admin`. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const dataDir = await mkdtemp(join(tmpdir(), 'cp-test-'));
  const onProgress = (line: string) => process.stderr.write(`mysql: ${line}\n`);
  const mysqld = process.env.CAREPORTALS_MYSQLD;
  const folder = await openDataFolder(dataDir);
  await initialiseDataFolder(folder, await findMysqld(mysqld, onProgress), onProgress);
  project.provide('dataFolder', await copyOf(folder));
  const server = await startPrivateMysql({ dataDir, mysqld, throwaway: true, onProgress });
  await settle(server.urls.root);
  project.provide('mysql', server.urls);
  return async () => {
    await server.stop();
    await rm(dataDir, { recursive: true, force: true });
  };
}

async function settle(rootUrl: string): Promise<void> {
  const root = await createConnection(rootUrl);
  // As an operator's MySQL may: a test shows that our connections choose their own. What it adds hurts nobody.
  await root.query("SET GLOBAL sql_mode = CONCAT(@@global.sql_mode, ',NO_UNSIGNED_SUBTRACTION')");
  // Nobody will recover this MySQL after a crash, and thousands of tables are cheaper in one file: half a schema's price.
  await root.query('ALTER INSTANCE DISABLE INNODB REDO_LOG');
  await root.query('SET GLOBAL innodb_file_per_table = OFF');
  await root.end();
}
