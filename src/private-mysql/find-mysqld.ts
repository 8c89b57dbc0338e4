import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { delimiter, join, resolve } from 'node:path';
import { fetchWithApt, hasApt } from './fetch-with-apt.ts';
import { checkVersion, type MysqldProgram } from './mysqld-program.ts';
import { readRuntime, runtimeFolder } from './runtime-cache.ts';
import { PrivateMysqlUnavailable } from './unavailable.ts';

/** Where to look when no program is named. */
export interface Places {
  /** Of the unpacked MySQL. */
  readonly cache: string;
  /** Paths of mysqld that an installation would have. */
  readonly installed: readonly string[];
}

/**
 * The server program to use: the one that is named, else the unpacked one of this user, else an installed MySQL, else
 * one that is unpacked now from the machine's package archive.
 * @throws PrivateMysqlUnavailable if there is none, with the reason for each place
 */
export async function findMysqld(
  named: string | undefined,
  onProgress: (line: string) => void,
  places: Places = { cache: runtimeFolder(), installed: installedPlaces() },
): Promise<MysqldProgram> {
  if (named) return namedMysqld(resolve(named));
  const cached = await readRuntime(places.cache, 'cache');
  if (cached) return cached;
  const reasons: string[] = [];
  const installed = await installedMysqld(places.installed, reasons);
  return installed ?? (await fetchedMysqld(places.cache, reasons, onProgress));
}

async function namedMysqld(path: string): Promise<MysqldProgram> {
  const checked = await checkVersion([path]);
  if ('refused' in checked) throw new PrivateMysqlUnavailable([`CAREPORTALS_MYSQLD: ${checked.refused}`]);
  return { command: [path], fileOptions: [], version: checked.version, origin: 'CAREPORTALS_MYSQLD' };
}

async function installedMysqld(places: readonly string[], reasons: string[]): Promise<MysqldProgram | undefined> {
  const present = places.filter((path) => existsSync(path));
  if (present.length === 0) reasons.push('no mysqld is installed');
  for (const path of present) {
    const checked = (await isConfined(path))
      ? { refused: `${path} is confined by AppArmor to the system's own data folder` }
      : await checkVersion([path]);
    if ('version' in checked) return { command: [path], fileOptions: [], version: checked.version, origin: 'system' };
    reasons.push(checked.refused);
  }
  return undefined;
}

function installedPlaces(): string[] {
  const usual = ['/usr/sbin', '/usr/local/sbin', '/usr/local/bin', '/usr/libexec', '/usr/local/mysql/bin'];
  const homebrew = ['mysql', 'mysql@8.4', 'mysql@8.0'].flatMap((name) =>
    ['/opt/homebrew', '/usr/local'].map((prefix) => `${prefix}/opt/${name}/bin`),
  );
  const folders = [...(process.env.PATH ?? '').split(delimiter), ...usual, ...homebrew];
  return [...new Set(folders.filter(Boolean).map((folder) => join(folder, 'mysqld')))];
}

/** Ubuntu's mysql-server brings a profile that keeps /usr/sbin/mysqld out of every other folder, with obscure errors. */
async function isConfined(path: string): Promise<boolean> {
  if (!existsSync(`/etc/apparmor.d/${path.slice(1).replaceAll('/', '.')}`)) return false;
  const switched = '/sys/module/apparmor/parameters/enabled';
  return existsSync(switched) && (await readFile(switched, 'utf8')).startsWith('Y');
}

async function fetchedMysqld(
  folder: string,
  reasons: string[],
  onProgress: (line: string) => void,
): Promise<MysqldProgram> {
  if (!hasApt()) {
    throw new PrivateMysqlUnavailable([...reasons, 'MySQL can be fetched by itself only on Debian and Ubuntu']);
  }
  try {
    return await fetchWithApt(folder, onProgress);
  } catch (error) {
    throw new PrivateMysqlUnavailable([...reasons, `fetching it failed: ${(error as Error).message}`]);
  }
}
