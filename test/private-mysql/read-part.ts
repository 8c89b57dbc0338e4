import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** The second file's content; undefined if the folder is not finished. */
export async function readPart(folder: string): Promise<string | undefined> {
  const file = join(folder, 'second');
  return existsSync(file) ? readFile(file, 'utf8') : undefined;
}
