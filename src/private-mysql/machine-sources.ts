import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { type AptSource, mysqlSources, type System } from './apt-sources.ts';

const run = promisify(execFile);

/**
 * The archives for MySQL by this machine's own apt configuration.
 * @throws if it names none, or none whose signatures can be checked
 */
export async function machineSources(): Promise<AptSource[]> {
  const system = await thisSystem();
  // Without release information apt also names what it has no lists of yet, as in a fresh container.
  for (const option of ['--release-info', '--no-release-info']) {
    const sources = await mysqlSources((await run('apt-get', ['indextargets', option])).stdout, system);
    if (sources.length > 0) return sources;
  }
  throw new Error("apt's configuration names no archive of Debian or Ubuntu");
}

export async function thisSystem(): Promise<System> {
  const text = await readFile('/etc/os-release', 'utf8');
  const value = (name: string) => new RegExp(`^${name}="?([^"\n]*)`, 'm').exec(text)?.[1] ?? '';
  const architecture = (await run('dpkg', ['--print-architecture'])).stdout.trim();
  return { id: value('ID'), codename: value('VERSION_CODENAME'), architecture };
}
