import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { findMysqld } from '../../src/private-mysql/find-mysqld.ts';
import { PrivateMysqlUnavailable } from '../../src/private-mysql/index.ts';

let base = '';
beforeAll(async () => {
  base = await mkdtemp(join(tmpdir(), 'cp-find-'));
  // apt finds no archive here, on whatever machine this runs.
  await mkdir(join(base, 'no-sources'));
  await writeFile(
    join(base, 'apt.conf'),
    `Dir::Etc::sourcelist "/dev/null"; Dir::Etc::sourceparts "${base}/no-sources";\n`,
  );
  vi.stubEnv('APT_CONFIG', join(base, 'apt.conf'));
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await rm(base, { recursive: true });
});

async function fakeMysqld(name: string, versionLine: string): Promise<string> {
  const path = join(base, name);
  await writeFile(path, `#!/bin/sh\necho '${path}  Ver ${versionLine}'\n`);
  await chmod(path, 0o755);
  return path;
}

const silent = () => {};
const noCache = () => join(base, 'no-cache');

const refused = [
  ['mariadbd', '10.11.14-MariaDB-0+deb12u2 for debian-linux-gnu on x86_64 (Debian 12)', /is MariaDB; MySQL is needed/],
  ['mariadb-11', '11.8.2-MariaDB for Linux on x86_64 (MariaDB Server)', /is MariaDB/],
  ['mysqld-5.7', '5.7.44 for Linux on x86_64 (MySQL Community Server (GPL))', /MySQL 5\.7\.44; 8\.0\.36 or newer/],
  ['mysqld-8.0.35', '8.0.35 for Linux on x86_64 (MySQL Community Server - GPL)', /MySQL 8\.0\.35; 8\.0\.36 or newer/],
  ['something', 'unknown', /does not say a MySQL version/],
] as const;

test.each(refused)(
  '%s is refused with the reason, as an installed and as a named server',
  async (name, line, reason) => {
    const path = await fakeMysqld(name, line);
    const places = { cache: noCache(), installed: [path] };
    await expect(findMysqld(undefined, silent, places)).rejects.toThrow(reason);
    await expect(findMysqld(path, silent)).rejects.toThrow(reason);
  },
);

const accepted = [
  ['mysqld-8.0.36', '8.0.36 for Linux on x86_64 (MySQL Community Server - GPL)', '8.0.36'],
  ['percona', '8.0.36-28 for Linux on x86_64 (Percona Server (GPL), Release 28, Revision 47601f19)', '8.0.36'],
  ['mysqld-ubuntu', '8.0.44-0ubuntu0.24.04.1 for Linux on x86_64 ((Ubuntu))', '8.0.44'],
  ['mysqld-8.4', '8.4.0 for macos14 on arm64 (Homebrew)', '8.4.0'],
  ['mysqld-10', '10.0.1 for Linux on x86_64 (MySQL Community Server - GPL)', '10.0.1'],
] as const;

test.each(accepted)('%s is taken', async (name, line, version) => {
  const path = await fakeMysqld(name, line);
  const places = { cache: noCache(), installed: [path] };
  expect(await findMysqld(undefined, silent, places)).toMatchObject({ version, origin: 'system', command: [path] });
  expect(await findMysqld(path, silent)).toMatchObject({ version, origin: 'CAREPORTALS_MYSQLD' });
});

test('an unusable installed server is passed over for the next one', async () => {
  const old = await fakeMysqld('first-old', '5.7.44 for Linux');
  const good = await fakeMysqld('then-good', '8.4.3 for Linux');
  const places = { cache: noCache(), installed: [join(base, 'absent'), old, good] };
  expect(await findMysqld(undefined, silent, places)).toMatchObject({ command: [good] });
});

test('a named server that is not there stops the start instead of another one being taken', async () => {
  const missing = findMysqld(join(base, 'absent'), silent);
  await expect(missing).rejects.toThrow(PrivateMysqlUnavailable);
  await expect(missing).rejects.toThrow(/CAREPORTALS_MYSQLD: .*absent does not run \(ENOENT\)/);
});

test('where nothing is found the error says why and gives three ways out to copy', async () => {
  const search = findMysqld(undefined, silent, { cache: noCache(), installed: [] });
  await expect(search).rejects.toThrow(PrivateMysqlUnavailable);
  const message = await search.then(String, (error: Error) => error.message);
  expect(message).toMatch(/no mysqld is installed/);
  expect(message).toMatch(/^ {2}1\. Install MySQL 8\.0\.36 or newer/m);
  expect(message).toMatch(/^ {7}export CAREPORTALS_MYSQLD=\//m);
  expect(message).toMatch(/^ {7}docker run .* mysql:8\.4 /m);
  expect(message).toMatch(/^ {7}export DATABASE_URL=mysql:\/\//m);
});
