import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { createConnection } from 'mysql2/promise';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { dataFolder } from '../../src/private-mysql/data-folder.ts';
import { endOrphan, findRunning } from '../../src/private-mysql/find-running.ts';
import { startPrivateMysql } from '../../src/private-mysql/index.ts';
import { identify } from '../../src/private-mysql/process-identity.ts';
import { writeState } from '../../src/private-mysql/state-file.ts';
import { Folders, processesOf, startOwner, until } from './processes.ts';

const folders = new Folders();
beforeAll(() => folders.open());
afterAll(() => folders.close());

const nothingRuns = (folder: string) =>
  until(`an end of all processes of ${folder}`, () => processesOf(folder).length === 0);
const mysqlds = (folder: string) =>
  processesOf(folder).filter(({ line }) => line.includes('--datadir') && !line.startsWith('/bin/sh'));
const cleanShutdowns = async (folder: string) =>
  (await readFile(join(folder, 'mysql.log'), 'utf8')).match(/Shutdown complete/g)?.length ?? 0;

test.concurrent.each(['SIGTERM', 'SIGINT'] as const)(
  'on %s to its whole terminal group the owner can still use MySQL, and then nothing is left running',
  async (signal) => {
    const folder = await folders.initialised(signal);
    const owner = await startOwner(folder);
    expect(owner.ready.owned).toBe(true);
    expect(processesOf(folder).length).toBeGreaterThan(1);

    process.kill(-(owner.child.pid ?? 0), signal);
    await owner.ended;

    expect(owner.lines).toContain('drained');
    expect(owner.child.exitCode).toBe(0);
    expect(processesOf(folder)).toEqual([]);
    expect(await cleanShutdowns(folder)).toBe(1);
  },
);

test.concurrent('SIGKILL of the owner still shuts MySQL down cleanly, and a start right then waits for that', async () => {
  const folder = await folders.initialised('SIGKILL');
  const first = await startOwner(folder);
  first.child.kill('SIGKILL');
  await first.ended;
  const second = await startPrivateMysql({ dataDir: folder });
  expect(second.owned).toBe(true);
  expect(await cleanShutdowns(folder)).toBe(1);
  expect(mysqlds(folder).map(({ pid }) => pid)).toEqual([second.pid]);
  await second.stop();
  expect(processesOf(folder)).toEqual([]);
});

test.concurrent('SIGKILL of the owner of a throw-away server also deletes its folder', async () => {
  const folder = await folders.initialised('thrown-away');
  const owner = await startOwner(folder, 'throwaway');
  expect(existsSync(join(folder, 'mysql'))).toBe(true);
  owner.child.kill('SIGKILL');
  await nothingRuns(folder);
  await until('the deletion', () => !existsSync(folder));
});

test.concurrent('MySQL goes down with its owner even if the guarding shell was killed first', async () => {
  const folder = await folders.initialised('guard-killed');
  const owner = await startOwner(folder);
  const guard = processesOf(folder).find(({ line }) => line.startsWith('/bin/sh'));
  process.kill(guard?.pid ?? 0, 'SIGKILL');
  owner.child.kill('SIGKILL');
  await nothingRuns(folder);
});

test.concurrent('a second start on the folder joins the running server and cannot stop it', async () => {
  const folder = await folders.initialised('second');
  const first = await startPrivateMysql({ dataDir: folder });
  const second = await startOwner(folder);
  expect(second.ready).toMatchObject({ owned: false, pid: first.pid, port: first.port, origin: 'running already' });

  second.child.kill('SIGTERM');
  await second.ended;
  expect(second.lines).toContain('drained');
  const connection = await createConnection(first.urls.admin);
  await connection.end();
  await first.stop();
  await first.stop();
  expect(processesOf(folder)).toEqual([]);
});

test.concurrent('of several simultaneous first starts one makes and starts the server and the others join it', async () => {
  const folder = folders.at('simultaneous');
  const owners = await Promise.all([startOwner(folder), startOwner(folder), startOwner(folder)]);
  expect(owners.filter(({ ready }) => ready.owned)).toHaveLength(1);
  expect(new Set(owners.map(({ ready }) => ready.pid)).size).toBe(1);
  expect(mysqlds(folder)).toHaveLength(1);
  for (const { child } of owners) child.kill('SIGKILL');
  await until('the end', () => processesOf(folder).length === 0);
});

test.concurrent('a mysqld killed from outside is noticed by its owner and by those who joined, and its data is recovered', async () => {
  const folder = await folders.initialised('crash');
  const first = await startPrivateMysql({ dataDir: folder });
  const joined = await startOwner(folder);
  const connection = await createConnection(first.urls.admin);
  await connection.query('CREATE TABLE kept (id INT PRIMARY KEY)');
  await connection.query('INSERT INTO kept VALUES (7)');
  connection.on('error', () => {});
  process.kill(first.pid, 'SIGKILL');
  await first.exited;
  await until('the news', () => joined.lines.includes('gone'));
  joined.child.kill('SIGKILL');

  const second = await startPrivateMysql({ dataDir: folder });
  const again = await createConnection(second.urls.admin);
  const [rows] = await again.query('SELECT id FROM kept');
  expect(rows).toEqual([{ id: 7 }]);
  await again.end();
  await second.stop();
});

test.concurrent('with lock and state file lost, a running server is not taken for the one being started', async () => {
  const folder = await folders.initialised('forgotten');
  const owner = await startOwner(folder);
  await rm(join(folder, 'mysql.lock'), { recursive: true });
  await rm(join(folder, 'mysql-state.json'));
  await expect(startPrivateMysql({ dataDir: folder })).rejects.toThrow(/nobody remembers.*mysqld\.pid/);
  expect(mysqlds(folder).map(({ pid }) => pid)).toEqual([owner.ready.pid]);
  owner.child.kill('SIGKILL');
  await nothingRuns(folder);
});

test('a remembered process number that now belongs to another program is neither believed nor ended', async () => {
  const folder = dataFolder(await folders.initialised('reused-number'));
  const other = spawn('sleep', ['60']);
  await once(other, 'spawn');
  const server = { pid: other.pid ?? 0, started: 'earlier', socketPath: join(folder.path, 'mysql.sock') };
  await writeState(folder, { port: 50_123, server });

  expect(await findRunning(folder)).toBeUndefined();
  await endOrphan(server);
  expect(identify(server.pid)).toBeDefined();
  await endOrphan({ ...server, ...identify(server.pid) });
  expect(identify(server.pid)).toBeUndefined();
});
