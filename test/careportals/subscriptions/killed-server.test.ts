import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { verifyAuditChains } from '../../../src/modules/careportals/subscriptions/verify-audit-chain.ts';
import { signToken } from '../../../src/platform/access/token.ts';
import { plainQuery, type Query } from '../../../src/platform/database/query.ts';
import { createTestDatabase, type TestDatabase } from '../../kit/test-database.ts';
import { makeCustomer, makeSubscription } from '../schema/make-rows.ts';
import { openSession, type Session } from '../schema/session.ts';
import { contradictions, newId, standing, trail } from './standing.ts';

const ROUNDS = process.env.LONG_TESTS === undefined ? 1 : 10;
const PAUSES = 200;
const AT_ONCE = 20;

const ROOT = join(import.meta.dirname, '..', '..', '..');
const secret = randomBytes(32).toString('hex');

let folder: string;
let build: string;
let database: TestDatabase;
let query: Query;
let admin: Session;
let token: string;
let running: ChildProcess | undefined;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cp-killed-'));
  // Below node_modules, so that the compiled files find their packages.
  build = join(ROOT, 'node_modules', '.cache', `killed-server-${process.pid}`);
  await compile();
  database = await createTestDatabase();
  query = await plainQuery(database.orm);
  admin = await openSession(database.adminUrl);
  await makeCustomer(admin, 'ann');
  token = await signToken({ secret, jwksUrl: null, issuer: null, audience: null }, { role: 'support', lifetime: '1h' });
});
afterAll(async () => {
  running?.kill('SIGKILL');
  await admin?.close();
  await database?.drop();
  for (const path of [folder, build]) await rm(path, { recursive: true, force: true });
});

/** The server as it runs in earnest: compiled, since decorators need it. Types are somebody else's check. */
async function compile(): Promise<void> {
  const options = ['--outDir', build, '--noCheck', '--incremental', 'false', '--tsBuildInfoFile', 'null'];
  const compiler = join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc');
  await promisify(execFile)(process.execPath, [compiler, '-p', join(ROOT, 'tsconfig.build.json'), ...options]);
}

async function startServer(): Promise<{ child: ChildProcess; url: string }> {
  const child = spawn(process.execPath, [join(build, 'src', 'main.js')], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: {
      PATH: process.env.PATH,
      DATABASE_URL: database.appUrl,
      AUTH_JWT_SECRET: secret,
      CAREPORTALS_DATA_DIR: join(folder, 'data'),
      PORT: '0',
      LOG_LEVEL: 'silent',
      EXPLORER: 'off',
    },
  });
  running = child;
  const lines = createInterface({ input: child.stdout });
  for await (const line of lines) {
    const address = /listening on (\S+)/.exec(line)?.[1];
    if (address !== undefined) return { child, url: `http://${address}/graphql` };
  }
  throw new Error('The server ended before it listened.');
}

/** True if the pause was confirmed, false if the server was gone before it said so. */
async function pause(url: string, id: string): Promise<boolean> {
  const text = `mutation { m: pauseSubscription(input: { subscriptionId: "${id}", reason: "killed" }) {
    subscription { status version } userErrors { code } } }`;
  try {
    const answer = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: JSON.stringify({ query: text }),
    });
    expect(await answer.json()).toEqual({
      data: { m: { subscription: { status: 'PAUSED', version: 2 }, userErrors: [] } },
    });
    return true;
  } catch (error) {
    // fetch gives TypeError when the connection broke.
    if (error instanceof TypeError) return false;
    throw error;
  }
}

/** MySQL rolls back what the server had open when it notices that nobody is there. */
async function nothingIsOpen(): Promise<void> {
  const root = await openSession(inject('mysql').root);
  const locks = () =>
    root.rows('SELECT DISTINCT OBJECT_NAME FROM performance_schema.data_locks WHERE OBJECT_SCHEMA = ?', [
      database.schema,
    ]);
  await expect.poll(locks, { timeout: 10_000 }).toEqual([]);
  await root.close();
}

test(`kill -9 of the server during ${PAUSES} pauses leaves each subscription in one table with all it needs, or unmoved`, {
  timeout: 30_000 * ROUNDS,
}, async () => {
  for (let round = 0; round < ROUNDS; round++) {
    const ids = Array.from({ length: PAUSES }, () => newId());
    for (const id of ids) await makeSubscription(admin, id, 'active', 'ann');
    const { child, url } = await startServer();
    const confirmed = new Set<string>();
    const waiting = [...ids];
    const client = async () => {
      for (let id = waiting.pop(); id !== undefined && child.signalCode === null; id = waiting.pop()) {
        if (await pause(url, id)) confirmed.add(id);
        if (confirmed.size === PAUSES / 4) child.kill('SIGKILL');
      }
    };
    const ended = once(child, 'exit');
    await Promise.all(Array.from({ length: AT_ONCE }, client));
    expect(await ended).toEqual([null, 'SIGKILL']);
    await nothingIsOpen();

    // Some were under way when it died, or the test would say nothing.
    expect(confirmed.size).toBeGreaterThanOrEqual(PAUSES / 4);
    expect(confirmed.size).toBeLessThan(PAUSES);
    for (const id of ids) {
      const { state, version } = await standing(query, id);
      const entries = await trail(query, id);
      const notes = await query('SELECT 1 FROM outbox WHERE subject_id = ?', [id]);
      const moved = { state: 'paused', version: 2, entries: 1, notes: 1 };
      const unmoved = { state: 'active', version: 1, entries: 0, notes: 0 };
      const is = { state, version, entries: entries.length, notes: notes.length };
      expect(is).toEqual(confirmed.has(id) || state === 'paused' ? moved : unmoved);
    }
    expect(await contradictions(query)).toEqual([]);
    expect((await verifyAuditChains(query)).broken).toEqual([]);
  }
});
