import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { runProgram } from '../kit/run-program.ts';
import { addressOf, createEmptySchema, createTestDatabase, type TestDatabase } from '../kit/test-database.ts';

let dataDir: string;
/** Migrated already, which a start takes a second of CPU for. */
let ready: { DATABASE_URL: string; DATABASE_ADMIN_URL: string };
let database: TestDatabase;
beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'cp-start-'));
  database = await createTestDatabase();
  ready = { DATABASE_URL: database.appUrl, DATABASE_ADMIN_URL: database.adminUrl };
});
afterAll(async () => {
  await rm(dataDir, { recursive: true, force: true });
  await database?.drop();
});

async function freshDatabase() {
  const schema = await createEmptySchema();
  const urls = inject('mysql');
  return { DATABASE_URL: addressOf(urls.app, schema), DATABASE_ADMIN_URL: addressOf(urls.admin, schema) };
}

describe('npm start', () => {
  test('names every wrong setting at once and starts nothing', async () => {
    const environment = { CAREPORTALS_DATA_DIR: dataDir, PORT: 'abc', LOG_LEVEL: 'loud', AUTH_JWT_SECRET: 'short' };
    const { code, stderr } = await runProgram('main', [], environment).ended;
    expect(code).toBe(1);
    for (const name of ['PORT', 'LOG_LEVEL', 'AUTH_JWT_SECRET']) expect(stderr).toContain(`  ${name}: `);
  });

  test('refuses development defaults in production', async () => {
    const { code, stderr } = await runProgram('main', [], { NODE_ENV: 'production' }).ended;
    expect(code).toBe(1);
    for (const name of ['DATABASE_URL', 'STRIPE_WEBHOOK_SECRETS', 'CAREPORTALS_WEBHOOK_SECRETS', 'AUTH_JWT_SECRET']) {
      expect(stderr).toContain(name);
    }
  });

  test('without an account that may migrate refuses an empty schema, with the command to run', async () => {
    const { DATABASE_URL, DATABASE_ADMIN_URL } = await freshDatabase();
    // The account may not even enter a schema in which it has no rights: give it those of a finished one.
    const first = runProgram('main', [], {
      DATABASE_URL,
      DATABASE_ADMIN_URL,
      CAREPORTALS_DATA_DIR: dataDir,
      PORT: '0',
    });
    await first.says(/is listening/);
    first.child.kill('SIGTERM');
    expect((await first.ended).code).toBe(0);
    const again = runProgram('main', [], { DATABASE_URL, CAREPORTALS_DATA_DIR: dataDir, PORT: '0' });
    await again.says(/up to date/);
    again.child.kill('SIGTERM');
    expect((await again.ended).code).toBe(0);
    const { orm } = await openAdmin(DATABASE_ADMIN_URL);
    await orm.em.getConnection().execute('DELETE FROM mikro_orm_migrations LIMIT 1');
    await orm.close(true);
    const refused = await runProgram('main', [], { DATABASE_URL, CAREPORTALS_DATA_DIR: dataDir, PORT: '0' }).ended;
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain('DATABASE_ADMIN_URL=mysql://');
  });

  test('says in a sentence that its port is taken, and ends', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const { port } = other.address() as { port: number };
    const environment = { ...ready, CAREPORTALS_DATA_DIR: dataDir, PORT: String(port) };
    const { code, stderr } = await runProgram('main', [], environment).ended;
    other.close();
    expect([code, stderr.trim()]).toEqual([1, `Port ${port} is taken. Set PORT to another one.`]);
  });

  test('prints no password, and the token it prints works', async () => {
    const environment = { ...ready, CAREPORTALS_DATA_DIR: dataDir, PORT: '0' };
    const started = runProgram('main', [], environment);
    const banner = await started.says(/token {5}\S+\n/);
    const [, port] = /listening on 127\.0\.0\.1:(\d+)/.exec(banner) ?? [];
    const [, token] = /token {5}(\S+)/.exec(banner) ?? [];
    const answer = await fetch(`http://127.0.0.1:${port}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: '{"query":"{ customers { totalCount } }"}',
    });
    expect(await answer.json()).toMatchObject({ data: { customers: { totalCount: 0 } } });
    for (const url of [environment.DATABASE_URL, environment.DATABASE_ADMIN_URL]) {
      expect(banner).not.toContain(decodeURIComponent(new URL(url).password));
    }
    started.child.kill('SIGINT');
    expect((await started.ended).code).toBe(0);
  });

  test('says how many documents are trusted where no others are run, and why there is no explorer', async () => {
    const documents = { TRUSTED_DOCUMENTS: 'test/generated/trusted-documents.json' };
    const environment = { ...ready, ...documents, CAREPORTALS_DATA_DIR: dataDir, PORT: '0' };
    const started = runProgram('main', [], environment);
    const banner = await started.says(/token {5}\S+\n/);
    expect(banner).toMatch(/trusted {3}only the 6 documents of test\/generated\/trusted-documents.json/);
    expect(banner).toMatch(/explorer {2}off: it sends documents of its own/);
    started.child.kill('SIGINT');
    expect((await started.ended).code).toBe(0);
  });
});

async function openAdmin(url: string) {
  const { connect } = await import('../../src/platform/database/connect.ts');
  return { orm: await connect({ url, entities: [] }) };
}
