import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** A mysqld that can be started. */
export interface MysqldProgram {
  /** Program and leading arguments; mysqld's own options follow. */
  readonly command: readonly [string, ...string[]];
  /** Options that say where its files lie; none for an installed server, which knows. */
  readonly fileOptions: readonly string[];
  readonly version: string;
  /** Where it came from, for people. */
  readonly origin: string;
}

/** Not all of ours: it holds secrets, and MYSQL_… variables that mysqld would follow. */
export function mysqldEnvironment(): NodeJS.ProcessEnv {
  const { PATH, TMPDIR, LD_LIBRARY_PATH } = process.env;
  return { PATH, TMPDIR, LD_LIBRARY_PATH, LC_ALL: 'C' };
}

const OLDEST = [8, 0, 36] as const;

/** Runs `--version` and answers the version, or why this program cannot be used. */
export async function checkVersion(
  command: readonly [string, ...string[]],
): Promise<{ version: string } | { refused: string }> {
  const [program, ...first] = command;
  const name = first.at(-1) ?? program;
  try {
    const { stdout } = await run(program, [...first, '--version'], { env: mysqldEnvironment(), timeout: 20_000 });
    return readVersion(name, stdout.trim());
  } catch (error) {
    const { code, stderr } = error as { code?: string | number; stderr?: string };
    return { refused: `${name} does not run (${stderr?.trim().split('\n')[0] || code})` };
  }
}

function readVersion(name: string, line: string): { version: string } | { refused: string } {
  // First, since MariaDB's numbers are higher than MySQL's.
  if (/mariadb/i.test(line)) return { refused: `${name} is MariaDB; MySQL is needed` };
  const found = /\bVer (\d+)\.(\d+)\.(\d+)/.exec(line);
  if (!found) return { refused: `${name} does not say a MySQL version` };
  const numbers = found.slice(1).map(Number);
  const version = numbers.join('.');
  if (isOlder(numbers)) return { refused: `${name} is MySQL ${version}; ${OLDEST.join('.')} or newer is needed` };
  return { version };
}

function isOlder(numbers: readonly number[]): boolean {
  const at = OLDEST.findIndex((least, index) => numbers[index] !== least);
  return at >= 0 && (numbers[at] ?? 0) < (OLDEST[at] ?? 0);
}
