import { existsSync } from 'node:fs';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startPrivateMysql } from '../../src/private-mysql/index.ts';
import { command, Folders, processesOf, startOwner, until } from './processes.ts';

const folders = new Folders();
beforeAll(() => folders.open());
afterAll(() => folders.close());

test.concurrent('db:status describes a running server, for people and as JSON, and leaves with 0', async () => {
  const folder = await folders.initialised('status');
  const server = await startPrivateMysql({ dataDir: folder });
  const [words, json] = await Promise.all([command('db-status', folder), command('db-status', folder, '--json')]);
  await server.stop();

  expect(words).toMatchObject({ code: 0, stderr: '' });
  expect(words.stdout).toContain(`MySQL ${server.version} is running (process ${server.pid}`);
  expect(words.stdout).toContain(`--socket='${server.socketPath}'`);
  expect(words.stdout).toContain(`--port=${server.port}`);
  const { version, port, socketPath, pid } = server;
  const credentialsFile = join(folder, 'mysql-credentials.json');
  const expected = { running: true, version, port, socketPath, pid, credentialsFile, ownerPid: process.pid };
  expect(JSON.parse(json.stdout)).toMatchObject(expected);
  const password = new URL(server.urls.admin).password;
  expect(words.stdout + json.stdout).not.toContain(password);
});

test.concurrent('db:status leaves with 3 where nothing runs, and makes nothing', async () => {
  const folder = folders.at('never-started');
  expect(await command('db-status', folder)).toMatchObject({ code: 3, stdout: expect.stringContaining('npm start') });
  expect(JSON.parse((await command('db-status', folder, '--json')).stdout)).toMatchObject({ running: false });
  expect(existsSync(folder)).toBe(false);
});

test.concurrent('db:stop and db:reset refuse while a living process owns the server, and name it', async () => {
  const folder = await folders.initialised('owned');
  const server = await startPrivateMysql({ dataDir: folder });
  for (const done of [await command('db-stop', folder), await command('db-reset', folder, '--yes')]) {
    expect(done).toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringContaining(`belongs to process ${process.pid}`),
    });
  }
  expect(await command('db-status', folder)).toMatchObject({ code: 0 });
  await server.stop();
});

test.concurrent('db:stop ends a server that nobody owns', async () => {
  const folder = await folders.initialised('orphan');
  const owner = await startOwner(folder);
  // Stopped, it cannot see the guard die and react before it is killed itself.
  owner.child.kill('SIGSTOP');
  for (const { pid, line } of processesOf(folder)) {
    if (line.startsWith('/bin/sh')) process.kill(pid, 'SIGKILL');
  }
  owner.child.kill('SIGKILL');
  await owner.ended;
  expect(await command('db-status', folder)).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('which is gone'),
  });
  expect(await command('db-reset', folder, '--yes')).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('db:stop'),
  });

  expect(await command('db-stop', folder)).toMatchObject({ code: 0, stdout: 'MySQL is stopped; the data stays.\n' });
  await until('the end', () => processesOf(folder).length === 0);
  expect(await command('db-stop', folder)).toMatchObject({ code: 0, stdout: 'MySQL is not running.\n' });
});

test.concurrent('db:reset deletes only with --yes when nobody can be asked, names what it deleted, and spares the rest', async () => {
  const folder = await folders.initialised('reset');
  await writeFile(join(folder, 'signing-secret'), '');
  await mkdir(join(folder, 'mysql.initialising-abc'));
  const refused = await command('db-reset', folder);
  expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining('npm run db:reset -- --yes') });
  expect(existsSync(join(folder, 'mysql'))).toBe(true);

  const done = await command('db-reset', folder, '--yes');
  expect(done.code).toBe(0);
  for (const name of ['mysql', 'mysql-credentials.json'])
    expect(done.stdout).toContain(`Deleted ${join(folder, name)}\n`);
  expect(await readdir(folder)).toEqual(['signing-secret']);
  expect(await command('db-reset', folder, '--yes')).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('no private MySQL'),
  });
});

test.concurrent('an unknown option is refused by each command', async () => {
  for (const name of ['db-status', 'db-stop', 'db-reset']) {
    expect(await command(name, folders.at('x'), '--force')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('--force'),
    });
  }
});
