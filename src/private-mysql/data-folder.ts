import { existsSync } from 'node:fs';
import { chmod, mkdir, readdir, realpath, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';

/** Where the parts of the private MySQL lie inside one data folder. All paths are absolute. */
export interface DataFolder {
  readonly path: string;
  /** MySQL's own files. Exists only when initialising was finished. */
  readonly mysql: string;
  readonly credentials: string;
  readonly state: string;
  readonly log: string;
  readonly lock: string;
}

/** The data folder in use: CAREPORTALS_DATA_DIR, or `.careportals` beside package.json. */
export function dataFolderPath(environment: NodeJS.ProcessEnv = process.env): string {
  const set = environment.CAREPORTALS_DATA_DIR;
  return set ? resolve(set) : join(projectRoot(), '.careportals');
}

export function dataFolder(path: string): DataFolder {
  return {
    path,
    mysql: join(path, 'mysql'),
    credentials: join(path, 'mysql-credentials.json'),
    state: join(path, 'mysql-state.json'),
    log: join(path, 'mysql.log'),
    lock: join(path, 'mysql.lock'),
  };
}

/**
 * Makes the folder (mode 0700) where it is missing, and follows links, so that one folder has one name.
 * @throws if it exists, holds something and is open to other users: it may be /tmp or someone's home by mistake
 */
export async function openDataFolder(path: string): Promise<DataFolder> {
  await mkdir(path, { recursive: true, mode: 0o700 });
  if (((await stat(path)).mode & 0o077) !== 0) await closeToOthers(path);
  return dataFolder(await realpath(path));
}

async function closeToOthers(path: string): Promise<void> {
  if ((await readdir(path)).length > 0) {
    throw new Error(
      `Other users may enter ${path}, and it will hold patient data. If it is the right folder: chmod 700 '${path}'`,
    );
  }
  await chmod(path, 0o700);
}

function projectRoot(): string {
  let folder = import.meta.dirname;
  while (!existsSync(join(folder, 'package.json'))) {
    const parent = dirname(folder);
    if (parent === folder) throw new Error('No package.json above the program; set CAREPORTALS_DATA_DIR.');
    folder = parent;
  }
  return folder;
}
