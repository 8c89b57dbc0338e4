import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { createConnection } from 'mysql2/promise';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { dataFolder } from '../../src/private-mysql/data-folder.ts';
import { findMysqld } from '../../src/private-mysql/find-mysqld.ts';
import { startPrivateMysql } from '../../src/private-mysql/index.ts';
import { initialiseDataFolder } from '../../src/private-mysql/initialise-data-folder.ts';
import { choosePort } from '../../src/private-mysql/start-mysqld.ts';
import { Folders, processesOf } from './processes.ts';

const folders = new Folders();
beforeAll(() => folders.open());
afterAll(() => folders.close());

const mode = async (path: string) => ((await stat(path)).mode & 0o777).toString(8);

test.concurrent('the data folder is closed to others, and the passwords are in a file for its owner only', async () => {
  const folder = folders.at('template');
  expect(await mode(folder)).toBe('700');
  expect(await mode(join(folder, 'mysql'))).toBe('700');
  expect(await mode(join(folder, 'mysql-credentials.json'))).toBe('600');
  expect(existsSync(join(folder, 'mysql', 'accounts.sql'))).toBe(false);
});

test.concurrent('a folder with other content that others may enter is refused, not changed', async () => {
  const folder = folders.at('somebody');
  await mkdir(folder);
  await writeFile(join(folder, 'letter.txt'), '');
  await chmod(folder, 0o755);
  await expect(startPrivateMysql({ dataDir: folder })).rejects.toThrow(/chmod 700/);
  expect(await mode(folder)).toBe('755');
});

test.concurrent('rows, passwords and port stay over a restart', async () => {
  const folder = await folders.initialised('restart');
  const first = await startPrivateMysql({ dataDir: folder });
  const before = await createConnection(first.urls.admin);
  await before.query('CREATE TABLE kept (word VARCHAR(20))');
  await before.query("INSERT INTO kept VALUES ('naïve 🙂')");
  await before.end();
  await first.stop();

  const second = await startPrivateMysql({ dataDir: folder });
  expect(second.urls).toEqual(first.urls);
  const after = await createConnection(second.urls.admin);
  expect((await after.query('SELECT word FROM kept'))[0]).toEqual([{ word: 'naïve 🙂' }]);
  await after.end();
  await second.stop();
});

test('if another program has taken the port of last time meanwhile, a free one is chosen', async () => {
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
  const { port } = other.address() as AddressInfo;
  expect(await choosePort(port)).not.toBe(port);
  await new Promise((resolve) => other.close(resolve));
  expect(await choosePort(port)).toBe(port);
});

test.concurrent('a data folder with a path too long for a socket works, and its socket lies in a private folder that goes away', async () => {
  const folder = await folders.initialised(`${'a long name with blanks '.repeat(6)}end`);
  const server = await startPrivateMysql({ dataDir: folder });
  const socketFolder = join(server.socketPath, '..');
  expect(Buffer.byteLength(server.socketPath)).toBeLessThan(104);
  expect(await mode(socketFolder)).toBe('700');
  const connection = await createConnection(server.urls.admin);
  await connection.end();
  await server.stop();
  expect(existsSync(socketFolder)).toBe(false);
});

test.concurrent('an initialisation that was killed in the middle is started afresh', async () => {
  const folder = folders.at('half');
  await mkdir(folder, { mode: 0o700 });
  const half = await mkdtemp(join(folder, 'mysql.initialising-'));
  await mkdir(join(half, 'data'));
  await writeFile(join(half, 'data', 'ibdata1'), 'half');
  await initialiseDataFolder(dataFolder(folder), await findMysqld(process.env.CAREPORTALS_MYSQLD, () => {}), () => {});
  expect((await readdir(folder)).sort()).toEqual(['mysql', 'mysql-credentials.json']);
});

test.concurrent('data without its passwords is refused with the way to go on, and no server stays', async () => {
  const folder = await folders.initialised('no-passwords');
  await rm(join(folder, 'mysql-credentials.json'));
  await expect(startPrivateMysql({ dataDir: folder })).rejects.toThrow(/mysql-credentials\.json.*db:reset/s);
});

test.concurrent('with passwords of other data the start fails with a clear reason, and no server stays', async () => {
  const folder = await folders.initialised('other-passwords');
  const file = join(folder, 'mysql-credentials.json');
  const { passwords, ...rest } = JSON.parse(await readFile(file, 'utf8'));
  await writeFile(file, JSON.stringify({ ...rest, passwords: { ...passwords, root: 'another' } }));
  await expect(startPrivateMysql({ dataDir: folder })).rejects.toThrow(/refuses the password/);
  expect(processesOf(folder)).toEqual([]);
});

test.concurrent('a damaged database fails with the errors of its log, and no server stays', async () => {
  const folder = await folders.initialised('damaged');
  await writeFile(join(folder, 'mysql', 'ibdata1'), 'not a tablespace');
  await expect(startPrivateMysql({ dataDir: folder })).rejects.toThrow(/mysql\.log[\s\S]*\[ERROR\]/);
  expect(processesOf(folder)).toEqual([]);
});
