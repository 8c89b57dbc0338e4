import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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
  project.provide('mysql', server.urls);
  return async () => {
    await server.stop();
    await rm(dataDir, { recursive: true, force: true });
  };
}
