import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createConnection } from 'mysql2/promise';
import type { TestProject } from 'vitest/node';
import { type AccountUrls, startPrivateMysql } from '../../src/private-mysql/index.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** mysql:// addresses of the run's throw-away server, by account. */
    mysql: AccountUrls;
  }
}

/** One throw-away MySQL for the whole run, gone with all its files at the end. Tests: `inject('mysql').admin`. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const dataDir = await mkdtemp(join(tmpdir(), 'cp-test-'));
  const onProgress = (line: string) => process.stderr.write(`mysql: ${line}\n`);
  const mysqld = process.env.CAREPORTALS_MYSQLD;
  const server = await startPrivateMysql({ dataDir, mysqld, throwaway: true, onProgress });
  await preferAnotherMode(server.urls.root);
  project.provide('mysql', server.urls);
  return async () => {
    await server.stop();
    await rm(dataDir, { recursive: true, force: true });
  };
}

/** As an operator's MySQL may: a test shows that our connections choose their own. What it adds hurts nobody. */
async function preferAnotherMode(rootUrl: string): Promise<void> {
  const root = await createConnection(rootUrl);
  await root.query("SET GLOBAL sql_mode = CONCAT(@@global.sql_mode, ',NO_UNSIGNED_SUBTRACTION')");
  await root.end();
}
