import { execFile } from 'node:child_process';
import { existsSync, globSync } from 'node:fs';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { writeSources } from './apt-sources.ts';
import { machineSources } from './machine-sources.ts';
import { makeOnce } from './make-once.ts';
import type { MysqldProgram } from './mysqld-program.ts';
import { PARTS_FILE, type RuntimeParts, readRuntime } from './runtime-cache.ts';

const run = promisify(execFile);
const ORIGIN = 'unpacked from Debian packages';

export function hasApt(): boolean {
  return process.platform === 'linux' && ['/usr/bin/apt-get', '/usr/bin/dpkg-deb'].every((tool) => existsSync(tool));
}

/**
 * Unpacks MySQL's server packages into `folder`, once, as any user and without touching the system.
 * @throws with the reason if there is no archive, no keyring, no network, or the result does not run
 */
export function fetchWithApt(folder: string, onProgress: (line: string) => void): Promise<MysqldProgram> {
  return makeOnce(folder, {
    read: (made) => readRuntime(made, ORIGIN),
    fill: async ({ work, result }) => {
      onProgress('Fetching MySQL (once per machine, about 70 MB)');
      const packages = await download(work);
      onProgress(`Unpacking ${packages.length} packages`);
      await unpack(packages, result);
      await writeFile(join(result, PARTS_FILE), JSON.stringify(findParts(result)));
    },
    onWait: () => onProgress('Waiting for another start that is fetching MySQL'),
  });
}

async function download(work: string): Promise<string[]> {
  const config = await writeAptConfig(work, writeSources(await machineSources()));
  await apt('apt-get', config, 'update');
  await apt('apt-get', config, '--yes', '--download-only', 'install', await newestServerPackage(config));
  const archives = join(work, 'cache', 'archives');
  return (await readdir(archives)).filter((name) => name.endsWith('.deb')).map((name) => join(archives, name));
}

async function newestServerPackage(config: string): Promise<string> {
  const names = (await apt('apt-cache', config, 'pkgnames', 'mysql-server-core')).split('\n');
  // Debian has `mysql-server-core`; Ubuntu puts the version into the name.
  const known = names.filter((name) => /^mysql-server-core(-\d+\.\d+)?$/.test(name));
  const [newest] = known.sort((a, b) => a.length - b.length || b.localeCompare(a, 'en', { numeric: true }));
  if (!newest) throw new Error("the machine's package archive has no mysql-server-core");
  return newest;
}

async function apt(tool: string, config: string, ...rest: string[]): Promise<string> {
  try {
    const options = { env: { ...process.env, LC_ALL: 'C' }, maxBuffer: 64 * 1024 * 1024, timeout: 300_000 };
    return (await run(tool, ['-c', config, '-q', ...rest], options)).stdout;
  } catch (error) {
    const { stderr = '', killed } = error as { stderr?: string; killed?: boolean };
    const lines = stderr.split('\n').filter((line) => /^[EW]:/.test(line));
    throw new Error(
      `${tool} ${rest.join(' ')} failed: ${killed ? 'no end within 5 minutes' : lines.slice(0, 3).join(' ')}`,
    );
  }
}

/** Own lists, own cache, nothing installed, signatures checked; all else (proxy, certificates) as the machine has it. */
async function writeAptConfig(work: string, sources: string): Promise<string> {
  for (const part of ['state/lists/partial', 'cache/archives/partial', 'etc', 'log']) {
    await mkdir(join(work, part), { recursive: true });
  }
  await writeFile(join(work, 'state', 'status'), '');
  await writeFile(join(work, 'etc', 'mysql.sources'), sources);
  const config = join(work, 'etc', 'apt.conf');
  await writeFile(config, aptConfig(work));
  return config;
}

function aptConfig(work: string): string {
  const settings: Readonly<Record<string, string>> = {
    // Each one by name, since the machine's configuration may set them so: apt tidies these folders.
    'Dir::State': `${work}/state`,
    'Dir::State::lists': `${work}/state/lists`,
    'Dir::State::status': `${work}/state/status`,
    'Dir::State::extended_states': `${work}/state/extended_states`,
    'Dir::Cache': `${work}/cache`,
    'Dir::Cache::archives': `${work}/cache/archives`,
    'Dir::Cache::pkgcache': `${work}/cache/pkgcache.bin`,
    'Dir::Cache::srcpkgcache': `${work}/cache/srcpkgcache.bin`,
    'Dir::Log': `${work}/log`,
    'Dir::Etc::sourcelist': `${work}/etc/mysql.sources`,
    'Dir::Etc::sourceparts': '/dev/null',
    'Dir::Etc::preferences': '/dev/null',
    'Dir::Etc::preferencesparts': '/dev/null',
    // The user _apt could not read this folder; for anyone but root the setting means nothing.
    'APT::Sandbox::User': 'root',
    'APT::Install-Recommends': 'false',
    'APT::Get::AllowUnauthenticated': 'false',
    'APT::Update::Error-Mode': 'any',
    'Acquire::AllowInsecureRepositories': 'false',
    'Acquire::AllowWeakRepositories': 'false',
    'Acquire::AllowDowngradeToInsecureRepositories': 'false',
    'Acquire::Languages': 'none',
  };
  // The machine's hooks after an update tidy the system's folders, which are not ours, and fail without root.
  const cleared = ['APT::Update::Pre-Invoke', 'APT::Update::Post-Invoke', 'APT::Update::Post-Invoke-Success'];
  return [
    ...[...cleared, 'APT::Default-Release', 'Acquire::Languages'].map((name) => `#clear ${name};`),
    ...Object.entries(settings).map(([name, value]) => `${name} "${value}";`),
    '',
  ].join('\n');
}

async function unpack(packages: readonly string[], into: string): Promise<void> {
  await mkdir(into);
  // Perl, some 60 MB unpacked, serves only scripts that are never run here.
  const queue = packages.filter((path) => !/^(lib)?perl/.test(basename(path)));
  const worker = async () => {
    for (let next = queue.pop(); next; next = queue.pop()) await run('dpkg-deb', ['-x', next, into]);
  };
  await Promise.all(Array.from({ length: availableParallelism() }, worker));
}

function findParts(root: string): RuntimeParts {
  const one = (...patterns: string[]) => {
    const [found] = globSync(patterns, { cwd: root });
    if (!found) throw new Error(`the packages hold no ${patterns[0]}`);
    return found;
  };
  return {
    loader: one('{usr/,}lib{64,}/ld-linux*.so.*', '{usr/,}lib/*/ld-linux*.so.*'),
    libraries: globSync(['{usr/,}lib/*-linux-gnu*', '{usr/,}lib'], { cwd: root }),
    mysqld: one('usr/sbin/mysqld'),
    share: dirname(dirname(one('usr/share/mysql/english/errmsg.sys'))),
    plugins: one('usr/lib/mysql/plugin'),
  };
}
