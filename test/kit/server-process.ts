import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, inject } from 'vitest';
import { compileOnce } from '../../src/compile-once.ts';
import { type NewToken, signToken } from '../../src/platform/access/token.ts';
import { openSession } from '../careportals/schema/session.ts';
import { COMPILE_CACHE } from './run-program.ts';
import type { TestDatabase } from './test-database.ts';

const ROOT = join(import.meta.dirname, '..', '..');

/** With these the senders of webhooks prove who they are to a compiled server. */
export const WEBHOOK_SECRETS = { stripe: 'whsec_of_the_tests', careportals: 'careportals-of-the-tests' };

/** The server as a process that can be killed, on a database of the tests; started as often as wanted. */
export interface ServerProcess {
  /**
   * Resolves when it listens. Several on one database are instances of one server.
   * @param more settings of this instance alone.
   */
  start(on?: TestDatabase, more?: Record<string, string>): Promise<{ child: ChildProcess; url: string }>;
  token(wanted: Pick<NewToken, 'role' | 'subject' | 'customerId'>): Promise<string>;
  /** Kills what still runs. */
  remove(): Promise<void>;
}

/** The server as it runs in earnest, from dist. */
export async function compileServer(database: TestDatabase): Promise<ServerProcess> {
  const secret = randomBytes(32).toString('hex');
  const folder = await mkdtemp(join(tmpdir(), 'cp-server-'));
  await compileOnce(ROOT);
  const environment = {
    PATH: process.env.PATH,
    ...COMPILE_CACHE,
    AUTH_JWT_SECRET: secret,
    STRIPE_WEBHOOK_SECRETS: WEBHOOK_SECRETS.stripe,
    CAREPORTALS_WEBHOOK_SECRETS: WEBHOOK_SECRETS.careportals,
    CAREPORTALS_DATA_DIR: join(folder, 'data'),
    PORT: '0',
    LOG_LEVEL: 'silent',
    EXPLORER: 'off',
  };
  const started: ChildProcess[] = [];
  const start = async (on = database, more: Record<string, string> = {}) => {
    const child = spawn(process.execPath, [join(ROOT, 'dist', 'src', 'main.js')], {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...environment, DATABASE_URL: on.appUrl, ...more },
    });
    started.push(child);
    return { child, url: `${await addressOf(child)}/graphql` };
  };
  return {
    start,
    token: (wanted) =>
      signToken({ secret, jwksUrl: null, issuer: null, audience: null }, { lifetime: '1h', ...wanted }),
    remove: async () => {
      for (const child of started) child.kill('SIGKILL');
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function addressOf({ stdout }: ChildProcess): Promise<string> {
  if (stdout === null) throw new Error('The server has no output.');
  for await (const line of createInterface({ input: stdout })) {
    const address = /listening on (\S+)/.exec(line)?.[1];
    if (address !== undefined) return `http://${address}`;
  }
  throw new Error('The server ended before it listened.');
}

/** MySQL rolls back what a killed server had open when it notices that nobody is there. */
export async function untilNothingIsOpen({ schema }: TestDatabase): Promise<void> {
  const root = await openSession(inject('mysql').root);
  const locks = () =>
    root.rows('SELECT DISTINCT OBJECT_NAME FROM performance_schema.data_locks WHERE OBJECT_SCHEMA = ?', [schema]);
  await expect.poll(locks).toEqual([]);
  await root.close();
}
