import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { isAbsolute, join, resolve } from 'node:path';
import { z } from 'zod';
import { checkVersion, type MysqldProgram } from './mysqld-program.ts';

const shape = z.object({
  loader: z.string(),
  libraries: z.array(z.string()),
  mysqld: z.string(),
  share: z.string(),
  plugins: z.string(),
});

/** Where the parts of an unpacked MySQL lie, relative to its folder. Written last, so it stands for "finished". */
export type RuntimeParts = z.infer<typeof shape>;

export const PARTS_FILE = 'runtime.json';

/** The unpacked MySQL of this user and this kind of machine. */
export function runtimeFolder(environment: NodeJS.ProcessEnv = process.env): string {
  const set = environment.XDG_CACHE_HOME;
  // The XDG rules say that a relative path is to be ignored.
  const caches = set && isAbsolute(set) ? set : resolve(homedir(), '.cache');
  return join(caches, 'careportals-graph', `mysql-${process.platform}-${process.arch}`);
}

/** The MySQL in a finished folder, tried out; undefined if it is missing or damaged. */
export async function readRuntime(folder: string, origin: string): Promise<MysqldProgram | undefined> {
  const file = join(folder, PARTS_FILE);
  if (!existsSync(file)) return undefined;
  const program = runtimeProgram(folder, shape.parse(JSON.parse(await readFile(file, 'utf8'))));
  const checked = await checkVersion(program.command);
  return 'version' in checked ? { ...program, version: checked.version, origin } : undefined;
}

/**
 * mysqld is started through the loader that was unpacked with it: its C library may be newer than the machine's, and the
 * loader must be of the same version as the library.
 */
function runtimeProgram(folder: string, parts: RuntimeParts): Pick<MysqldProgram, 'command' | 'fileOptions'> {
  const at = (part: string) => join(folder, part);
  return {
    command: [at(parts.loader), '--library-path', parts.libraries.map(at).join(':'), at(parts.mysqld)],
    fileOptions: [
      `--basedir=${at('usr')}`,
      `--lc-messages-dir=${at(parts.share)}`,
      `--character-sets-dir=${at(join(parts.share, 'charsets'))}`,
      `--plugin-dir=${at(parts.plugins)}`,
    ],
  };
}
